from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from tests.support.builders import build_agent, build_team


async def test_me_is_who_asks_with_role_and_teams(client: AsyncClient, database: Database, agent: Agent) -> None:
    async with database.transaction() as session:
        team = await build_team(session, name="返品", members=[agent])
        await build_team(session, name="請求")

    me = (await client.get("/api/v1/me")).json()

    assert me["agent"] == {"id": agent.id, "name": agent.name, "email": agent.email, "role": "agent", "locale": "ja"}
    assert (me["role"], me["teams"]) == ("agent", [{"id": team.id, "name": "返品"}])


async def test_colleagues_are_listed_page_by_page(client: AsyncClient, database: Database, agent: Agent) -> None:
    async with database.transaction() as session:
        others = [await build_agent(session, name=f"人 {number}") for number in range(3)]

    first = (await client.get("/api/v1/agents?limit=2")).json()
    second = (await client.get("/api/v1/agents", params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert [each["id"] for each in first["items"] + second["items"]] == [agent.id, *(each.id for each in others)]
    assert second["next_cursor"] is None


async def test_a_cursor_of_another_list_is_refused(client: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        await build_agent(session)
    cursor = (await client.get("/api/v1/agents?limit=1")).json()["next_cursor"]

    answer = await client.get("/api/v1/teams", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_an_unknown_parameter_is_refused_by_name(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/agents?colour=red&limit=201")

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"colour", "limit"}
