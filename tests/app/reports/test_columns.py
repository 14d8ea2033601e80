"""Columns of days and the database's own counting say the same, whatever is asked."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any

from httpx import AsyncClient
from sqlalchemy import delete, func, select

from app.accounts.models import Agent
from app.core.database import Database
from app.customers.models import Customer
from app.tallies import service as tallies
from app.tallies.models import TallyState
from app.tickets import uniting
from app.tickets.history_models import Actor, DirtyDay
from app.tickets.models import Ticket
from tests.app.reports.happenings import live_through, open_office
from tests.app.reports.recounting import ZONE
from tests.support.builders import build_customer, build_ticket
from tests.support.fixtures_web import Clients

PERIOD = {"from": "2026-09-20", "to": "2026-10-20"}
AXES = {
    "volume": ("", "channel", "category", "assignee", "team", "label", "company", "status", "priority", "weekday_hour"),
    "speed": ("", "channel", "category", "assignee", "team", "label", "company", "priority", "weekday_hour"),
    "backlog": ("", "channel", "category", "assignee", "team", "label", "company", "status", "priority"),
    "work": ("assignee", "team", "channel", "category", "label", "priority", "assignee,category", "label,team"),
}
MINUTES = tuple(f"2026-10-{day}T{clock}:59.999999+09:00" for day in range(10, 16) for clock in ("06:29", "15:30"))
"""The last instants of some."""

FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"category": "1", "priority": "high"},
    {"assignee": "1", "complaint": "false"},
    {"label": "1"},
    {"lacks": "label"},
    {"lacks": "category,team"},
    {"came_in": "1", "label": "2"},
    {"company": "会社 1"},
    {"company": "nobody's"},
    {"company": ""},
    {"actor": "2"},
    {"status": "1"},
)


async def fill(database: Database) -> None:
    office = await open_office(database, seed=5)
    await live_through(database, office, 60)
    async with database.transaction() as session:
        tickets = (await session.scalars(select(Ticket).order_by(Ticket.id))).all()
        for number, ticket in enumerate(tickets[:6]):
            customer = await build_customer(session, address=f"company{number}@example.com")
            customer.company = f"会社 {number % 2}"
            await session.flush()
            ticket.customer_id = customer.id


async def ask(client: AsyncClient, report: str, **asked: str) -> Any:
    answer = await client.get(f"/api/v1/reports/{report}", params={**PERIOD, **asked})
    return answer.json() if answer.status_code == 200 else answer.text


def questions() -> list[tuple[str, dict[str, str]]]:
    found = []
    for report, axes in AXES.items():
        for by, interval in product(axes, ("", "day", "week", "month")):
            found.append((report, {"by": by, "interval": interval}))
        found += [(report, {**filters, "by": axes[1]}) for filters in FILTERS]
    found += [("volume", {"by": "channel,category", "interval": "month"}), ("speed", {"by": "assignee,label"})]
    found += [("volume", {"to": until, "interval": interval}) for until in MINUTES for interval in ("", "day")]
    found.append(("backlog", {"by": "category,assignee,label", "interval": "day"}))
    return [(report, {name: value for name, value in asked.items() if value}) for report, asked in found]


async def test_columns_say_what_rows_say(database: Database, clients: Clients, admin: Agent) -> None:
    await fill(database)
    client = await clients.of(admin)
    await tallies.rebuild(database, ZONE, lambda done, of: None)
    by_columns = [await ask(client, report, **asked) for report, asked in questions()]
    async with database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(DirtyDay)) == 0
        await session.execute(delete(TallyState))

    by_rows = [await ask(client, report, **asked) for report, asked in questions()]

    for question, columns, rows in zip(questions(), by_columns, by_rows, strict=True):
        assert columns == rows, question
    assert any(isinstance(each, dict) and each["totals"].get("received") for each in by_columns)


async def test_customers_who_become_one_bring_their_tickets_days(
    database: Database, clients: Clients, admin: Agent
) -> None:
    await fill(database)
    client = await clients.of(admin)
    await tallies.rebuild(database, ZONE, lambda done, of: None)
    before = await ask(client, "volume", by="company")
    async with database.transaction() as session:
        known = select(Customer).join(Ticket, Ticket.customer_id == Customer.id).order_by(Customer.id)
        known = known.where(Ticket.is_counted)
        source = (await session.scalars(known.where(Customer.company == "会社 0"))).first()
        into = (await session.scalars(known.where(Customer.company == "会社 1"))).first()
        assert source is not None
        assert into is not None
        await uniting.unite(session, source, into, by=Actor.agent(admin))

    after = await ask(client, "volume", by="company")

    assert after["rows"] != before["rows"]
    async with database.transaction() as session:
        await session.execute(delete(TallyState))
    assert after == await ask(client, "volume", by="company")


async def test_what_begins_at_midnight_stands_at_that_instant(
    database: Database, clients: Clients, admin: Agent
) -> None:
    """A span is from its first instant on: the end of a day is the first instant of the next."""
    midnight = datetime(2026, 10, 1, tzinfo=ZONE)
    async with database.transaction() as session:
        await build_ticket(session, at=midnight)
        await build_ticket(session, at=midnight - timedelta(hours=1))
    client = await clients.of(admin)
    await tallies.rebuild(database, ZONE, lambda done, of: None)
    asked = {"from": "2026-09-30", "to": "2026-09-30", "interval": "day"}

    by_columns = await ask(client, "backlog", **asked)
    async with database.transaction() as session:
        await session.execute(delete(TallyState))

    assert by_columns == await ask(client, "backlog", **asked)
    assert by_columns["totals"]["open"] == 2
