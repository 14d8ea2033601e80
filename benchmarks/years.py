"""A year and more of an office as rows: tickets with three messages each, spans and facts, as verbs leave them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer, audience_for, viewer_of
from app.accounts.models import Agent, Role
from app.channels.models import Channel
from app.core.base import Base, UTCDateTime
from app.core.clock import now
from app.core.copying import instant_as_text, names_of
from app.core.database import Database, dialect_of
from app.core.inserting import table_of
from app.customers.models import Customer
from app.tickets.classification_models import Label, TicketLabel
from app.tickets.history_models import FactKind, ReportFact, TicketSpan
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Category, Phase, Priority, Ticket, TicketChannel
from app.trends.models import Term, TicketTerm

ZONE = ZoneInfo("Asia/Tokyo")
MONTHS_DAYS = 400
AT_ONCE = 5_000
CHANNELS, CATEGORIES, AGENTS, LABELS, CUSTOMERS = 5, 30, 20, 10, 2_000
WORDS, TERMS = 20_000, 12
"""Words that customers use, each half as often as the one of half its number; drawn for each ticket, some twice."""

USED = list(accumulate(1 / number for number in range(1, WORDS + 1)))

Rows = dict[type[Base], list[dict[str, Any]]]


async def fill(database: Database, tickets: int) -> Viewer:
    """Returns who sees four of the five channels."""
    async with database.transaction() as session:
        office = await _open(session)
    begins = now() - timedelta(days=MONTHS_DAYS)
    chance = random.Random(7)
    for first in range(0, tickets, AT_ONCE):
        rows: Rows = {}
        for number in range(first, min(first + AT_ONCE, tickets)):
            at = begins + timedelta(days=MONTHS_DAYS) * (number / tickets) + timedelta(minutes=chance.randrange(60))
            _ticket(rows, office, chance, number + 1, min(at, now()))
        async with database.transaction() as session, dialect_of(session).loading(session) as loading:
            for model, found in rows.items():
                await loading.add(table_of(model), list(_in_order(table_of(model), found)))
    last = {"tickets": tickets, "messages": tickets * 3}
    async with database.transaction() as session, dialect_of(session).loading(session) as loading:
        await loading.set_last_ids(last)
    await analyse(database)
    return await viewer(database)


async def find_agent(session: AsyncSession) -> Agent:
    """Who sees everything."""
    return await session.get_one(Agent, 1)


async def viewer(database: Database) -> Viewer:
    async with database.reading() as session:
        agent = await find_agent(session)
        seen = await viewer_of(session, agent)
    return Viewer(agent, seen.team_ids, seen.audience_ids[: CHANNELS - 1])


async def analyse(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))


async def _open(session: AsyncSession) -> list[tuple[int, int]]:
    """Channels with their audiences."""
    session.add_all(
        Agent(
            email=f"a{n}@example.jp", email_key=f"a{n}@example.jp", name=f"担当 {n}", role=Role.ADMIN, password_hash=""
        )
        for n in range(AGENTS)
    )
    session.add_all(Category(name=f"分類 {number}", path="") for number in range(CATEGORIES))
    session.add_all(Label(name=f"札 {number}", name_key=f"{number}") for number in range(LABELS))
    session.add_all(Customer(name=f"客 {number}", company=f"会社 {number % 50}") for number in range(CUSTOMERS))
    session.add_all(Term(key=f"語{number}", label=f"語{number}") for number in range(1, WORDS + 1))
    channels = [
        Channel(name=f"窓口 {number}", kind="email", address="", key=f"k{number}") for number in range(CHANNELS)
    ]
    session.add_all(channels)
    await session.flush()
    return [(channel.id, await audience_for(session, [channel.id])) for channel in channels]


def _ticket(rows: Rows, office: list[tuple[int, int]], chance: random.Random, number: int, at: datetime) -> None:
    agent_id = chance.randrange(AGENTS) + 1
    replied = at + timedelta(seconds=int(chance.lognormvariate(9.5, 1.2)))
    done = replied + timedelta(seconds=int(chance.lognormvariate(10.5, 1.3)))
    ticket = _row(chance, office, number, agent_id, [at, replied, done])
    _add(rows, Ticket, ticket)
    _add(rows, TicketChannel, {"ticket_id": number, "channel_id": ticket["home_channel_id"]})
    if chance.random() < 0.3:
        _add(rows, TicketLabel, {"ticket_id": number, "label_id": chance.randrange(LABELS) + 1})
    for term_id in sorted(set(chance.choices(range(1, WORDS + 1), cum_weights=USED, k=TERMS))):
        _add(rows, TicketTerm, {"ticket_id": number, "term_id": term_id})
    acts = [(FactKind.ARRIVAL, at, None), (FactKind.INBOUND, at, None), (FactKind.FIRST_REPLY, replied, replied - at)]
    later = replied + (done - replied) / 2
    acts += [
        (FactKind.INBOUND, later, None),
        (FactKind.REPLY, done, done - later),
        (FactKind.RESOLUTION, done, done - at),
    ]
    _acts(rows, ticket, [act for act in acts if act[1] < now()], agent_id)
    _stretches(rows, ticket, agent_id, [at, replied, done])
    for version, kind in enumerate((MessageKind.INBOUND, MessageKind.OUTBOUND, MessageKind.INBOUND), start=1):
        said = {"ticket_id": number, "origin_ticket_id": number, "ticket_version": version, "kind": kind.value}
        place = {"id": (number - 1) * 3 + version, "channel_id": ticket["home_channel_id"]}
        _add(rows, Message, {**said, **place, "created_at": at, "text": "お世話になります。"})


def _row(
    chance: random.Random, office: list[tuple[int, int]], number: int, agent_id: int, instants: list[datetime]
) -> dict[str, Any]:
    at, replied, done = instants
    channel_id, audience_id = chance.choice(office)
    phase = Phase.DONE if done < now() else Phase.IN_PROGRESS if replied < now() else Phase.NEW
    customer_id = chance.randrange(CUSTOMERS) + 1
    return {
        "id": number,
        "subject": f"件名 {number}",
        "audience_id": audience_id,
        "home_channel_id": channel_id,
        "customer_id": customer_id,
        "origin_customer_id": customer_id,
        "phase": phase.value,
        "status_id": BUILT_IN_STATUS_IDS[phase],
        "assignee_id": None if phase is Phase.NEW else agent_id,
        "category_id": chance.randrange(CATEGORIES) + 1 if chance.random() < 0.9 else None,
        "priority": chance.choice(list(Priority)).value,
        "created_at": at,
        "last_activity_at": min(done, now()),
        "done_at": done if phase is Phase.DONE else None,
        "is_counted": chance.random() < 0.97,
    }


def _acts(rows: Rows, ticket: dict[str, Any], acts: list[Any], agent_id: int) -> None:
    for place, (kind, at, lasted) in enumerate(acts):
        is_ours = kind in (FactKind.FIRST_REPLY, FactKind.REPLY, FactKind.RESOLUTION)
        fact = {
            "id": ticket["id"] * 10 + place,
            "kind": kind.value,
            "ticket_id": ticket["id"],
            "at": at,
            "calendar_seconds": int(lasted.total_seconds()) if lasted else None,
            "business_seconds": int(lasted.total_seconds()) // 3 if lasted else None,
            "actor_id": agent_id if is_ours else None,
            "audience_id": ticket["audience_id"],
        }
        _add(rows, ReportFact, fact)


def _stretches(rows: Rows, ticket: dict[str, Any], agent_id: int, instants: list[datetime]) -> None:
    """New until the reply, in progress until it is done."""
    for place, phase in enumerate((Phase.NEW, Phase.IN_PROGRESS, Phase.DONE)):
        begins, ends = instants[place], instants[place + 1] if place < 2 else None
        if begins >= now() or not ticket["is_counted"]:
            return
        span = {
            "id": ticket["id"] * 3 + place,
            "ticket_id": ticket["id"],
            "from_at": begins,
            "to_at": ends if ends and ends < now() else None,
            "phase": phase.value,
            "status_id": BUILT_IN_STATUS_IDS[phase],
            "assignee_id": agent_id if place else None,
            "category_id": ticket["category_id"],
            "audience_id": ticket["audience_id"],
        }
        _add(rows, TicketSpan, span)


def _add(rows: Rows, model: type[Base], row: dict[str, Any]) -> None:
    rows.setdefault(model, []).append(row)


def _in_order(table: Table, rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """As a backup has them."""
    defaults = {column.name: _default(column) for column in table.columns if column.name not in rows[0]}
    for row in rows:
        yield [_plain(row[name] if name in row else defaults[name]) for name in names_of(table)]


def _default(column: Any) -> Any:
    if column.default is not None and column.default.is_scalar:
        return getattr(column.default.arg, "value", column.default.arg)
    if column.nullable:
        return None
    is_instant = isinstance(column.type, UTCDateTime)
    return datetime(2025, 1, 1, tzinfo=UTC) if is_instant else column.type.python_type()


def _plain(value: Any) -> Any:
    return instant_as_text(value) if isinstance(value, datetime) else value
