from datetime import timedelta

import pytest
import time_machine
from httpx import AsyncClient

from app.accounts import people, queries, service
from app.accounts.models import SESSION_LIFE, Agent, Scope
from app.core.clock import now
from app.core.database import Database
from tests.support.fixtures_web import Clients

PROFILE = {"name": "花子", "locale": "ja", "signature": ""}


async def sign_out_everywhere(database: Database, agent: Agent) -> None:
    async with database.transaction() as session:
        await service.end_sessions(session, agent)


async def test_a_session_that_was_ended_is_over_at_once(client: AsyncClient, database: Database, agent: Agent) -> None:
    assert (await client.get("/api/v1/me")).status_code == 200

    await sign_out_everywhere(database, agent)

    answer = await client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_who_is_disabled_is_out_at_once_with_sessions_and_tokens(
    clients: Clients, client: AsyncClient, database: Database, agent: Agent
) -> None:
    program = await clients.with_token(agent)
    async with database.transaction() as session:
        await people.disable(session, await queries.get_agent(session, agent.id), by=None)

    assert (await client.get("/api/v1/me")).status_code == 401
    assert (await program.get("/api/v1/me")).status_code == 401


async def test_a_session_without_use_ends(client: AsyncClient) -> None:
    with time_machine.travel(now() + SESSION_LIFE + timedelta(seconds=1)):
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_session_in_use_goes_on(client: AsyncClient) -> None:
    with time_machine.travel(now() + SESSION_LIFE - timedelta(days=1)):
        await client.post("/settings", data=PROFILE)
    with time_machine.travel(now() + SESSION_LIFE + timedelta(days=2)):
        assert (await client.get("/api/v1/me")).status_code == 200


async def test_a_session_is_written_to_by_writing_requests_and_not_each_time(
    client: AsyncClient, database: Database, agent: Agent
) -> None:
    async def last_seen() -> object:
        async with database.reading() as session:
            return (await queries.list_sessions(session, agent.id, at=now()))[0].last_seen_at

    begun = await last_seen()
    with time_machine.travel(now() + timedelta(minutes=4)):
        await client.post("/settings", data=PROFILE)
        assert await last_seen() == begun
    with time_machine.travel(now() + timedelta(minutes=6)):
        await client.get("/api/v1/me")
        assert await last_seen() == begun
        await client.post("/settings", data=PROFILE)
        assert await last_seen() != begun


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        ([], 200, 303),
        ([Scope.READ], 200, 403),
        ([Scope.WRITE], 403, 303),
        ([Scope.READ, Scope.WRITE], 200, 303),
        ([Scope.REPORTS], 403, 403),
    ],
)
async def test_a_token_does_what_its_scopes_say(
    clients: Clients, agent: Agent, scopes: list[Scope], reads: int, writes: int
) -> None:
    program = await clients.with_token(agent, scopes=scopes)

    assert (await program.get("/api/v1/agents")).status_code == reads
    assert (await program.post("/settings", data=PROFILE)).status_code == writes


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer nonsense", "Basic eDp5", "bearer \x00"])
async def test_a_token_that_is_none_is_no_sign_in(clients: Clients, authorization: str) -> None:
    nobody = await clients.nobody()

    answer = await nobody.get("/api/v1/me", headers={"Authorization": authorization})

    assert answer.status_code == 401


async def test_a_token_is_not_helped_by_a_session_beside_it(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/me", headers={"Authorization": "Bearer nonsense"})

    assert answer.status_code == 401


async def test_a_page_that_htmx_asks_for_sends_the_whole_page_to_sign_in(clients: Clients) -> None:
    nobody = await clients.nobody()

    answer = await nobody.get("/settings", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in")
