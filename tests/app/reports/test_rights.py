from datetime import timedelta

import pytest

from app.accounts.models import Agent, Role, Scope
from app.core.database import Database
from app.tickets import assignment, closing, queries
from app.tickets.history_models import Actor
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Status
from tests.support.builders import AT, build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients

DAYS = "from=2026-11-01&to=2026-11-05"


async def fill(database: Database, agent: Agent, lead: Agent) -> None:
    """One ticket each, and one where neither sees anything."""
    async with database.transaction() as session:
        seen, foreign = await build_channel(session), await build_channel(session, name="よそ")
        await build_team(session, members=[agent, lead], channels=[seen])
        await build_team(session, name="よそ", members=[await build_agent(session)], channels=[foreign])
        await build_ticket(session, channel=foreign)
        done = await session.get_one(Status, BUILT_IN_STATUS_IDS[Phase.DONE])
        for person in (agent, lead):
            ticket = await build_ticket(session, channel=seen, at=AT + timedelta(hours=1))
            await session.flush()
            held = await queries.find_ticket(session, ticket.id)
            assert held is not None
            await assignment.assign(session, held, to=person)
            await closing.set_status(session, held, done, by=Actor.agent(person))


async def test_an_agent_sees_what_they_did_and_what_is_theirs(
    database: Database, clients: Clients, agent: Agent, lead: Agent
) -> None:
    await fill(database, agent, lead)
    client, leads = await clients.of(agent), await clients.of(lead)

    assert (await client.get(f"/api/v1/reports/volume?{DAYS}")).json()["totals"]["received"] == 1
    assert (await leads.get(f"/api/v1/reports/volume?{DAYS}")).json()["totals"]["received"] == 2
    assert [row[1] for row in (await client.get("/api/v1/reports/work")).json()["rows"]] == [agent.id]
    assert {row[1] for row in (await leads.get("/api/v1/reports/work")).json()["rows"]} == {agent.id, lead.id}


@pytest.mark.parametrize(
    "asked",
    ["work?actor={}&act=handled", "volume?assignee={}", "speed?actor={}&act=first_reply", "volume?assignee=none"],
)
async def test_others_numbers_are_for_who_leads_them(
    database: Database, clients: Clients, agent: Agent, lead: Agent, asked: str
) -> None:
    path = f"/api/v1/reports/{asked.format(lead.id)}"

    assert (await (await clients.of(agent)).get(path)).status_code == 403
    assert (await (await clients.of(lead)).get(path)).status_code == 200


async def test_a_token_needs_the_scope(database: Database, clients: Clients) -> None:
    async with database.transaction() as session:
        cs = await build_agent(session, role=Role.CS)

    reader = await clients.with_token(cs, scopes=[Scope.READ])
    reporter = await clients.with_token(cs, scopes=[Scope.REPORTS])

    assert (await reader.get("/api/v1/reports/volume")).status_code == 403
    assert (await reporter.get("/api/v1/reports/volume")).status_code == 200
