from typing import Any

import pytest
from httpx import AsyncClient

from app.core.blobs import BlobStore
from app.outbox.models import OutboxState
from app.tickets.history_models import EventKind
from app.tickets.message_models import RecipientState
from connectors.contracts import DeliveryError
from tests.support.replying import Desk
from tests.support.senders import RecordingSender
from tests.support.sending import attempt, facts

OUTBOX = "/api/v1/outbox"


async def failed(desk: Desk, blobs: BlobStore) -> int:
    sender, entry_id = RecordingSender(), await desk.reply()
    error = DeliveryError("550 no", is_permanent=True, refused={"tanaka@example.com": "550 no"})
    sender.failures = [error]
    await attempt(desk, blobs, sender)
    return entry_id


async def uncertain(desk: Desk, blobs: BlobStore) -> int:
    sender, entry_id = RecordingSender(), await desk.reply()
    sender.failures_after_commit_point = [DeliveryError("no answer", is_uncertain=True)]
    await attempt(desk, blobs, sender)
    return entry_id


async def items(client: AsyncClient, **params: Any) -> list[Any]:
    return list((await client.get(OUTBOX, params=params)).json()["items"])


async def test_the_outbox_is_listed_by_state_and_page(desk: Desk, client: AsyncClient, blobs: BlobStore) -> None:
    failed_id = await failed(desk, blobs)
    waiting_ids = [await desk.reply() for _ in range(3)]

    first = (await client.get(OUTBOX, params={"state": "queued", "limit": 2})).json()
    rest = (await client.get(OUTBOX, params={"state": "queued", "limit": 2, "cursor": first["next_cursor"]})).json()
    foreign = await client.get(OUTBOX, params={"state": "failed", "cursor": first["next_cursor"]})

    assert [item["id"] for item in first["items"] + rest["items"]] == waiting_ids[::-1]
    assert rest["next_cursor"] is None
    assert [(item["id"], item["error"]) for item in await items(client, state="failed")] == [(failed_id, "550 no")]
    assert foreign.status_code == 422


async def test_an_unknown_state_is_refused(client: AsyncClient) -> None:
    assert (await client.get(OUTBOX, params={"state": "lost"})).status_code == 422


@pytest.mark.parametrize("make", [failed, uncertain])
async def test_a_person_sends_it_again(desk: Desk, client: AsyncClient, blobs: BlobStore, make: Any) -> None:
    entry_id, sender = await make(desk, blobs), RecordingSender()

    answer = await client.post(f"{OUTBOX}/{entry_id}/resend")
    await attempt(desk, blobs, sender)

    entry = await desk.entry(entry_id)
    recipients = await desk.recipients(entry.message_id)
    assert (answer.status_code, answer.json()["state"]) == (200, "queued")
    assert (entry.state, len(sender.sent)) == (OutboxState.SENT, 1)
    assert {each.state for each in recipients[1:]} == {RecipientState.SENT}
    assert EventKind.RESENT in await desk.events()


@pytest.mark.parametrize("make", [failed, uncertain])
async def test_settled_as_sent_it_counts_as_sent(desk: Desk, client: AsyncClient, blobs: BlobStore, make: Any) -> None:
    entry_id = await make(desk, blobs)

    answer = await client.post(f"{OUTBOX}/{entry_id}/settle", json={"as": "sent"})

    assert (answer.status_code, answer.json()["state"]) == (200, "sent")
    assert len(await facts(desk)) == 1
    assert EventKind.SEND_SETTLED in await desk.events()


async def test_settled_as_failed_it_does_not(desk: Desk, client: AsyncClient, blobs: BlobStore) -> None:
    entry_id = await uncertain(desk, blobs)

    answer = await client.post(f"{OUTBOX}/{entry_id}/settle", json={"as": "failed"})

    assert answer.json()["state"] == "failed"
    assert await facts(desk) == []


async def test_what_is_discarded_waits_no_more(desk: Desk, client: AsyncClient, blobs: BlobStore) -> None:
    entry_id = await failed(desk, blobs)

    answer = await client.post(f"{OUTBOX}/{entry_id}/settle", json={"as": "cancelled"})

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert (await desk.entry(entry_id)).state is OutboxState.CANCELLED
    assert await facts(desk) == []


async def test_only_failed_and_uncertain_ones_wait_for_a_person(desk: Desk, client: AsyncClient) -> None:
    entry_id = await desk.reply()

    answers = [
        await client.post(f"{OUTBOX}/{entry_id}/resend"),
        await client.post(f"{OUTBOX}/{entry_id}/settle", json={"as": "sent"}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert (await desk.entry(entry_id)).state is OutboxState.QUEUED
