"""The page of what has not left, the countdown, and the sign of what failed."""

import re

import pytest
import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import Role
from app.bulletin.models import Announcement
from app.core.clock import now
from app.core.database import Database
from app.core.installation import ROW, Installation
from app.outbox.models import OutboxEntry, OutboxState
from tests.support.builders import build_agent
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
    before = await _sign(client)

    await client.post(f"/api/v1/outbox/{entry_id}/settle", json={"as": "cancelled"})

    assert (before, await _sign(client)) == ((1, True), (0, False))
    assert f"unsent-{entry_id}" not in (await client.get("/sending")).text


async def test_the_sign_counts_what_one_wrote_and_for_leads_everything(
    desk: Desk, clients: Clients, client: AsyncClient
) -> None:
    await set_state(desk.database, await desk.reply(), OutboxState.FAILED)
    async with desk.database.transaction() as session:
        colleague, lead = await build_agent(session), await build_agent(session, role=Role.LEAD)

    signs = [await _sign(each) for each in (client, await clients.of(colleague), await clients.of(lead))]

    assert signs == [(1, True), (0, False), (1, True)]


async def test_the_page_is_the_one_that_is_marked(client: AsyncClient) -> None:
    for path in ("/home", "/sending"):
        marked = re.findall(r'<a class="tab" href="([^"]*)"[^>]*aria-current="page"', (await client.get(path)).text)
        assert marked == [path]


@pytest.mark.parametrize("path", ["/", "/home", "/sending"])
async def test_what_is_important_and_paused_stands_above_every_page(desk: Desk, client: AsyncClient, path: str) -> None:
    async with desk.database.transaction() as session:
        session.add(Announcement(title="Stock is short", text="", is_important=True, author_id=desk.agent.id))
        (await session.get_one(Installation, ROW)).sending_paused_at = now()

    page = (await client.get(path)).text

    assert "Stock is short" in page
    assert ('id="bar-' in page) == (path != "/home")
    assert 'id="trouble-sending-paused"' in page


async def _sign(client: AsyncClient) -> tuple[int, bool]:
    """How much it says, and whether it shows."""
    page = (await client.get("/sending")).text
    [(hidden, count)] = re.findall(r'id="not-sent"( hidden)?>.*?<span data-count>(\d+)</span>', page, re.DOTALL)
    return int(count), not hidden
