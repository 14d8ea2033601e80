import asyncio

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.outbox import claim_queries
from app.outbox import queries as outbox_queries
from app.outbox.errors import AlreadySent
from app.outbox.models import OutboxState
from app.replies import drafts, withdrawal
from app.replies.forms import DraftForm
from app.replies.models import Draft
from app.tickets.history_models import EventKind, FactKind, ReportFact
from app.tickets.message_models import Message
from app.tickets.models import Phase
from tests.support.builders import build_message
from tests.support.replying import Desk, held


async def cancel(desk: Desk, entry_id: int) -> None:
    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        entry = await outbox_queries.find_entry(session, entry_id)
        assert entry is not None
        await withdrawal.cancel(session, ticket, entry, by=desk.agent)


async def draft_of(desk: Desk) -> Draft:
    async with desk.database.reading() as session:
        return await drafts.get(session, await desk.ticket(), by=desk.agent)


async def test_a_held_reply_is_taken_back_as_a_draft(desk: Desk) -> None:
    entry_id = await desk.reply(text="まちがい", cc=["c@example.com"], hold_seconds=30, next_status="done")

    await cancel(desk, entry_id)

    draft, ticket, entry = await draft_of(desk), await desk.ticket(), await desk.entry(entry_id)
    assert entry.state is OutboxState.CANCELLED
    assert (draft.body["text"], draft.body["next_status"], draft.base_version) == ("まちがい", "done", 1)
    assert draft.body["to"] == [{"name": "田中 一郎", "address": "tanaka@example.com"}]
    assert draft.body["cc"] == [{"name": "", "address": "c@example.com"}]
    assert (ticket.phase, ticket.is_waiting) == (Phase.IN_PROGRESS, False)
    assert ticket.preview == "請求書を再発行してください。"


async def test_taken_back_in_two_windows_it_is_taken_back_once(desk: Desk) -> None:
    entry_id = await desk.reply(text="まちがい", hold_seconds=30)

    await cancel(desk, entry_id)
    await cancel(desk, entry_id)

    assert (await desk.entry(entry_id)).state is OutboxState.CANCELLED
    assert (await draft_of(desk)).body["text"] == "まちがい"


async def test_a_resolution_that_was_taken_back_is_not_counted(desk: Desk) -> None:
    entry_id = await desk.reply(hold_seconds=30, next_status="done")

    await cancel(desk, entry_id)

    async with desk.database.reading() as session:
        kinds = (await session.scalars(select(ReportFact.kind))).all()
    assert set(kinds) == {FactKind.ARRIVAL, FactKind.INBOUND}


async def test_what_was_taken_back_can_be_sent_again(desk: Desk) -> None:
    await cancel(desk, await desk.reply(hold_seconds=30))
    lock = await desk.take()

    await desk.send(lock.token, base_version=(await draft_of(desk)).base_version)

    states = [entry.state for entry in await desk.entries()]
    assert states == [OutboxState.CANCELLED, OutboxState.QUEUED]


async def test_it_stands_before_what_its_writer_began_since(desk: Desk) -> None:
    entry_id = await desk.reply(text="一通目", hold_seconds=30)
    async with desk.database.transaction() as session:
        await drafts.save(session, await held(session, desk.ticket_id), DraftForm(text="二通目"), by=desk.agent)

    await cancel(desk, entry_id)

    assert (await draft_of(desk)).body["text"] == "一通目\n\n二通目"


async def test_a_status_that_was_changed_since_stays(desk: Desk) -> None:
    entry_id = await desk.reply(hold_seconds=30, next_status="done")
    async with desk.database.transaction() as session:
        await build_message(session, await held(session, desk.ticket_id), at=now())

    await cancel(desk, entry_id)

    assert (await desk.ticket()).phase is Phase.NEW


async def test_its_message_is_hidden_and_the_history_says_why(desk: Desk) -> None:
    entry_id = await desk.reply(hold_seconds=30)

    await cancel(desk, entry_id)

    entry = await desk.entry(entry_id)
    async with desk.database.reading() as session:
        assert (await session.get_one(Message, entry.message_id)).hidden_at is not None
    assert EventKind.SEND_CANCELLED in await desk.events()


async def test_what_a_worker_has_cannot_be_taken_back(desk: Desk) -> None:
    entry_id = await desk.reply()
    async with desk.database.transaction() as session:
        assert await claim_queries.claim_next(session) is not None

    with pytest.raises(AlreadySent):
        await cancel(desk, entry_id)


async def test_a_scheduled_reply_is_taken_back_without_a_change_of_status(desk: Desk) -> None:
    entry_id = await desk.reply(send_at="2099-01-01T00:00:00Z", next_status="done")

    await cancel(desk, entry_id)

    assert (await desk.ticket()).phase is Phase.IN_PROGRESS
    assert (await draft_of(desk)).body["next_status"] == "done"


@pytest.mark.parametrize("turn", range(5))
async def test_taking_back_and_claiming_at_once_one_of_them_wins(desk: Desk, turn: int) -> None:
    entry_id = await desk.reply()

    async def claim() -> bool:
        async with desk.database.transaction() as session:
            return await claim_queries.claim_next(session) is not None

    [cancelled, is_claimed] = await asyncio.gather(cancel(desk, entry_id), claim(), return_exceptions=True)

    is_cancelled = not isinstance(cancelled, BaseException)
    assert is_cancelled != is_claimed
    expected = OutboxState.CANCELLED if is_cancelled else OutboxState.SENDING
    assert (await desk.entry(entry_id)).state is expected
