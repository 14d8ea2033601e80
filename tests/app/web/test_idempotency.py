import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import time_machine
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from httpx import AsyncClient

from app.accounts import queries, service
from app.accounts.deps import CurrentAgent
from app.accounts.models import Agent
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.settings import Settings
from app.main import create_app
from app.web import idempotency
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients

PATH = "/api/test/agents"
KEY = {"Idempotency-Key": "one"}


def add_routes(app: FastAPI) -> None:
    router = unit_of_work_router(prefix="/api/test")

    @router.post("/agents", status_code=201)
    async def add(request: Request, session: SessionDep, agent: CurrentAgent) -> dict[str, Any]:
        made = await build_agent(session)
        return {"id": made.id}

    @router.post("/refusals")
    async def refuse(session: SessionDep, agent: CurrentAgent) -> Response:
        made = await build_agent(session)
        return JSONResponse({"id": made.id}, status_code=409)

    app.include_router(router)


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    add_routes(app)
    return app


@pytest_asyncio.fixture
async def other_process(
    database_url: str, settings: Settings, box: SecretBox, database: Database
) -> AsyncIterator[FastAPI]:
    """The same database through connections of its own."""
    other = Database(database_url)
    app = create_app(other, settings, box=box)
    add_routes(app)
    yield app
    await other.dispose()


async def count_agents(database: Database) -> int:
    async with database.reading() as session:
        return await queries.count_agents(session)


async def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(
    client: AsyncClient, database: Database
) -> None:
    first = await client.post(PATH, json={"a": 1, "b": 2}, headers=KEY)
    count = await count_agents(database)
    again = await client.post(PATH, content=b'{ "b":2,\n"a":1 }', headers={**KEY, "Content-Type": "application/json"})

    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert await count_agents(database) == count


async def test_without_a_key_each_request_is_an_act(client: AsyncClient) -> None:
    answers = [(await client.post(PATH)).json()["id"] for _ in range(2)]

    assert answers[0] != answers[1]


async def test_another_body_under_the_same_key_is_refused(client: AsyncClient) -> None:
    await client.post(PATH, json={"a": 1}, headers=KEY)

    answer = await client.post(PATH, json={"a": 2}, headers=KEY)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")


async def test_a_refusal_is_not_remembered(client: AsyncClient) -> None:
    first = await client.post("/api/test/refusals", headers=KEY)
    again = await client.post("/api/test/refusals", headers=KEY)

    assert first.status_code == again.status_code == 409
    assert first.json()["id"] != again.json()["id"]


async def test_a_key_is_ones_own_in_every_session_and_nobody_elses(
    clients: Clients, client: AsyncClient, agent: Agent, lead: Agent
) -> None:
    first = (await client.post(PATH, headers=KEY)).json()["id"]

    other_browser = (await (await clients.of(agent)).post(PATH, headers=KEY)).json()["id"]
    other_person = (await (await clients.of(lead)).post(PATH, headers=KEY)).json()["id"]

    assert other_browser == first
    assert other_person != first


async def test_a_remembered_answer_is_not_given_to_a_session_that_ended(
    client: AsyncClient, database: Database, agent: Agent
) -> None:
    await client.post(PATH, headers=KEY)
    async with database.transaction() as session:
        await service.end_sessions(session, agent)

    assert (await client.post(PATH, headers=KEY)).status_code == 401


async def test_the_same_form_has_another_boundary_each_time(client: AsyncClient) -> None:
    def form(content: bytes) -> dict[str, Any]:
        return {"data": {"note": "メモ"}, "files": {"file": ("a.txt", content, "text/plain")}}

    first = await client.post(PATH, headers=KEY, **form(b"same"))
    again = await client.post(PATH, headers=KEY, **form(b"same"))
    other = await client.post(PATH, headers=KEY, **form(b"else"))

    assert first.status_code == 201
    assert again.json() == first.json()
    assert other.status_code == 409


async def test_of_many_at_once_through_two_processes_one_acts_and_all_get_its_answer(
    clients: Clients, agent: Agent, other_process: FastAPI, database: Database, box: SecretBox
) -> None:
    here = await clients.with_token(agent)
    there = await clients.with_token(agent)
    there.headers["Authorization"] = here.headers["Authorization"]
    there._transport.app = other_process  # type: ignore[attr-defined]
    count = await count_agents(database)

    answers = await asyncio.gather(*(browser.post(PATH, headers=KEY) for browser in [here, there] * 10))

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert await count_agents(database) == count + 1


async def test_after_72_hours_a_key_is_new_again(client: AsyncClient, database: Database) -> None:
    first = (await client.post(PATH, headers=KEY)).json()["id"]
    with time_machine.travel(now() + timedelta(hours=73), tick=True):
        async with database.transaction() as session:
            await idempotency.delete_old_keys(session)

        again = (await client.post(PATH, headers=KEY)).json()["id"]

    assert again != first


async def test_a_key_that_is_too_long_is_told_so(client: AsyncClient) -> None:
    answer = await client.post(PATH, headers={"Idempotency-Key": "k" * 256})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
