"""Copies in the mailbox's own folder: after the sending, never instead of it, and of no effect on it."""

from dataclasses import dataclass, field

from sqlalchemy import select

from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.clock import now
from app.outbox import copy_queries
from app.outbox.copies import ATTEMPT, keep_next
from app.outbox.models import OutboxState, SentCopy
from connectors.contracts import ConnectionProblem, OutboundMessage, SentKeeper
from tests.support.replying import Desk
from tests.support.senders import RecordingSender
from tests.support.sending import attempt


@dataclass
class RecordingKeeper:
    kept: list[OutboundMessage] = field(default_factory=list)
    problem: ConnectionProblem | None = None

    async def keep(self, message: OutboundMessage) -> None:
        if self.problem is not None:
            raise self.problem
        self.kept.append(message)

    def of(self, channel: Channel) -> SentKeeper | None:
        return self if channel.keeps_copies else None


async def want_copies(desk: Desk, choice: str = "found") -> None:
    async with desk.database.transaction() as session:
        channel = await session.merge(desk.channel)
        channel.settings = {"sent_copies": choice}


async def copies(desk: Desk) -> list[SentCopy]:
    async with desk.database.reading() as session:
        return list((await session.scalars(select(SentCopy))).all())


async def test_what_was_sent_is_kept_as_it_was_sent(desk: Desk, blobs: BlobStore) -> None:
    await want_copies(desk)
    sender, keeper = RecordingSender(), RecordingKeeper()
    await desk.reply(text="控えです")
    assert await keep_next(desk.database, blobs, keeper.of) is False

    await attempt(desk, blobs, sender)
    assert await keep_next(desk.database, blobs, keeper.of) is True

    [kept], [sent] = keeper.kept, sender.sent
    assert (kept.message_id, kept.text, kept.to) == (sent.message_id, sent.text, sent.to)
    assert await copies(desk) == []
    assert await keep_next(desk.database, blobs, keeper.of) is False


async def test_without_the_setting_nothing_is_kept(desk: Desk, blobs: BlobStore) -> None:
    await desk.reply()

    await attempt(desk, blobs, RecordingSender())

    assert await copies(desk) == []


async def test_a_mailbox_that_wants_none_any_more_gets_none(desk: Desk, blobs: BlobStore) -> None:
    await want_copies(desk)
    keeper = RecordingKeeper()
    await desk.reply()
    await attempt(desk, blobs, RecordingSender())

    await want_copies(desk, "")
    await keep_next(desk.database, blobs, keeper.of)

    assert (keeper.kept, await copies(desk)) == ([], [])


async def test_a_copy_that_fails_leaves_the_mail_sent_and_is_told_of_its_mailbox(desk: Desk, blobs: BlobStore) -> None:
    await want_copies(desk)
    keeper = RecordingKeeper(problem=ConnectionProblem("no_folder", field="imap_folder", detail="Sent"))
    entry_id = await desk.reply()
    await attempt(desk, blobs, RecordingSender())

    await keep_next(desk.database, blobs, keeper.of)

    async with desk.database.reading() as session:
        failures = await copy_queries.map_failures(session)
    assert (await desk.entry(entry_id)).state is OutboxState.SENT
    assert (failures[desk.channel.id].missing, "Sent" in failures[desk.channel.id].error) == (1, True)
    assert await keep_next(desk.database, blobs, keeper.of) is False


async def test_of_two_workers_one_makes_the_copy_and_the_other_only_when_that_one_is_lost(
    desk: Desk, blobs: BlobStore
) -> None:
    await want_copies(desk)
    await desk.reply()
    await attempt(desk, blobs, RecordingSender())

    async def claim(later: int) -> SentCopy | None:
        at = now() + later * ATTEMPT
        async with desk.database.transaction() as session:
            return await copy_queries.claim_due(session, at=at, until=at + ATTEMPT)

    first, second, much_later = await claim(0), await claim(0), await claim(2)

    assert first is not None
    assert second is None
    assert much_later is not None
    assert much_later.tries == 2
