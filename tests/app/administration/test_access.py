"""Every page of the settings × every role: nobody but administrators comes in."""

import re

import pytest
from fastapi import FastAPI

from app.accounts.models import Agent, Role
from app.core.database import Database
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients

PREFIX = "/admin"


def admin_routes(app: FastAPI) -> list[tuple[str, str]]:
    found = []
    for router in app.routes:
        for route in getattr(router, "effective_route_contexts", list)():
            if route.path.startswith(PREFIX):
                path = re.sub(r"\{\w+\}", "1", route.path)
                found += [(method, path) for method in sorted(route.methods - {"HEAD"})]
    return found


@pytest.mark.parametrize("role", [Role.AGENT, Role.CS, Role.LEAD])
async def test_nobody_else_comes_in(app: FastAPI, clients: Clients, database: Database, role: Role) -> None:
    async with database.transaction() as session:
        somebody = await build_agent(session, role=role)
    browser = await clients.of(somebody)

    routes = admin_routes(app)
    answers = {(method, path): (await browser.request(method, path)).status_code for method, path in routes}

    assert len(routes) > 40
    assert {route: status for route, status in answers.items() if status != 403} == {}


async def test_who_is_not_signed_in_is_asked_to(app: FastAPI, clients: Clients) -> None:
    browser = await clients.nobody()

    answers = {(method, path): (await browser.request(method, path)) for method, path in admin_routes(app)}

    assert {answer.headers.get("location", "").split("?")[0] for answer in answers.values()} == {"/sign-in"}


async def test_an_admin_comes_in_everywhere(app: FastAPI, clients: Clients, admin: Agent) -> None:
    browser = await clients.of(admin)

    pages = [path for method, path in admin_routes(app) if method == "GET" and "/1" not in path]
    answers = {path: (await browser.get(path)).status_code for path in pages}

    back_from_a_provider = "/admin/mailboxes/consent"
    assert answers.pop(back_from_a_provider) == 303
    assert {path: status for path, status in answers.items() if status != 200} == {}
