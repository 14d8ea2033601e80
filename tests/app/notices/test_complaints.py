"""A complaint is told to the leads who see the ticket."""

from app.accounts.models import Agent, Role
from app.core.database import Database
from app.notices import queries
from app.notices.jobs import NOTICES
from app.notices.models import NoticeKind
from app.tickets.assignment import flag_complaint
from app.tickets.history_models import Actor
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.log_reading import run_once


async def _complained(database: Database, *, by: Agent, leads: list[Agent]) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel], members=leads)
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
        flag_complaint(session, ticket, True, by=Actor.agent(by))
    await run_once(database, NOTICES)


async def _told(database: Database, agent: Agent) -> list[NoticeKind]:
    async with database.reading() as session:
        audience_ids = list(range(1, 10))
        found = await queries.list_notices(session, agent.id, audience_ids=audience_ids, limit=10)
    return [each.kind for each in found]


async def test_the_leads_who_see_it_are_told(database: Database, agent: Agent, lead: Agent, admin: Agent) -> None:
    async with database.transaction() as session:
        outsider = await build_agent(session, role=Role.LEAD)

    await _complained(database, by=agent, leads=[lead])

    assert await _told(database, lead) == [NoticeKind.COMPLAINT]
    assert [await _told(database, each) for each in (outsider, admin, agent)] == [[], [], []]


async def test_without_a_lead_the_admins_are_told(database: Database, agent: Agent, admin: Agent) -> None:
    await _complained(database, by=agent, leads=[])

    assert await _told(database, admin) == [NoticeKind.COMPLAINT]


async def test_nobody_is_told_of_their_own_mark(database: Database, lead: Agent) -> None:
    await _complained(database, by=lead, leads=[lead])

    assert await _told(database, lead) == []
