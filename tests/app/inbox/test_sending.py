"""The page of what has not left, the countdown, and the sign of what failed."""

import pytest
import pytest_asyncio
from httpx import AsyncClient

from app.core.database import Database
from app.outbox.models import OutboxEntry, OutboxState
from tests.support.fixtures_web import Clients
from tests.support.replying import Desk

LATER = "2099-01-01T00:00:00Z"


@pytest_asyncio.fixture
async def client(clients: Clients, desk: Desk) -> AsyncClient:
    """Whoever writes the replies."""
    return await clients.of(desk.agent)


async def set_state(database: Database, entry_id: int, state: OutboxState) -> None:
    async with database.transaction() as session:
        (await session.get_one(OutboxEntry, entry_id)).state = state


@pytest.mark.parametrize(
    ("terms", "sign"), [({"send_at": LATER}, "change-time"), ({"hold_seconds": 60}, "take-back"), ({}, "take-back")]
)
async def test_what_waits_is_listed_with_its_decision(
    desk: Desk, client: AsyncClient, terms: dict[str, object], sign: str
) -> None:
    entry_id = await desk.reply(**terms)

    page = (await client.get("/sending")).text

    assert f'id="unsent-{entry_id}"' in page
    assert f'data-action="{sign}" data-entry="{entry_id}"' in page


async def test_only_what_is_held_counts_down(desk: Desk, client: AsyncClient) -> None:
    await desk.reply(send_at=LATER)
    held_id = await desk.reply(hold_seconds=60)

    page = (await client.get("/sending/holding")).text

    assert page.count("data-held=") == 1
    assert f'id="holding-{held_id}"' in page


@pytest.mark.parametrize("state", [OutboxState.FAILED, OutboxState.UNCERTAIN])
async def test_what_was_not_sent_is_a_sign_until_it_is_discarded(
    desk: Desk, client: AsyncClient, state: OutboxState
) -> None:
    entry_id = await desk.reply()
    await set_state(desk.database, entry_id, state)
    before = (await client.get("/sending/holding")).text

    await client.post(f"/api/v1/outbox/{entry_id}/settle", json={"as": "cancelled"})

    after = (await client.get("/sending/holding")).text
    assert ('data-not-sent="1"' in before, 'data-not-sent="0"' in after) == (True, True)
    assert f"unsent-{entry_id}" not in (await client.get("/sending")).text
