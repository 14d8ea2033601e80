"""Older mail of a real Dovecot taken in as history, while the mailbox is received (G7)."""

import asyncio
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.leases import Lease
from app.imports import filling, queries, service
from app.imports.errors import BackToFront, Ended, UnderWay
from app.imports.forms import BackfillForm
from app.imports.models import Backfill, BackfillState
from app.ingest.models import RawMessage
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Message
from app.tickets.models import Origin, Phase
from tests.support.archives import ARCHIVE, LONG_AGO, at_work, deliver, list_tickets
from tests.support.arrivals import Intake, build_mail
from tests.support.builders import build_channel
from tests.support.dovecot import Mailbox
from tests.support.network import eventually


async def begin(database: Database, channel: Channel, by: Agent, **values: object) -> Backfill:
    form = BackfillForm.model_validate({"folder": ARCHIVE, "since": "2025-01-01", **values})
    async with database.transaction() as session:
        return await service.begin(session, channel, form, by=by)


async def has_ended(database: Database, backfill: Backfill) -> bool:
    async with database.reading() as session:
        [found] = [
            each for each in await queries.list_of_channel(session, backfill.channel_id) if each.id == backfill.id
        ]
        waiting = await session.scalar(select(func.count()).where(RawMessage.state == "stored"))
    return found.state is BackfillState.DONE and not waiting


async def rests(database: Database, backfill: Backfill) -> bool:
    """Nobody holds the right to work on it."""
    async with database.reading() as session:
        return await session.scalar(select(Lease.name).where(Lease.name == f"backfill:{backfill.id}")) is None


async def wait_until_filled(intake: Intake, backfill: Backfill) -> None:
    async def is_done() -> bool:
        return await has_ended(intake.database, backfill)

    await eventually(is_done, what="the end of the back-fill")


async def test_what_came_between_two_days_comes_in_as_finished_history(
    intake: Intake, box: SecretBox, mailbox: Mailbox, channel: Channel, hanako: Agent
) -> None:
    deliver(mailbox, 30)
    backfill = await begin(intake.database, channel, hanako, since="2025-04-05", until="2025-04-14")

    async with at_work(intake, box, workers=2):
        await wait_until_filled(intake, backfill)

    tickets = await list_tickets(intake.database)
    assert [each.subject for each in tickets] == [f"過去の件 {number}" for number in range(4, 14)]
    assert {(each.phase, each.origin) for each in tickets} == {(Phase.DONE, Origin.IMPORT)}
    assert tickets[0].created_at == tickets[0].done_at == LONG_AGO + timedelta(days=4)
    async with intake.database.reading() as session:
        assert set(await session.scalars(select(TicketEvent.origin))) == {Origin.IMPORT}
        [found] = await queries.list_of_channel(session, channel.id)
    assert (found.total, found.taken, found.share) == (10, 10, 100)


async def test_the_same_again_takes_in_nothing(
    intake: Intake, box: SecretBox, mailbox: Mailbox, channel: Channel, hanako: Agent
) -> None:
    deliver(mailbox, 5)
    async with at_work(intake, box):
        for _ in range(2):
            await wait_until_filled(intake, await begin(intake.database, channel, hanako))

    assert await intake.count(Message) == 5


async def test_it_rests_while_it_is_paused_and_goes_on_where_it_was(
    intake: Intake,
    box: SecretBox,
    mailbox: Mailbox,
    channel: Channel,
    hanako: Agent,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", 2)
    monkeypatch.setattr(filling, "MAX_WAITING", 2)
    deliver(mailbox, 20)
    backfill = await begin(intake.database, channel, hanako)

    async def has_some() -> bool:
        return await intake.count(RawMessage) >= 4

    async with at_work(intake, box):
        await eventually(has_some, what="the first mails")
        async with intake.database.transaction() as session:
            service.pause(await queries.get_of_channel(session, channel.id, backfill.id))
        await eventually(partial(rests, intake.database, backfill), what="the end of the work")
        before = await intake.count(RawMessage)
        await asyncio.sleep(0.5)
        assert await intake.count(RawMessage) == before < 20

        async with intake.database.transaction() as session:
            service.resume(session, await queries.get_of_channel(session, channel.id, backfill.id))
        await wait_until_filled(intake, backfill)

    assert await intake.count(Message) == 20


async def test_what_arrives_meanwhile_comes_first(intake: Intake, channel: Channel) -> None:
    """What waits to be digested as history waits until nothing new does."""
    old = [build_mail(mail_id=f"old-{number}@customer.example", subject="過去の件") for number in range(80)]
    await intake.accept_history(channel, *old)
    await intake.accept(channel, build_mail(mail_id="new@customer.example", subject="新しい件"))

    await intake.digest_once()

    assert [each.subject for each in await list_tickets(intake.database)] == ["新しい件"]


async def test_an_answer_to_history_brings_it_back(intake: Intake, channel: Channel) -> None:
    await intake.accept_history(channel, build_mail(mail_id="old@customer.example"))
    await intake.digest()
    await intake.take_in(channel, build_mail(mail_id="new@customer.example", in_reply_to="old@customer.example"))

    [ticket] = await list_tickets(intake.database)
    assert (ticket.phase, ticket.done_at) == (Phase.NEW, None)


async def test_history_that_joins_an_open_ticket_moves_nothing(intake: Intake, channel: Channel) -> None:
    answer = build_mail(mail_id="new@customer.example", in_reply_to="old@customer.example", text="新しい文")
    await intake.take_in(channel, answer)
    [before] = await list_tickets(intake.database)
    await intake.accept_history(channel, build_mail(mail_id="old@customer.example", text="古い文"), at=LONG_AGO)
    await intake.digest()

    [after] = await list_tickets(intake.database)
    assert await intake.count(Message) == 2
    assert (after.phase, after.preview, after.last_activity_at) == (before.phase, "新しい文", before.last_activity_at)


async def test_history_that_links_tickets_and_mailboxes_is_history_in_all_that_is_said(
    intake: Intake, channel: Channel
) -> None:
    async with intake.database.transaction() as session:
        other = await build_channel(session)
    await intake.accept_history(channel, build_mail(mail_id="a@customer.example"))
    await intake.accept_history(
        other,
        build_mail(mail_id="b@customer.example", in_reply_to="a@customer.example"),
        build_mail(mail_id="c@customer.example", sender="stranger@example.org", in_reply_to="a@customer.example"),
    )

    await intake.digest()

    async with intake.database.reading() as session:
        said = {(each.kind, each.origin) for each in await session.scalars(select(TicketEvent))}
    assert {kind for kind, _ in said} >= {EventKind.LINKED, EventKind.CHANNEL_LINKED}
    assert {origin for _, origin in said} == {Origin.IMPORT}


async def test_a_folder_is_filled_once_at_a_time(database: Database, channel: Channel, hanako: Agent) -> None:
    backfill = await begin(database, channel, hanako)
    with pytest.raises(UnderWay):
        await begin(database, channel, hanako)
    with pytest.raises(BackToFront):
        await begin(database, channel, hanako, folder="INBOX", until="2024-12-31")

    async with database.transaction() as session:
        found = await queries.get_of_channel(session, channel.id, backfill.id)
        service.cancel(found)
        with pytest.raises(Ended):
            service.pause(found)
    assert (await begin(database, channel, hanako)).since == date(2025, 1, 1)


async def test_a_folder_that_is_not_there_is_said_in_words(
    intake: Intake, box: SecretBox, mailbox: Mailbox, channel: Channel, hanako: Agent
) -> None:
    backfill = await begin(intake.database, channel, hanako, folder="Nowhere")

    async def error() -> str:
        async with intake.database.reading() as session:
            found = await queries.find_running(session, backfill.id)
        return found.error if found else ""

    async def is_said() -> bool:
        return bool(await error())

    async with at_work(intake, box):
        await eventually(is_said, what="the error")
    assert (await error()).startswith("imap_folder: ")
