"""Two records turn out to be one person, and two again: tickets, addresses, rights, history, races (E1, MODEL 13)."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.errors import AppError
from app.customers.models import Customer, Identity
from app.tickets import uniting
from app.tickets.history_models import Actor, EventKind, TicketEvent
from app.tickets.models import Phase, Ticket
from tests.app.merging.tickets import open_ticket
from tests.support.arrivals import Intake, build_mail
from tests.support.builders import build_channel, build_team
from tests.support.fixtures_web import Clients

TARO, HANAKO = "taro@example.com", "hanako@example.jp"


async def customer_of(database: Database, number: int) -> int:
    async with database.reading() as session:
        return (await session.get_one(Ticket, number)).customer_id


async def two(database: Database) -> tuple[int, int, int, int]:
    """Two tickets of two customers: the tickets' numbers, the customers' ids."""
    one = await open_ticket(database, address=TARO)
    other = await open_ticket(database, address=HANAKO, phase=Phase.DONE)
    return one, other, await customer_of(database, one), await customer_of(database, other)


async def join(client: AsyncClient, source: int, into: int) -> Any:
    return await client.post(f"/api/v1/customers/{source}/merge", json={"into": into})


async def test_tickets_addresses_and_the_id_lead_to_who_remains(database: Database, client: AsyncClient) -> None:
    one, other, source, into = await two(database)

    answer = await join(client, source, into)
    seen = (await client.get(f"/api/v1/customers/{source}")).json()
    listed = (await client.get("/api/v1/customers")).json()["items"]
    filtered = (await client.get("/api/v1/tickets", params={"customer": into})).json()["items"]

    assert answer.status_code == 200, answer.text
    assert seen["id"] == into
    assert [each["id"] for each in listed] == [into]
    assert {each["number"] for each in filtered} == {one, other}
    async with database.reading() as session:
        identities = (await session.scalars(select(Identity).order_by(Identity.id))).all()
        ticket = await session.get_one(Ticket, one)
    assert {identity.customer_id for identity in identities} == {into}
    assert [identity.origin_customer_id for identity in identities] == [source, into]
    assert (ticket.customer_id, ticket.origin_customer_id) == (into, source)


async def test_both_tell_of_it_and_of_the_undoing(database: Database, client: AsyncClient) -> None:
    one, other, source, into = await two(database)

    await join(client, source, into)
    await client.delete(f"/api/v1/customers/{source}/merge")

    kinds = (EventKind.CUSTOMERS_JOINED, EventKind.CUSTOMERS_PARTED)
    async with database.reading() as session:
        statement = select(TicketEvent).where(TicketEvent.kind.in_(kinds)).order_by(TicketEvent.id)
        events = (await session.scalars(statement)).all()
    assert {(event.ticket_id, event.kind) for event in events} >= {(one, kinds[0]), (other, kinds[0]), (one, kinds[1])}
    assert events[0].changes["customer_ids"] == [source, into]
    assert events[0].changes["how"] == "hand"


async def test_parted_each_has_what_was_theirs_and_what_their_addresses_opened_since(
    database: Database, client: AsyncClient, blobs: BlobStore
) -> None:
    one, other, source, into = await two(database)
    await join(client, source, into)
    async with database.transaction() as session:
        channel = await build_channel(session, name="受付", address="desk@example.jp")
    await Intake(database, blobs).take_in(channel, build_mail(mail_id="later@new.example", sender=TARO))
    async with database.reading() as session:
        later = (await session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(1))).one()
    assert await customer_of(database, later) == into

    answer = await client.delete(f"/api/v1/customers/{source}/merge")

    assert answer.status_code == 200, answer.text
    assert [await customer_of(database, number) for number in (one, later, other)] == [source, source, into]
    assert answer.json()["id"] == source
    assert (await client.delete(f"/api/v1/customers/{source}/merge")).status_code == 409


async def test_out_of_a_chain_each_comes_back_with_those_who_were_joined_with_them(
    database: Database, client: AsyncClient
) -> None:
    one, other, first, second = await two(database)
    third_ticket = await open_ticket(database, address="third@example.com")
    third = await customer_of(database, third_ticket)
    await join(client, first, second)
    await join(client, second, third)

    await client.delete(f"/api/v1/customers/{second}/merge")

    assert [await customer_of(database, number) for number in (one, other, third_ticket)] == [second, second, third]
    await client.delete(f"/api/v1/customers/{first}/merge")
    assert await customer_of(database, one) == first


async def test_nobody_is_joined_with_themselves_or_twice(database: Database, client: AsyncClient) -> None:
    _, _, source, into = await two(database)

    with_itself = await join(client, source, source)
    await join(client, source, into)
    again = await join(client, source, into)

    assert [each.json()["code"] for each in (with_itself, again)] == ["same_customer"] * 2


async def test_who_sees_only_one_of_them_can_neither_join_nor_part(
    database: Database, clients: Clients, agent: Agent, admin: Agent, client: AsyncClient
) -> None:
    async with database.transaction() as session:
        hidden = await build_channel(session, name="経理", address="keiri@example.jp")
        await build_team(session, name="経理", channels=[hidden])
    secret = await open_ticket(database, address=HANAKO, channel=hidden)
    open_to_all = await open_ticket(database, address=TARO)
    source, into = await customer_of(database, secret), await customer_of(database, open_to_all)

    refused = [await join(client, source, into), await join(client, into, source)]
    await join(await clients.of(admin), source, into)
    parting = await client.delete(f"/api/v1/customers/{source}/merge")

    assert [each.status_code for each in (*refused, parting)] == [404] * 3
    items = (await client.get("/api/v1/tickets", params={"customer": into})).json()["items"]
    assert [each["number"] for each in items] == [open_to_all]


async def race(*works: Awaitable[None]) -> list[str]:
    barrier = asyncio.Barrier(len(works))

    async def run(work: Awaitable[None]) -> str:
        await barrier.wait()
        try:
            await work
        except AppError as error:
            return error.code
        return ""

    return await asyncio.wait_for(asyncio.gather(*(run(work) for work in works)), timeout=60)


async def unite(database: Database, source: int, into: int, agent: Agent) -> None:
    async with database.transaction() as session:
        pair = [await session.get_one(Customer, each) for each in (source, into)]
        await uniting.unite(session, *pair, by=Actor.agent(agent))


@pytest.mark.parametrize("number", range(5))
async def test_joined_crosswise_at_the_same_moment_they_are_one(database: Database, agent: Agent, number: int) -> None:
    one, other, source, into = await two(database)

    codes = await race(unite(database, source, into, agent), unite(database, into, source, agent))

    assert sorted(codes) == ["", "same_customer"]
    assert await customer_of(database, one) == await customer_of(database, other)
    async with database.reading() as session:
        ends = [each.merged_into_id for each in (await session.scalars(select(Customer))).all()]
    assert ends.count(None) == 1


@pytest.mark.parametrize("number", range(5))
async def test_mail_that_comes_meanwhile_is_of_who_remains(
    database: Database, blobs: BlobStore, agent: Agent, number: int
) -> None:
    _, _, source, into = await two(database)
    async with database.transaction() as session:
        channel = await build_channel(session, name="受付", address="desk@example.jp")
    intake = Intake(database, blobs)
    mails = [build_mail(mail_id=f"{count}@new.example", sender=TARO, subject=f"新規{count}") for count in range(3)]
    await intake.accept(channel, *mails)

    codes = await race(unite(database, source, into, agent), _digest(intake))
    async with database.transaction() as session:
        await uniting.gather_strays(session)

    assert codes == ["", ""]
    async with database.reading() as session:
        owners = set(await session.scalars(select(Ticket.customer_id)))
    assert owners == {into}


async def _digest(intake: Intake) -> None:
    await intake.digest()
