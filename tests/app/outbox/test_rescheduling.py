"""What waits gets another time, leaves at once, or is a draft again as soon as its ticket moved on."""

from datetime import timedelta

import pytest

from app.core.clock import now
from app.core.errors import Invalid
from app.outbox import claim_queries
from app.outbox import queries as outbox_queries
from app.outbox import service as outbox
from app.outbox.errors import AlreadySent, Overtaken
from app.outbox.models import OutboxState
from app.outbox.worker import cancel_if_overtaken
from app.replies import withdrawal
from app.tickets.history_models import EventKind
from tests.support.builders import build_message
from tests.support.replying import Desk, held

LATER = "2099-01-01T00:00:00Z"


async def reschedule(desk: Desk, entry_id: int, hours: int | None) -> None:
    send_at = None if hours is None else now() + timedelta(hours=hours)
    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        entry = await outbox_queries.find_entry(session, entry_id)
        assert entry is not None
        await outbox.reschedule(session, ticket, entry, send_at=send_at, by=desk.agent)


async def receive(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        await build_message(session, await held(session, desk.ticket_id), at=now())


async def doubtful(desk: Desk) -> list[int]:
    async with desk.database.reading() as session:
        return [entry_id for entry_id, _ in await outbox_queries.list_doubtful(session)]


async def cancel_overtaken(desk: Desk, entry_id: int) -> bool:
    async with desk.database.transaction() as session:
        return await cancel_if_overtaken(session, entry_id, desk.ticket_id, give_back=withdrawal.give_back)


async def test_what_waits_gets_another_time(desk: Desk) -> None:
    entry_id = await desk.reply(send_at=LATER)

    await reschedule(desk, entry_id, 3)

    entry = await desk.entry(entry_id)
    assert (entry.state, entry.is_scheduled) == (OutboxState.QUEUED, True)
    assert timedelta(hours=2) < entry.not_before - now() < timedelta(hours=4)
    assert EventKind.RESCHEDULED in await desk.events()


async def test_without_a_time_it_leaves_now(desk: Desk) -> None:
    entry_id = await desk.reply(send_at=LATER)

    await reschedule(desk, entry_id, None)

    async with desk.database.transaction() as session:
        claim = await claim_queries.claim_deferred(session, entry_id)
    assert claim is not None


async def test_the_past_is_refused(desk: Desk) -> None:
    entry_id = await desk.reply(send_at=LATER)

    with pytest.raises(Invalid) as refusal:
        await reschedule(desk, entry_id, -1)

    assert refusal.value.field == "send_at"


async def test_what_was_overtaken_is_not_sent_now(desk: Desk) -> None:
    entry_id = await desk.reply(send_at=LATER)
    await receive(desk)

    with pytest.raises(Overtaken):
        await reschedule(desk, entry_id, None)


async def test_what_a_worker_has_gets_no_other_time(desk: Desk) -> None:
    entry_id = await desk.reply(hold_seconds=30)
    await reschedule(desk, entry_id, None)
    async with desk.database.transaction() as session:
        assert await claim_queries.claim_deferred(session, entry_id) is not None

    with pytest.raises(AlreadySent):
        await reschedule(desk, entry_id, 3)


async def test_a_scheduled_reply_is_a_draft_again_as_soon_as_the_customer_wrote(desk: Desk) -> None:
    entry_id = await desk.reply(send_at=LATER)
    before = await doubtful(desk)
    await receive(desk)

    after, is_cancelled = await doubtful(desk), await cancel_overtaken(desk, entry_id)

    assert (before, after, is_cancelled) == ([], [entry_id], True)
    assert (await desk.entry(entry_id)).state is OutboxState.CANCELLED


async def test_what_nothing_overtook_stays(desk: Desk) -> None:
    entry_id = await desk.reply(send_at=LATER)

    assert not await cancel_overtaken(desk, entry_id)

    assert (await desk.entry(entry_id)).state is OutboxState.QUEUED


async def test_the_mailbox_says_how_long_a_reply_of_the_screen_is_held(desk: Desk) -> None:
    entry = await desk.entry(await desk.reply(hold_seconds="mailbox"))

    assert entry.not_before - entry.created_at == timedelta(seconds=10)
