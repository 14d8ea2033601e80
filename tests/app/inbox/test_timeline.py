"""What the history of a ticket says in words, and to programs."""

from httpx import AsyncClient
from sqlalchemy import select

from app.core.database import Database
from app.customers.models import Identity
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from tests.support.builders import build_customer, build_ticket

PANE = {"HX-Request": "true", "HX-Target": "ticket-pane"}


async def test_the_history_names_the_customer(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, customer=await build_customer(session, name="岡田 隆"))
        await session.flush()
        identity = (await session.scalars(select(Identity))).one()
        record(session, ticket, EventKind.REOPENED, by=Actor.customer(identity.id))
        record(session, ticket, EventKind.REOPENED, by=Actor.customer(None))

    page = (await client.get(f"/tickets/{ticket.id}", headers=PANE)).text
    events = (await client.get(f"/api/v1/tickets/{ticket.id}/events")).json()["items"]

    assert "お客様（岡田 隆）の連絡で" in page
    assert events[-2]["actor"] == {"kind": "customer", "id": ticket.customer_id, "name": "岡田 隆"}
    assert events[-1]["actor"] == {"kind": "customer", "id": None, "name": None}
