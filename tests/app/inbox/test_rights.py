"""What one may not see does not exist: every address with a foreign ticket answers as for one that never was (G2)."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from app.accounts.models import Role
from app.core.database import Database
from tests.support.builders import build_agent, build_channel, build_customer, build_team, build_ticket
from tests.support.fixtures_web import Clients

NEVER = 987_654
FOREIGN_SUBJECT = "役員室あての件"
LISTS = (
    "/",
    "/tickets?tab=new",
    "/notices",
    "/api/v1/tickets",
    "/api/v1/tabs",
    "/api/v1/customers",
    "/api/v1/channels",
    "/api/v1/outbox",
)


def _of_tickets(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of every route that names a ticket."""
    for router in app.routes:
        for route in getattr(router, "effective_route_contexts", list)():
            if "{number}" in route.path:
                yield from ((method, route.path) for method in sorted(route.methods))


async def _ask(client: AsyncClient, method: str, path: str, number: int) -> Response:
    address = re.sub(r"\{\w+(:\w+)?\}", "1", path.replace("{number}", str(number)))
    return await client.request(method, address)


def _is_for_leads(path: str) -> bool:
    return path.endswith(("/lock/takeover", "/lock/release"))


def _told(response: Response, number: int) -> tuple[int, str]:
    """Without what differs between any two answers: the number that was asked for, and a page's nonces."""
    text = response.text.replace(f'"number":{number}', "")
    return response.status_code, re.sub(r'nonce="[^"]*"', "", text)


@pytest.mark.parametrize("role", [Role.AGENT, Role.CS, Role.LEAD])
async def test_a_foreign_ticket_is_like_none(app: FastAPI, database: Database, clients: Clients, role: Role) -> None:
    async with database.transaction() as session:
        outsider = await build_agent(session, role=role)
        channel = await build_channel(session, name="役員室")
        await build_team(session, channels=[channel], members=[await build_agent(session)])
        foreign = await build_ticket(session, channel=channel, subject=FOREIGN_SUBJECT)
        await session.flush()
    client = await clients.of(outsider)
    token = await clients.with_token(outsider)
    addresses = list(_of_tickets(app))

    assert len(addresses) > 15
    for asking in (client, token):
        for method, path in addresses:
            answer = await _ask(asking, method, path, foreign.number)
            assert _told(answer, foreign.number) == _told(await _ask(asking, method, path, NEVER), NEVER), path
            assert answer.status_code in ({403, 404} if _is_for_leads(path) else {401, 404}), (method, path)
            assert FOREIGN_SUBJECT not in answer.text


async def test_no_list_holds_a_foreign_ticket(database: Database, clients: Clients) -> None:
    async with database.transaction() as session:
        outsider = await build_agent(session)
        channel = await build_channel(session, name="役員室")
        await build_team(session, channels=[channel], members=[await build_agent(session)])
        customer = await build_customer(session, name="秘密の客", address="secret@example.com")
        await build_ticket(session, channel=channel, customer=customer, subject=FOREIGN_SUBJECT)
        await session.flush()
    client = await clients.of(outsider)

    for path in (
        "/",
        "/tickets?tab=new",
        "/notices",
        "/api/v1/tickets",
        "/api/v1/tabs",
        "/api/v1/customers",
        "/api/v1/channels",
    ):
        answer = await client.get(path)
        assert answer.status_code == 200, path
        for secret in (FOREIGN_SUBJECT, "秘密の客", "secret@example.com", channel.key):
            assert secret not in answer.text, path
    assert (await client.get(f"/api/v1/customers/{customer.id}")).status_code == 404


async def test_nobody_is_told_anything_without_signing_in(app: FastAPI, database: Database, clients: Clients) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, subject=FOREIGN_SUBJECT)
        await session.flush()
    nobody = await clients.nobody()

    for method, path in _of_tickets(app):
        answer = await _ask(nobody, method, path, ticket.number)
        assert answer.status_code in (303, 401), (method, path)
        assert FOREIGN_SUBJECT not in answer.text
