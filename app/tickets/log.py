"""The end of every unit of work that changes tickets: spans, counts, and last of all the events.

Verbs only say what happened (`record`) and hold the ticket that they change (`watch`); what follows from
it is written here, once, so that no verb can forget it. Records are named by their objects, because new ones have
no ids before the end: a batch of arrivals is inserted in one go.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.channels.calendars import calendar_for
from app.core.base import Record
from app.core.clock import now
from app.core.database import do_at_end, do_last, wake_at_commit
from app.core.wakeups import EVENTS
from app.tickets import history_queries
from app.tickets.history_models import SYSTEM, Actor, ActorKind, EventKind, FactKind
from app.tickets.message_models import Message
from app.tickets.models import Origin, Phase, Priority, Ticket

NO_DURATIONS = dict.fromkeys(("calendar_seconds", "business_seconds", "calendar_version"))


class TicketState(NamedTuple):
    """What a span holds still."""

    phase: Phase
    status_id: int
    assignee_id: int | None
    team_id: int | None
    category_id: int | None
    audience_id: int
    is_waiting: bool

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketState | None":
        """None for what is merged away, spam or in the trash: it is in no state that counts (MODEL 14)."""
        if not ticket.is_counted:
            return None
        return cls(
            phase=ticket.phase,
            status_id=ticket.status_id,
            assignee_id=ticket.assignee_id,
            team_id=ticket.team_id,
            category_id=ticket.category_id,
            audience_id=ticket.audience_id,
            is_waiting=ticket.is_waiting,
        )


class DoneCount(NamedTuple):
    """How one ticket counts among the done ones of its audience (MODEL 17)."""

    audience_id: int
    done: int

    @classmethod
    def of(cls, ticket: Ticket) -> "DoneCount":
        return cls(ticket.audience_id, int(ticket.is_counted and ticket.is_done))


@dataclass(slots=True)
class Watched:
    ticket: Ticket
    state: TicketState | None
    count: DoneCount | None
    counted_as: "CountedAs | None" = None


@dataclass(slots=True)
class Journal:
    """What one unit of work has to write at its end."""

    watched: dict[Ticket, Watched] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    recounted: set[int] = field(default_factory=set)
    """Tickets of which everything is to be counted anew, by their ids."""


class CountedAs(NamedTuple):
    """By what tallies tell apart what was done on a ticket, beside its labels."""

    home_channel_id: int
    customer_id: int
    category_id: int | None
    assignee_id: int | None
    team_id: int | None
    status_id: int
    priority: Priority
    is_complaint: bool
    audience_id: int
    is_counted: bool

    @classmethod
    def of(cls, ticket: Ticket) -> "CountedAs":
        return cls(*(getattr(ticket, name) for name in cls._fields))


def watch(session: AsyncSession, ticket: Ticket) -> None:
    """Remember the state of a ticket that was just loaded, before anything changes it."""
    _journal(session).watched.setdefault(ticket, _watched(ticket))


def _watched(ticket: Ticket) -> Watched:
    return Watched(ticket, TicketState.of(ticket), DoneCount.of(ticket), CountedAs.of(ticket))


def watch_new(session: AsyncSession, ticket: Ticket) -> None:
    _journal(session).watched[ticket] = Watched(ticket, None, None)


def record(
    session: AsyncSession,
    ticket: Ticket,
    kind: EventKind,
    *,
    by: Actor = SYSTEM,
    at: datetime | None = None,
    origin: Origin = Origin.LIVE,
    **changes: object,
) -> None:
    """One line of history; `changes` are ids, keys and numbers (MODEL 15), or records, written as their ids.

    `at` never goes backwards.
    """
    ticket.last_event_at = max(ticket.last_event_at, at or now())
    _journal(session).events.append(
        {
            "ticket_id": ticket,
            "kind": kind,
            "at": ticket.last_event_at,
            "recorded_at": now(),
            "actor_kind": by.kind,
            "actor_id": by.id,
            "origin": origin,
            "changes": changes,
        }
    )


def mark_dirty(session: AsyncSession, days: Iterable[date]) -> None:
    """Facts of these days (of UTC) are others now; in the unit of work that changes them."""
    _journal(session).days.update(days)


def mark_recounted(session: AsyncSession, ticket_ids: Iterable[int]) -> None:
    """These tickets are another thing now: every day on which something was done on them counts otherwise."""
    _journal(session).recounted.update(ticket_ids)


def kinds_recorded(session: AsyncSession, ticket: Ticket) -> list[EventKind]:
    """What this unit of work has recorded of the ticket so far, in its order."""
    return [event["kind"] for event in _journal(session).events if event["ticket_id"] is ticket]


async def note_fact(
    session: AsyncSession,
    ticket: Ticket,
    kind: FactKind,
    *,
    at: datetime,
    since: datetime | None = None,
    message: Message | None = None,
    by: Actor = SYSTEM,
) -> None:
    """An act that reports count; its duration runs from `since`, in the hours of the ticket's home channel too.

    A reopening is noted to whoever had resolved it: it says something of their work.
    """
    agent_id = by.id if by.kind is ActorKind.AGENT else None
    if kind is FactKind.REOPENING:
        agent_id, team_id = await _resolver(session, ticket)
    else:
        team_id = await _acting_team(session, agent_id, ticket) if agent_id else None
    _journal(session).facts.append(
        {
            "kind": kind,
            "ticket_id": ticket,
            "message_id": message,
            "at": at,
            **(await _durations(session, ticket, at=at, since=since) if since else NO_DURATIONS),
            "actor_id": agent_id,
            "actor_team_id": team_id,
            "audience_id": ticket.audience_id,
        }
    )


async def _durations(session: AsyncSession, ticket: Ticket, *, at: datetime, since: datetime) -> dict[str, int]:
    """Business time is counted over the whole seconds that are written, so that it can be counted anew from them."""
    seconds = int((at - since).total_seconds())
    calendar = await calendar_for(session, ticket.home_channel_id)
    counted = calendar.business_seconds(at - timedelta(seconds=seconds), at)
    return {"calendar_seconds": seconds, "business_seconds": counted, "calendar_version": calendar.number}


async def _resolver(session: AsyncSession, ticket: Ticket) -> tuple[int | None, int | None]:
    for fact in reversed(_journal(session).facts):
        if fact["ticket_id"] is ticket and fact["kind"] is FactKind.RESOLUTION:
            return fact["actor_id"], fact["actor_team_id"]
    return await history_queries.find_resolver(session, ticket.id)


async def _acting_team(session: AsyncSession, agent_id: int, ticket: Ticket) -> int | None:
    """The team in which an agent acts: the ticket's when it is theirs too, else their first."""
    team_ids = await account_queries.list_team_ids(session, agent_id)
    return ticket.team_id if ticket.team_id in team_ids else next(iter(team_ids), None)


def _journal(session: AsyncSession) -> Journal:
    journal: Journal | None = session.info.get("journal")
    if journal is None:
        journal = session.info["journal"] = Journal()
        do_at_end(session, _write_consequences)
    return journal


async def _write_consequences(session: AsyncSession) -> None:
    journal = _journal(session)
    await _follow(session, list(journal.watched.values()))
    await history_queries.add_facts(session, [_with_ids(fact) for fact in journal.facts])
    await _mark_days(session, journal)
    if journal.events:
        wake_at_commit(session, EVENTS)
        do_last(session, _write_events)


async def _mark_days(session: AsyncSession, journal: Journal) -> None:
    """Days of new facts, and all of tickets that are told apart otherwise now. How a ticket stood is of its days too:
    a reply makes another sum of the resolution that it belongs to."""
    days = journal.days | {fact["at"].astimezone(UTC).date() for fact in journal.facts}
    recounted = journal.recounted | {each.ticket.id for each in journal.watched.values() if _counts_otherwise(each)}
    recounted |= {event["ticket_id"].id for event in journal.events if event["kind"] is EventKind.LABELS_CHANGED}
    recounted |= {
        fact["ticket_id"].id for fact in journal.facts if fact["kind"] in (FactKind.FIRST_REPLY, FactKind.REPLY)
    }
    await history_queries.add_dirty_days(session, days, recounted)


def _counts_otherwise(watched: Watched) -> bool:
    return watched.counted_as is not None and watched.counted_as != CountedAs.of(watched.ticket)


async def _write_events(session: AsyncSession) -> None:
    events = [{**_with_ids(event), "changes": _with_ids(event["changes"])} for event in _journal(session).events]
    await history_queries.add_events(session, events)


async def _follow(session: AsyncSession, watched: list[Watched]) -> None:
    moved = [(entry, state) for entry in watched if (state := TicketState.of(entry.ticket)) != entry.state]
    closed = await history_queries.close_spans(session, [entry.ticket for entry, _ in moved if entry.state is not None])
    spans = [_span(entry.ticket, state) for entry, state in moved if state is not None]
    await history_queries.add_spans(session, spans)
    mark_dirty(session, {*closed, *(span["from_at"].astimezone(UTC).date() for span in spans)})
    await history_queries.add_count_deltas(session, [delta for entry in watched for delta in _deltas(entry)])


def _span(ticket: Ticket, state: TicketState) -> dict[str, Any]:
    return {"ticket_id": ticket.id, "from_at": ticket.last_event_at, **state._asdict()}


def _deltas(watched: Watched) -> list[dict[str, int]]:
    before, after = watched.count, DoneCount.of(watched.ticket)
    if before == after:
        return []
    changes = [(after.audience_id, after.done)]
    if before is not None:
        changes.append((before.audience_id, -before.done))
    return [{"audience_id": audience_id, "delta": delta} for audience_id, delta in changes if delta]


def _with_ids(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.id if isinstance(value, Record) else value for name, value in values.items()}
