from httpx import AsyncClient

from app.accounts import queries, team_queries
from app.accounts.models import Agent, Team
from app.channels.models import Channel
from app.core.database import Database
from tests.support.builders import build_channel, build_ticket


async def make_team(desk: AsyncClient, database: Database, *, members: list[Agent], channels: list[Channel]) -> Team:
    form = {
        "name": "返品窓口",
        "member_ids": [str(each.id) for each in members],
        "channel_ids": [str(each.id) for each in channels],
        "shares_by_turn": "true",
    }
    answer = await desk.post("/admin/teams", data=form)
    assert answer.status_code == 303, answer.text
    async with database.reading() as session:
        team = await queries.find_team_by_name(session, "返品窓口")
        assert team
        return team


async def test_a_team_hides_its_mailboxes_from_others(
    desk: AsyncClient, database: Database, client: AsyncClient, lead: Agent
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        ticket = await build_ticket(session, channel=channel)
    before = (await client.get(f"/api/v1/tickets/{ticket.number}")).status_code

    team = await make_team(desk, database, members=[lead], channels=[channel])

    assert before == 200
    assert team.shares_by_turn
    assert (await client.get(f"/api/v1/tickets/{ticket.number}")).status_code == 404


async def test_members_and_switches_change(desk: AsyncClient, database: Database, lead: Agent, agent: Agent) -> None:
    team = await make_team(desk, database, members=[lead], channels=[])

    await desk.post(
        f"/admin/teams/{team.id}",
        data={"name": "返品", "member_ids": [str(agent.id)], "is_category_required": "true"},
    )

    async with database.reading() as session:
        changed = await team_queries.get_team(session, team.id)
        assert (changed.name, changed.shares_by_turn, changed.is_category_required) == ("返品", False, True)
        assert await team_queries.list_member_ids(session, team.id) == [agent.id]


async def test_a_name_is_taken_once(desk: AsyncClient, database: Database) -> None:
    await make_team(desk, database, members=[], channels=[])

    answer = await desk.post("/admin/teams", data={"name": "返品窓口"})

    assert answer.status_code == 422
    assert 'value="返品窓口"' in answer.text


async def test_a_team_with_mailboxes_is_not_archived(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
    team = await make_team(desk, database, members=[], channels=[channel])

    refused = await desk.post(f"/admin/teams/{team.id}/archive")
    await desk.post(f"/admin/teams/{team.id}", data={"name": "返品窓口"})
    archived = await desk.post(f"/admin/teams/{team.id}/archive")

    assert (refused.status_code, archived.status_code) == (409, 303)
    async with database.reading() as session:
        assert (await team_queries.get_team(session, team.id)).archived_at


async def test_a_mailbox_that_is_not_there_is_refused(desk: AsyncClient) -> None:
    answer = await desk.post("/admin/teams", data={"name": "A", "channel_ids": ["999"]})

    assert answer.status_code == 422
