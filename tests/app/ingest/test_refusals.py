"""What a real Dovecot will not give out: set aside, asked for again, and at last a ticket that says so."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.channels import queries as channel_queries
from app.channels import service as channels
from app.channels.models import Channel, ChannelFolder
from app.channels.registry import connector_for
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest import comparing, refusals
from app.ingest.models import RawMessage, RawState
from app.ingest.receiving import PATIENT_FAILURES, Mailbox
from app.live.models import Signal
from app.tickets.message_models import Message, Problem
from app.tickets.models import Ticket
from connectors.contracts import ConnectionProblem
from tests.support import dovecot
from tests.support.arrivals import Intake, build_mail
from tests.support.mailboxes import add_email_channel


class Polling:
    """Polls of one mailbox, each as after a restart."""

    def __init__(self, intake: Intake, box: SecretBox, channel_id: int) -> None:
        self.intake = intake
        self.box = box
        self.channel_id = channel_id

    async def poll(self) -> None:
        receiving = Mailbox(self.intake.database, self.intake.blobs, self.box, self.channel_id)
        channel, folder = await receiving._load()
        receiver = connector_for(channel.kind).receiver(channels.settings_of(channel, self.box))
        try:
            await receiver.connect()
            await receiving._fetch(receiver, channel, folder)
        except ConnectionProblem as problem:
            await receiving._note_error(folder, problem.detail)
        finally:
            await receiver.close()
        await self.intake.digest()

    async def later(self) -> None:
        """When what was refused may be asked for again."""
        async with self.intake.database.transaction() as session:
            await session.execute(update(RawMessage).where(RawMessage.retry_at > now()).values(retry_at=now()))
        await self.poll()

    async def messages(self) -> Sequence[tuple[str, Problem]]:
        async with self.intake.database.reading() as session:
            found = await session.execute(select(Message.subject, Message.problem).order_by(Message.id))
            return [(row.subject, row.problem) for row in found]

    async def raws(self) -> Sequence[RawMessage]:
        async with self.intake.database.reading() as session:
            return (await session.scalars(select(RawMessage).order_by(RawMessage.uid))).all()

    async def jump_to(self, uid: int) -> None:
        """As if everything up to this number had been stored, though nothing was."""
        receiving = Mailbox(self.intake.database, self.intake.blobs, self.box, self.channel_id)
        channel, folder = await receiving._load()
        receiver = connector_for(channel.kind).receiver(channels.settings_of(channel, self.box))
        state = await receiver.connect()
        await receiver.close()
        async with self.intake.database.transaction() as session:
            await channel_queries.move_cursor(session, folder.id, uidvalidity=state.uidvalidity, uid=uid)

    async def folder(self) -> ChannelFolder:
        async with self.intake.database.transaction() as session:
            return await channel_queries.ensure_folder(session, self.channel_id, "INBOX")


@pytest.fixture
async def polling(database: Database, box: SecretBox, mailbox: dovecot.Mailbox, intake: Intake) -> Polling:
    async with database.transaction() as session:
        channel = await add_email_channel(session, box, mailbox)
    for number in (1, 2, 3):
        mailbox.deliver(build_mail(mail_id=f"{number}@customer.example", subject=f"件 {number}"))
    return Polling(intake, box, channel.id)


async def test_one_that_is_refused_for_a_moment_becomes_its_ticket_later_and_the_others_go_on(
    polling: Polling, mailbox: dovecot.Mailbox
) -> None:
    mailbox.maildir().allow(2, is_allowed=False)
    await polling.poll()
    before = await polling.messages()
    aside = (await polling.raws())[1]

    mailbox.maildir().allow(2, is_allowed=True)
    await polling.later()
    await polling.later()

    assert before == [("件 1", Problem.NONE), ("件 3", Problem.NONE)]
    assert (aside.state, aside.refusals, aside.blob) == (RawState.REFUSED, 1, None)
    assert "FETCH failed" in aside.error
    assert await polling.messages() == [*before, ("件 2", Problem.NONE)]
    assert [raw.state for raw in await polling.raws()] == [RawState.DIGESTED] * 3
    assert (await polling.folder()).uid == 3


async def test_it_is_not_asked_for_before_its_time_and_then_less_and_less_often(
    polling: Polling, mailbox: dovecot.Mailbox
) -> None:
    mailbox.maildir().allow(2, is_allowed=False)
    asked_at = now()
    await polling.poll()
    first = (await polling.raws())[1].retry_at

    await polling.poll()
    unasked = (await polling.raws())[1]
    await polling.later()

    again = (await polling.raws())[1]
    assert first is not None
    assert asked_at + timedelta(seconds=30) < first <= now() + refusals.FIRST_PAUSE
    assert (unasked.refusals, again.refusals) == (1, 2)
    assert again.retry_at is not None
    assert again.retry_at - now() > refusals.FIRST_PAUSE


async def test_a_few_are_asked_for_at_once_so_that_new_mails_do_not_wait_for_all(
    polling: Polling, mailbox: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "ASKED_AT_ONCE", 1)
    for number in (1, 2):
        mailbox.maildir().allow(number, is_allowed=False)
    await polling.poll()

    await polling.later()
    first = [raw.refusals for raw in await polling.raws()]
    await polling.poll()

    assert first == [2, 1, 0]
    assert [raw.refusals for raw in await polling.raws()] == [2, 2, 0]


async def test_what_stays_refused_becomes_one_ticket_that_says_so(polling: Polling, mailbox: dovecot.Mailbox) -> None:
    mailbox.maildir().allow(2, is_allowed=False)
    await polling.poll()
    for _ in range(refusals.MAX_REFUSALS - 2):
        await polling.later()
    before = await polling.messages()

    await polling.later()
    mailbox.maildir().allow(2, is_allowed=True)
    await polling.later()

    assert len(before) == 2
    assert await polling.messages() == [*before, ("", Problem.REFUSED)]
    assert (await polling.raws())[1].state is RawState.UNREADABLE


async def test_one_that_is_deleted_on_the_server_meanwhile_is_left_out(
    polling: Polling, mailbox: dovecot.Mailbox
) -> None:
    mailbox.maildir().allow(2, is_allowed=False)
    await polling.poll()

    mailbox.maildir().remove(2)
    await polling.later()

    assert [raw.uid for raw in await polling.raws()] == [1, 3]
    assert await polling.intake.count(Ticket) == 2


async def test_in_a_folder_made_anew_it_is_fetched_under_its_new_number(
    polling: Polling, mailbox: dovecot.Mailbox
) -> None:
    mailbox.maildir().allow(2, is_allowed=False)
    await polling.poll()

    mailbox.maildir().allow(2, is_allowed=True)
    mailbox.reset_uidvalidity()
    await polling.poll()
    await polling.later()

    assert sorted(subject for subject, _ in await polling.messages()) == ["件 1", "件 2", "件 3"]
    assert RawState.REFUSED not in {raw.state for raw in await polling.raws()}


async def test_in_a_folder_that_is_fetched_no_more_it_becomes_a_ticket_that_says_so(
    polling: Polling, mailbox: dovecot.Mailbox
) -> None:
    mailbox.maildir().allow(2, is_allowed=False)
    await polling.poll()

    async with polling.intake.database.transaction() as session:
        channel = await session.get_one(Channel, polling.channel_id)
        channel.settings = {**channel.settings, "folder": "Other"}
    await polling.poll()

    assert (await polling.messages())[2:] == [("", Problem.REFUSED)]


async def test_a_server_that_gives_out_nothing_moves_no_cursor_at_first_and_is_not_waited_for_without_end(
    polling: Polling, mailbox: dovecot.Mailbox
) -> None:
    for number in (1, 2, 3):
        mailbox.maildir().allow(number, is_allowed=False)
    for _ in range(PATIENT_FAILURES):
        await polling.poll()
    patient, seen = await polling.folder(), await polling.raws()

    await polling.poll()
    mailbox.maildir().allow(3, is_allowed=True)
    await polling.later()

    assert (patient.uid, patient.failures, seen) == (0, PATIENT_FAILURES, [])
    assert (await polling.folder()).uid == 3
    assert (await polling.folder()).failures == 0
    assert await polling.messages() == [("件 3", Problem.NONE)]


async def test_what_is_missing_below_the_cursor_is_found_by_comparing_and_fetched(
    polling: Polling, mailbox: dovecot.Mailbox
) -> None:
    await polling.jump_to(2)

    await polling.poll()

    folder = await polling.folder()
    assert sorted(subject for subject, _ in await polling.messages()) == ["件 1", "件 2", "件 3"]
    assert (folder.uid, folder.missing) == (3, 0)
    assert folder.compared_at is not None


async def test_pages_that_told_of_what_was_missing_hear_that_it_came(polling: Polling) -> None:
    await polling.jump_to(2)

    await polling.poll()

    assert await polling.intake.count(Signal) == 1


async def test_what_was_missing_and_is_refused_is_set_aside_too(polling: Polling, mailbox: dovecot.Mailbox) -> None:
    mailbox.maildir().allow(1, is_allowed=False)
    await polling.jump_to(2)

    await polling.poll()

    assert [raw.state for raw in await polling.raws()] == [RawState.REFUSED, RawState.DIGESTED, RawState.DIGESTED]


async def test_it_is_compared_again_only_when_it_is_time(polling: Polling) -> None:
    await polling.poll()
    first = (await polling.folder()).compared_at
    await polling.poll()
    second = (await polling.folder()).compared_at

    async with polling.intake.database.transaction() as session:
        await session.execute(update(ChannelFolder).values(compared_at=now() - comparing.EVERY))
    await polling.poll()

    third = (await polling.folder()).compared_at
    assert first is not None
    assert third is not None
    assert second == first < third
