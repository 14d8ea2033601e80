"""Workers side by side: nothing twice, nothing forgotten, nothing that was overtaken."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.outbox import service, worker
from app.outbox.models import OutboxEntry, OutboxState
from app.replies import drafts
from app.replies.composing import compose_reply
from app.replies.forms import LetterForm
from app.replies.posting import post
from app.replies.withdrawal import give_back
from app.tickets import queries as ticket_queries
from app.tickets import service as tickets
from app.tickets.closing import set_status
from app.tickets.history_models import EventKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase
from tests.support.builders import build_channel, build_message, build_ticket
from tests.support.replying import Desk, held
from tests.support.senders import RecordingSender

FEW, MANY = 48, 200


@asynccontextmanager
async def working(database: Database, blobs: BlobStore, sender: RecordingSender) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run(database, blobs, lambda _: sender, give_back))
    try:
        yield
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - it is seen in the database alone
            await asyncio.sleep(0.02)


def has(desk: Desk, entry_id: int, state: OutboxState) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return (await desk.entry(entry_id)).state is state

    return check


async def make_due(desk: Desk, entry_id: int) -> None:
    """The time that it was held or scheduled for has come."""
    past = now() - timedelta(hours=1)
    values = {"not_before": past + timedelta(minutes=5), "created_at": past}
    async with desk.database.transaction() as session:
        await session.execute(update(OutboxEntry).where(OutboxEntry.id == entry_id).values(**values))


async def enqueue_many(desk: Desk, count: int) -> None:
    """On a few tickets of several channels."""
    form = LetterForm(text="お知らせ", to=[{"address": "a@example.com"}])
    for _ in range(4):
        async with desk.database.transaction() as session:
            ticket = await build_ticket(session, channel=await build_channel(session))
            await session.flush()
            for _ in range(count // 4):
                letter = await compose_reply(session, ticket, form)
                await post(session, ticket, letter, form, base_version=ticket.version, by=desk.agent)


@pytest.mark.parametrize("entries", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
async def test_four_workers_send_every_entry_once(desk: Desk, blobs: BlobStore, entries: int) -> None:
    sender = RecordingSender()
    await enqueue_many(desk, entries)

    async def are_settled() -> bool:
        async with desk.database.reading() as session:
            count = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.state == OutboxState.SENT)
            return await session.scalar(count) == entries

    async with AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(working(desk.database, blobs, sender))
        await until(are_settled)

    assert set(Counter(sender.ids).values()) == {1}
    assert len(sender.ids) == entries


async def test_a_reply_leaves_as_soon_as_it_is_accepted(desk: Desk, blobs: BlobStore) -> None:
    sender = RecordingSender()

    async with working(desk.database, blobs, sender):
        entry_id = await desk.reply()
        await until(has(desk, entry_id, OutboxState.SENT))

    assert len(sender.sent) == 1


async def test_a_held_reply_leaves_when_its_time_has_come(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply(hold_seconds=60, next_status="done")

    async with working(desk.database, blobs, sender):
        await asyncio.sleep(0.2)
        held_back = sender.offered
        await make_due(desk, entry_id)
        desk.database.wakeups.wake(["outbox"])
        await until(has(desk, entry_id, OutboxState.SENT))

    assert held_back == 0
    assert (await desk.ticket()).phase is Phase.DONE


@pytest.mark.parametrize("is_scheduled", [True, False])
async def test_what_the_customer_overtook_is_a_draft_again(desk: Desk, blobs: BlobStore, is_scheduled: bool) -> None:
    when = {"send_at": now() + timedelta(hours=1)} if is_scheduled else {"hold_seconds": 60}
    sender, entry_id = RecordingSender(), await desk.reply(next_status="done", **when)
    async with desk.database.transaction() as session:
        await build_message(session, await held(session, desk.ticket_id), at=now())
    await make_due(desk, entry_id)

    async with working(desk.database, blobs, sender):
        await until(has(desk, entry_id, OutboxState.CANCELLED))

    async with desk.database.reading() as session:
        draft = await drafts.get(session, await desk.ticket(), by=desk.agent)
    assert (sender.offered, draft.body["text"], draft.base_version) == (0, "お送りします。", 1)
    assert EventKind.SEND_CANCELLED in await desk.events()
    assert (await desk.ticket()).phase is (Phase.IN_PROGRESS if is_scheduled else Phase.NEW)


async def test_a_change_of_status_cancels_a_scheduled_reply(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply(send_at=now() + timedelta(hours=1))
    async with desk.database.transaction() as session:
        done = await ticket_queries.get_status(session, BUILT_IN_STATUS_IDS[Phase.DONE])
        await set_status(session, await held(session, desk.ticket_id), done)
    await make_due(desk, entry_id)

    async with working(desk.database, blobs, sender):
        await until(has(desk, entry_id, OutboxState.CANCELLED))

    assert sender.offered == 0


async def test_ones_own_note_does_not_cancel_it(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply(send_at=now() + timedelta(hours=1), next_status="done")
    async with desk.database.transaction() as session:
        await tickets.add_note(session, await held(session, desk.ticket_id), "メモ", by=desk.agent)
    await make_due(desk, entry_id)

    async with working(desk.database, blobs, sender):
        await until(has(desk, entry_id, OutboxState.SENT))

    assert (await desk.ticket()).phase is Phase.DONE


async def test_one_broken_entry_does_not_stop_the_others(desk: Desk, blobs: BlobStore) -> None:
    sender = RecordingSender(failures=[RuntimeError("broken")])
    entry_ids = [await desk.reply(), await desk.reply()]

    async def outcomes() -> set[tuple[OutboxState, str]]:
        """Which of the two is offered first, and so fails, is left to the database."""
        entries = [await desk.entry(entry_id) for entry_id in entry_ids]
        return {(entry.state, entry.error) for entry in entries}

    async def is_settled() -> bool:
        return {state for state, error in await outcomes() if error or state is OutboxState.SENT} == set(wanted)

    wanted = {OutboxState.SENT: "", OutboxState.QUEUED: "RuntimeError: broken"}
    async with working(desk.database, blobs, sender):
        await until(is_settled)

    assert await outcomes() == set(wanted.items())


async def test_deferred_ones_that_cannot_be_looked_at_keep_no_other_from_leaving(
    desk: Desk, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def is_overtaken(*_: object) -> bool:
        raise RuntimeError("broken")

    sender = RecordingSender()
    broken = [await desk.reply(send_at=now() + timedelta(hours=1)) for _ in range(4)]
    for entry_id in broken:
        await make_due(desk, entry_id)
    entry_id = await desk.reply()
    monkeypatch.setattr(service, "is_overtaken", is_overtaken)

    async with working(desk.database, blobs, sender):
        await until(has(desk, entry_id, OutboxState.SENT))

    assert [(await desk.entry(each)).state for each in broken] == [OutboxState.QUEUED] * 4


async def test_a_new_worker_takes_up_what_a_lost_one_left(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    async with desk.database.transaction() as session:
        values = {"state": OutboxState.SENDING, "claim_token": "lost", "claim_expires": -1.0, "claim_boot_id": ""}
        await session.execute(update(OutboxEntry).where(OutboxEntry.id == entry_id).values(**values))

    async with working(desk.database, blobs, sender):
        await until(has(desk, entry_id, OutboxState.SENT))

    assert len(sender.sent) == 1


async def test_at_most_two_of_a_channel_are_sent_at_once(desk: Desk, blobs: BlobStore) -> None:
    sender = RecordingSender()
    sender.may_commit.clear()
    for _ in range(4):
        await desk.reply()

    async with working(desk.database, blobs, sender):
        await until(lambda: _is(sender.offered == 2))
        await asyncio.sleep(0.2)
        offered = sender.offered
        sender.may_commit.set()
        await until(lambda: _is(len(sender.sent) == 4))

    assert offered == 2


async def test_a_worker_that_ends_waits_for_what_it_sends(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    sender.may_answer.clear()

    async with working(desk.database, blobs, sender):
        await sender.is_handed_over.wait()
        asyncio.get_running_loop().call_later(0.1, sender.may_answer.set)

    assert (await desk.entry(entry_id)).state is OutboxState.SENT


async def _is(value: bool) -> bool:
    return value
