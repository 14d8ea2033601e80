"""The count beside each tab is the number of its rows, whatever happened (B1)."""

import random
from datetime import timedelta

from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import can_see
from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.tickets import assignment, closing, history_queries, service
from app.tickets.history_models import Actor
from app.tickets.models import Phase, Ticket
from app.tickets.queries import find_ticket
from tests.support.builders import build_agent, build_channel, build_message, build_team, build_ticket

STEPS = 60


async def _counts(client: AsyncClient) -> dict[str, int]:
    return {tab["key"]: tab["count"] for tab in (await client.get("/api/v1/tabs")).json()}


async def _rows(client: AsyncClient) -> dict[str, int]:
    asked = {phase.value: f"phase={phase}" for phase in Phase}
    asked["mine"] = "assignee=me&phase=new&phase=in_progress"
    asked["overdue"] = "overdue=true&sort=due_at"
    return {
        key: len((await client.get(f"/api/v1/tickets?limit=200&{query}")).json()["items"])
        for key, query in asked.items()
    }


async def _act(session: AsyncSession, ticket: Ticket, agent: Agent, chance: random.Random) -> None:
    """Something that an agent or a customer could do next."""
    match chance.randrange(7):
        case 0 | 1:
            status = await closing.status_by_key(session, chance.choice(list(Phase)))
            await closing.set_status(session, ticket, status, by=Actor.agent(agent))
        case 2:
            to = chance.choice([agent, None]) if await can_see(session, agent, ticket.audience_id) else None
            await assignment.assign(session, ticket, to=to, by=Actor.agent(agent))
        case 3:
            await build_message(session, ticket)
        case 4:
            ticket.is_counted = not ticket.is_counted
            assignment.flag_complaint(session, ticket, not ticket.is_complaint)
        case 5:
            late = now() - timedelta(hours=1)
            ticket.due_at = None if ticket.due_at or ticket.is_done else chance.choice([late, now() + timedelta(1)])
        case _:
            ticket.snoozed_until = None if ticket.snoozed_until or ticket.is_done else now()


async def test_counts_equal_rows_under_every_act(database: Database, client: AsyncClient, agent: Agent) -> None:
    chance = random.Random(7)
    async with database.transaction() as session:
        ours = [await build_channel(session), await build_channel(session, name="返品")]
        foreign = await build_channel(session, name="役員室")
        await build_team(session, channels=[foreign], members=[await build_agent(session)])
        tickets = [await build_ticket(session, channel=chance.choice([*ours, foreign])) for _ in range(15)]

    for step in range(STEPS):
        async with database.transaction() as session:
            ticket = await find_ticket(session, chance.choice(tickets).id)
            assert ticket is not None
            await _act(session, ticket, agent, chance)
            if step % 10 == 0:
                await service.link_channel(session, ticket, ours[1])
                await history_queries.fold_counts(session)
        assert await _counts(client) == await _rows(client), step


async def test_with_a_mailbox_the_counts_are_the_mailboxs(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        first, second = await build_channel(session, name="一"), await build_channel(session, name="二")
        for _ in range(3):
            await build_ticket(session, channel=first)
        both = await build_ticket(session, channel=second)
        await session.flush()
        await service.link_channel(session, both, first)

    page = await client.get(f"/tickets?tab=new&channel={first.id}")
    other = await client.get(f"/tickets?tab=new&channel={second.id}")

    assert page.text.count('class="row row--new"') == 4
    assert other.text.count('class="row row--new"') == 1
    assert 'data-tab-count="new">4<' in page.text
    assert 'data-tab-count="new">1<' in other.text
    assert f'data-mailbox-count="{first.id}">4<' in other.text
    assert f'data-mailbox-count="{second.id}">1<' in page.text
