"""Entries of a ledger into the database, in sets: the same rows that the verbs would have made, in one go."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import partial
from typing import Any

from sqlalchemy import Table, insert, inspect
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.base import Base
from app.core.blobs import register
from app.core.database import do_last, wake_at_commit
from app.core.wakeups import EVENTS
from app.customers.models import Customer, Identity
from app.demo.entries import Entry, Row
from app.ingest.models import RawMessage
from app.outbox.models import OutboxEntry
from app.tickets.history_models import CountDelta, DirtyDay, ReportFact, TicketEvent, TicketSpan
from app.tickets.message_models import Attachment, Message, MessageRecipient, MessageSource, ThreadRef
from app.tickets.models import Ticket, TicketChannel

Rows = list[Row]


async def add_customers(session: AsyncSession, customers: Rows, identities: Rows) -> list[tuple[int, int]]:
    """Ids of customers and their identities, in the order given."""
    customer_ids = await _insert_for_ids(session, Customer, customers, known_by=("name_key", "created_at"))
    rows = [
        {**identity, "customer_id": customer_id, "origin_customer_id": customer_id}
        for identity, customer_id in zip(identities, customer_ids, strict=True)
    ]
    identity_ids = await _insert_for_ids(session, Identity, rows, known_by=("address_key_hash",))
    return list(zip(customer_ids, identity_ids, strict=True))


async def add_entries(session: AsyncSession, entries: Sequence[Entry]) -> None:
    """With the events last, as in every unit of work."""
    tickets = await _insert_for_ids(
        session, Ticket, [entry.ticket for entry in entries], known_by=("customer_id", "created_at")
    )
    channels = [
        {"ticket_id": ticket_id, "channel_id": entry.ticket["home_channel_id"]}
        for entry, ticket_id in zip(entries, tickets, strict=True)
    ]
    await _insert(session, TicketChannel, channels)
    messages = await _add_messages(session, entries, tickets)
    placed = list(zip(entries, tickets, messages, strict=True))
    await _insert(session, ThreadRef, _on_tickets((entry.refs, ticket) for entry, ticket, _ in placed))
    await _insert(session, MessageRecipient, _on_messages((entry.recipients, ids) for entry, _, ids in placed))
    await _insert(session, TicketSpan, _on_tickets((entry.spans, ticket) for entry, ticket, _ in placed))
    for model, name in ((ReportFact, "facts"), (OutboxEntry, "outbox")):
        both = [(_on_messages([(getattr(entry, name), ids)]), ticket) for entry, ticket, ids in placed]
        await _insert(session, model, _on_tickets(both))
    instants = [fact["at"] for entry in entries for fact in entry.facts]
    instants += [span["from_at"] for entry in entries for span in entry.spans]
    days = {at.astimezone(UTC).date() for at in instants}
    await _insert(session, DirtyDay, [{"day": day} for day in sorted(days)])
    await _add_originals(session, [(entry, ids) for entry, _, ids in placed])
    await _insert(session, CountDelta, _deltas(entries))
    events = _on_tickets((_with_messages(entry.events, ids), ticket) for entry, ticket, ids in placed)
    wake_at_commit(session, EVENTS)
    do_last(session, partial(_add_events, events=sorted(events, key=lambda event: event["at"])))


async def _add_events(session: AsyncSession, *, events: Rows) -> None:
    await _insert(session, TicketEvent, events)


async def _add_messages(session: AsyncSession, entries: Sequence[Entry], tickets: Sequence[int]) -> list[Sequence[int]]:
    """The ids of each entry's messages."""
    rows = [
        {**message, "ticket_id": ticket_id, "origin_ticket_id": ticket_id}
        for entry, ticket_id in zip(entries, tickets, strict=True)
        for message in entry.messages
    ]
    ids = iter(await _insert_for_ids(session, Message, rows, known_by=("ticket_id", "ticket_version")))
    return [[next(ids) for _ in entry.messages] for entry in entries]


async def _add_originals(session: AsyncSession, placed: Sequence[tuple[Entry, Sequence[int]]]) -> None:
    await register(session, {sha: size for entry, _ in placed for sha, size in entry.blobs.items()})
    await _insert(session, Attachment, _on_messages((entry.attachments, ids) for entry, ids in placed))
    raws = _on_messages((entry.raws, ids) for entry, ids in placed)
    rows = [{name: value for name, value in raw.items() if name != "message_id"} for raw in raws]
    raw_ids = await _insert_for_ids(session, RawMessage, rows, known_by=("source_hash",))
    sources = [
        {"message_id": raw["message_id"], "raw_id": raw_id, "channel_id": raw["channel_id"]}
        for raw, raw_id in zip(raws, raw_ids, strict=True)
    ]
    await _insert(session, MessageSource, sources)


def _deltas(entries: Sequence[Entry]) -> Rows:
    counts = Counter(entry.ticket["audience_id"] for entry in entries if entry.is_done)
    return [{"audience_id": audience_id, "delta": count} for audience_id, count in sorted(counts.items())]


def _on_tickets(groups: Iterable[tuple[Rows, int]]) -> Rows:
    return [{**row, "ticket_id": ticket_id} for rows, ticket_id in groups for row in rows]


def _on_messages(groups: Iterable[tuple[Rows, Sequence[int]]]) -> Rows:
    """Positions become ids."""
    return [{**row, "message_id": _id_at(row["message_id"], ids)} for rows, ids in groups for row in rows]


def _with_messages(events: Rows, ids: Sequence[int]) -> Rows:
    return [{**event, "changes": _changes(event["changes"], ids)} for event in events]


def _changes(changes: dict[str, Any], ids: Sequence[int]) -> dict[str, Any]:
    return {**changes, "message_id": ids[changes["message_id"]]} if "message_id" in changes else changes


def _id_at(position: int | None, ids: Sequence[int]) -> int | None:
    return None if position is None else ids[position]


async def _insert(session: AsyncSession, model: type[Base], rows: Rows) -> None:
    if rows:
        await session.execute(insert(_table(model)), rows)


async def _insert_for_ids(
    session: AsyncSession, model: type[Base], rows: Rows, *, known_by: Sequence[str]
) -> list[int]:
    """In the order given. What the database returns has no order, so that rows are known by their values."""
    if not rows:
        return []
    table = _table(model)
    statement = insert(table).returning(table.c.id, *(table.c[name] for name in known_by))
    found = {tuple(key): row_id for row_id, *key in (await session.execute(statement, rows)).all()}
    return [found[tuple(row[name] for name in known_by)] for row in rows]


def _table(model: type[Base]) -> Table:
    table = inspect(model).local_table
    assert isinstance(table, Table)
    return table
