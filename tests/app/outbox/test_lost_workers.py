"""A worker that dies or comes late: again before the commit point, a person's decision after it."""

import asyncio

import pytest

from app.core.blobs import BlobStore
from app.outbox import claim_queries, queries
from app.outbox.models import OutboxState
from app.outbox.outcomes import NotTaken, Sent, Unclear
from app.tickets.history_models import EventKind
from tests.support.replying import Desk
from tests.support.senders import RecordingSender, WorkerKilled
from tests.support.sending import attempt, claim, expire, facts, recover, settle_in_unit


async def test_a_worker_killed_before_the_commit_point_leaves_it_for_another(desk: Desk, blobs: BlobStore) -> None:
    killed, sender, entry_id = RecordingSender(failures=[WorkerKilled()]), RecordingSender(), await desk.reply()
    with pytest.raises(WorkerKilled):
        await attempt(desk, blobs, killed)
    await expire(desk, entry_id)

    await recover(desk)
    await attempt(desk, blobs, sender)

    assert (await desk.entry(entry_id)).state is OutboxState.SENT
    assert (len(killed.sent), len(sender.sent)) == (0, 1)


async def test_a_worker_killed_after_the_commit_point_leaves_it_to_a_person(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(failures_after_commit_point=[WorkerKilled()]), await desk.reply()
    with pytest.raises(WorkerKilled):
        await attempt(desk, blobs, sender)
    await expire(desk, entry_id)

    await recover(desk)

    async with desk.database.transaction() as session:
        again = await claim_queries.claim_next(session)
    assert ((await desk.entry(entry_id)).state, again) == (OutboxState.UNCERTAIN, None)
    assert EventKind.SEND_UNCERTAIN in await desk.events()


async def test_a_slow_worker_whose_claim_was_given_away_hands_nothing_over(desk: Desk, blobs: BlobStore) -> None:
    slow, quick, entry_id = RecordingSender(), RecordingSender(), await desk.reply()
    slow.may_commit.clear()
    first = asyncio.create_task(attempt(desk, blobs, slow))
    await slow.is_offered.wait()
    await expire(desk, entry_id)
    await recover(desk)
    await attempt(desk, blobs, quick)

    slow.may_commit.set()
    await first

    assert (len(slow.sent), len(quick.sent)) == (0, 1)
    assert (await desk.entry(entry_id)).state is OutboxState.SENT


async def test_a_late_certain_result_makes_an_uncertain_message_sent(desk: Desk, blobs: BlobStore) -> None:
    slow, entry_id = RecordingSender(), await desk.reply()
    slow.may_answer.clear()
    sending = asyncio.create_task(attempt(desk, blobs, slow))
    await slow.is_handed_over.wait()
    await expire(desk, entry_id)
    await recover(desk)
    before = (await desk.entry(entry_id)).state

    slow.may_answer.set()
    await sending

    assert (before, (await desk.entry(entry_id)).state) == (OutboxState.UNCERTAIN, OutboxState.SENT)
    assert len(await facts(desk)) == 1


@pytest.mark.parametrize("late", [NotTaken("550 no", is_permanent=True), NotTaken("451 later"), Unclear("lost")])
async def test_no_late_result_makes_a_sent_or_uncertain_message_anything_else(
    desk: Desk, late: NotTaken | Unclear
) -> None:
    entry_id = await desk.reply()
    claimed = await claim(desk.database)
    await settle_in_unit(desk, claimed, Unclear("lost"))

    await settle_in_unit(desk, claimed, late)
    uncertain = (await desk.entry(entry_id)).state
    await settle_in_unit(desk, claimed, Sent())
    await settle_in_unit(desk, claimed, late)

    assert (uncertain, (await desk.entry(entry_id)).state) == (OutboxState.UNCERTAIN, OutboxState.SENT)
    assert len(await facts(desk)) == 1


async def test_a_long_sending_keeps_its_claim(desk: Desk, blobs: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.outbox.delivery.RENEW_SECONDS", 0.01)
    slow, entry_id = RecordingSender(), await desk.reply()
    slow.may_answer.clear()
    sending = asyncio.create_task(attempt(desk, blobs, slow))
    await slow.is_handed_over.wait()
    await expire(desk, entry_id)

    async def is_renewed() -> bool:
        return ((await desk.entry(entry_id)).claim_expires or 0) > 0

    async with asyncio.timeout(30):
        while not await is_renewed():  # noqa: ASYNC110 - the renewal is seen in its row alone
            await asyncio.sleep(0.01)
    await recover(desk)
    slow.may_answer.set()
    await sending

    assert (await desk.entry(entry_id)).state is OutboxState.SENT
    assert EventKind.SEND_UNCERTAIN not in await desk.events()


async def test_it_hands_nothing_over_while_the_other_is_sending(desk: Desk, blobs: BlobStore) -> None:
    slow, quick, entry_id = RecordingSender(), RecordingSender(), await desk.reply()
    slow.may_commit.clear()
    quick.may_commit.clear()
    first = asyncio.create_task(attempt(desk, blobs, slow))
    await slow.is_offered.wait()
    await expire(desk, entry_id)
    await recover(desk)
    second = asyncio.create_task(attempt(desk, blobs, quick))
    await quick.is_offered.wait()

    slow.may_commit.set()
    await first
    quick.may_commit.set()
    await second

    assert (len(slow.sent), len(quick.sent)) == (0, 1)


@pytest.mark.parametrize("late", [Sent(), NotTaken("550 no", is_permanent=True), Unclear("lost")])
async def test_what_it_reports_does_not_touch_the_claim_of_another(desk: Desk, late: Sent | NotTaken | Unclear) -> None:
    entry_id = await desk.reply()
    lost = await claim(desk.database)
    await expire(desk, entry_id)
    await recover(desk)
    await claim(desk.database)

    await settle_in_unit(desk, lost, late)

    assert (await desk.entry(entry_id)).state is OutboxState.SENDING


async def test_what_was_cancelled_is_not_claimed(desk: Desk) -> None:
    entry_id = await desk.reply()
    async with desk.database.transaction() as session:
        await queries.change(session, entry_id, when=[OutboxState.QUEUED], state=OutboxState.CANCELLED)

    async with desk.database.transaction() as session:
        assert await claim_queries.claim_deferred(session, entry_id) is None
