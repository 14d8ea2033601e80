from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries
from app.core.database import Database, do_last
from app.core.errors import Conflict
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients


class DiskFull(Exception):
    """Only COMMIT finds it out."""


def add_routes(app: FastAPI) -> None:
    router = unit_of_work_router(prefix="/api/test")

    @router.post("/agents")
    async def add(session: SessionDep) -> str:
        await build_agent(session)
        return "added"

    @router.post("/agents/refused")
    async def add_and_refuse(session: SessionDep) -> None:
        await build_agent(session)
        raise Conflict

    @router.post("/agents/last")
    async def add_and_fail_last(session: SessionDep) -> str:
        await build_agent(session)
        do_last(session, fail)
        return "added"

    @router.post("/crash")
    async def crash() -> None:
        raise DiskFull("the secret is 1234")

    app.include_router(router)


async def fail(session: AsyncSession) -> None:
    raise DiskFull


@pytest_asyncio.fixture
async def browser(app: FastAPI, clients: Clients) -> AsyncIterator[AsyncClient]:
    add_routes(app)
    yield await clients.nobody()


async def count_agents(database: Database) -> int:
    async with database.reading() as session:
        return await queries.count_agents(session)


async def test_what_is_answered_with_200_is_stored(browser: AsyncClient, database: Database) -> None:
    answer = await browser.post("/api/test/agents")

    assert answer.status_code == 200
    assert await count_agents(database) == 1


async def test_a_commit_that_fails_is_never_answered_with_200(browser: AsyncClient, database: Database) -> None:
    def refuse(connection: Any) -> None:
        raise DiskFull

    event.listen(database.writer.sync_engine, "commit", refuse)
    answer = await browser.post("/api/test/agents")
    event.remove(database.writer.sync_engine, "commit", refuse)

    assert answer.status_code == 500
    assert await count_agents(database) == 0


async def test_the_last_statement_belongs_to_the_unit_of_work(browser: AsyncClient, database: Database) -> None:
    answer = await browser.post("/api/test/agents/last")

    assert answer.status_code == 500
    assert await count_agents(database) == 0


async def test_an_error_takes_everything_back(browser: AsyncClient, database: Database) -> None:
    answer = await browser.post("/api/test/agents/refused")

    assert answer.status_code == 409
    assert await count_agents(database) == 0


async def test_after_a_failure_the_next_request_is_served(browser: AsyncClient, database: Database) -> None:
    await browser.post("/api/test/agents/last")

    assert (await browser.post("/api/test/agents")).status_code == 200


async def test_a_crash_is_a_problem_without_its_reason_and_with_the_headers_of_every_answer(
    browser: AsyncClient,
) -> None:
    answer = await browser.post("/api/test/crash")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal"
    assert "1234" not in answer.text
    assert "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
