"""Keeps the deadlines of tickets right, by a reader of the log.

A reader, and not the end of the unit of work: verbs stay as short as they are, what a rule or a calendar changes is
reckoned by the very same lines (`recounting`), and a second reckoning changes nothing, so that nothing depends on how
often, or how late, the log is read. What it costs is a moment in which a new ticket has no deadline yet. What depends
on time alone is told by the schedule (`telling`, MODEL 17).

A fact is judged once, by the promise that was open when it happened; that is written beside it for the reports.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.calendars import Calendars, read_calendars
from app.core.clock import now
from app.core.rows import AnyRow
from app.live.signals import signal
from app.sla import policies, queries
from app.sla.models import DeadlineKind, DeadlinePolicy, TicketDeadline
from app.sla.reckoning import Inquiry, Stretch, Terms, Word, owed, reckon, turns_of
from app.tickets import queries as ticket_queries
from app.tickets.history_models import EventKind, FactKind, TicketEvent
from app.tickets.log import mark_dirty
from app.tickets.models import Origin, Phase

LOADED = "deadlines"
MOVING = frozenset(
    {
        EventKind.OPENED,
        EventKind.RECEIVED,
        EventKind.REPLIED,
        EventKind.SENT,
        EventKind.SEND_SETTLED,
        EventKind.SEND_CANCELLED,
        EventKind.UNSENT,
        EventKind.STATUS_CHANGED,
        EventKind.REOPENED,
        EventKind.CATEGORY_CHANGED,
        EventKind.PRIORITY_CHANGED,
        EventKind.SPAM_CHANGED,
        EventKind.TRASH_CHANGED,
        EventKind.BOUNCED,
        EventKind.REREAD,
        EventKind.MERGED,
        EventKind.MERGED_INTO,
        EventKind.UNMERGED,
        EventKind.SPLIT_OFF,
        EventKind.SPLIT_FROM,
        EventKind.MOVED_OUT,
        EventKind.MOVED_IN,
        EventKind.MOVED_BACK,
    }
)
KIND_OF = {
    FactKind.FIRST_REPLY: DeadlineKind.FIRST_REPLY,
    FactKind.REPLY: DeadlineKind.NEXT_REPLY,
    FactKind.RESOLUTION: DeadlineKind.RESOLUTION,
}


@dataclass(slots=True)
class Matter:
    """One ticket with all that its deadlines follow from."""

    ticket: AnyRow
    inquiry: Inquiry
    policy: DeadlinePolicy | None
    rows: list[TicketDeadline]
    facts: Sequence[AnyRow]
    calendars: Calendars
    is_quiet: bool = False
    """What is late already is no news."""

    def terms(self, policy: DeadlinePolicy, seconds: int) -> Terms:
        calendar = self.calendars.of(self.ticket.home_channel_id) if policy.is_in_business_time else None
        return Terms(seconds, policy.warn_share, policy.raise_seconds, calendar, policy.warn_seconds)

    def open_row(self, kind: DeadlineKind) -> TicketDeadline | None:
        return next((row for row in self.rows if row.kind is kind and row.ended_at is None), None)


async def hold(session: AsyncSession, events: Sequence[TicketEvent]) -> None:
    """All that a batch of the log moves, read in one go."""
    ids = {event.ticket_id for event in events if event.kind in MOVING}
    session.info[LOADED] = await load(session, ids)


async def follow(session: AsyncSession, event: TicketEvent) -> None:
    """Once for each ticket of a batch: what came later in it is known already."""
    matter = session.info[LOADED].pop(event.ticket_id, None)
    if matter is not None:
        await keep(session, matter)


async def load(session: AsyncSession, ids: Iterable[int], *, is_quiet: bool = False) -> dict[int, Matter]:
    """Holds the tickets. Without any rule, or any promise of old, there is nothing to keep."""
    wanted = sorted(ids)
    ordered = await policies.list_ranked(session) if wanted else []
    if not wanted or not (ordered or is_quiet):
        return {}
    await ticket_queries.hold_all(session, wanted)
    rows = _by_ticket(await queries.list_unmet(session, wanted))
    words, turns = _by_ticket(await queries.list_words(session, wanted)), await queries.list_turns(session, wanted)
    turns_by_ticket = _by_ticket(turns)
    since = min((policy.holds_from for policy in ordered), default=now())
    facts = _by_ticket(await queries.list_facts(session, wanted, since=since))
    calendars = await read_calendars(session)
    return {
        ticket.id: Matter(
            ticket,
            _inquiry(ticket, words[ticket.id], turns_by_ticket[ticket.id]),
            _policy(ordered, ticket),
            rows[ticket.id],
            facts[ticket.id],
            calendars,
            is_quiet,
        )
        for ticket in await queries.list_tickets(session, wanted)
    }


async def keep(session: AsyncSession, matter: Matter) -> bool:
    """As it has to be now; returns whether anything about it changed."""
    for fact in matter.facts:
        await _judge(session, matter, fact)
    before = {row.id: (row.due_at, row.ended_at) for row in matter.rows}
    promised = owed(matter.inquiry)
    for kind in DeadlineKind:
        await _settle(session, matter, kind, promised.get(kind))
    await session.flush()
    open_rows = [row for row in matter.rows if row.ended_at is None]
    due_at = min((row.due_at for row in open_rows if row.due_at is not None), default=None)
    if due_at != matter.ticket.due_at:
        await queries.set_due(session, matter.ticket.id, due_at)
    has_changed = before != {row.id: (row.due_at, row.ended_at) for row in matter.rows}
    if has_changed or due_at != matter.ticket.due_at:
        await signal(session, matter.ticket.id)
    return has_changed


async def _settle(session: AsyncSession, matter: Matter, kind: DeadlineKind, begun_at: datetime | None) -> None:
    """The open promise of a kind: ended, begun, or with another time."""
    row, policy = matter.open_row(kind), matter.policy
    seconds = policy.seconds_of(kind) if policy else None
    if row is not None and (seconds is None or row.begun_at != begun_at):
        row.ended_at = now()
        row.plan()
        row = None
        await session.flush()
    if policy is None or seconds is None or begun_at is None:
        return
    if row is None:
        row = TicketDeadline(ticket_id=matter.ticket.id, kind=kind, begun_at=begun_at)
        matter.rows.append(row)
        session.add(row)
    terms = matter.terms(policy, seconds)
    row.policy_id, row.allowed_seconds = policy.id, seconds
    row.move(reckon(turns_of(matter.inquiry, kind, begun_at), terms), at=now(), is_quiet=matter.is_quiet)


async def _judge(session: AsyncSession, matter: Matter, fact: AnyRow) -> None:
    """By the promise that was open then; where it came and went unseen, by the rule that holds."""
    kind = KIND_OF[fact.kind]
    rows = [row for row in matter.rows if row.kind is kind and row.met_at is None and row.begun_at <= fact.at]
    row = rows[-1] if rows else _unseen(session, matter, kind, fact)
    if row is None:
        return
    due_at = _due_until(matter, row, fact.at)
    row.met_at, row.ended_at = fact.at, row.ended_at or fact.at
    row.plan()
    await queries.judge(session, fact.id, met_deadline=due_at is None or fact.at <= due_at)
    mark_dirty(session, [fact.at.date()])


def _unseen(session: AsyncSession, matter: Matter, kind: DeadlineKind, fact: AnyRow) -> TicketDeadline | None:
    policy, inquiry = matter.policy, matter.inquiry
    seconds = policy.seconds_of(kind) if policy else None
    if policy is None or seconds is None or fact.at < policy.holds_from or inquiry.begun_at is None:
        return None
    asked_at = fact.at - timedelta(seconds=fact.calendar_seconds)
    begun_at = inquiry.created_at if kind is DeadlineKind.RESOLUTION else asked_at
    if inquiry.reopened_at is not None and inquiry.reopened_at <= fact.at:
        begun_at = max(begun_at, inquiry.reopened_at)
    row = TicketDeadline(ticket_id=matter.ticket.id, kind=kind, begun_at=min(begun_at, fact.at), policy_id=policy.id)
    row.allowed_seconds, row.ended_at = seconds, fact.at
    row.due_at = reckon(turns_of(inquiry, kind, row.begun_at), matter.terms(policy, seconds)).due_at
    matter.rows.append(row)
    session.add(row)
    return row


def _due_until(matter: Matter, row: TicketDeadline, at: datetime) -> datetime | None:
    """The row may not know yet of a pause that ended, or began, before the act."""
    policy = matter.policy
    if row.kind is not DeadlineKind.RESOLUTION or policy is None:
        return row.due_at
    turns = [
        Stretch(turn.begin, min(turn.end or at, at))
        for turn in matter.inquiry.turns_since(row.begun_at)
        if turn.begin < at
    ]
    return reckon(turns, matter.terms(policy, row.allowed_seconds)).due_at


def _policy(ordered: Sequence[DeadlinePolicy], ticket: AnyRow) -> DeadlinePolicy | None:
    path, channel_id = ticket.category_path or "", ticket.home_channel_id
    return policies.pick(ordered, channel_id=channel_id, category_path=path, priority=ticket.priority)


def _inquiry(ticket: AnyRow, words: Iterable[AnyRow], turns: Iterable[AnyRow]) -> Inquiry:
    return Inquiry(
        created_at=ticket.created_at,
        is_open=ticket.is_counted and ticket.phase is not Phase.DONE,
        is_imported=ticket.origin is not Origin.LIVE,
        has_first_reply=ticket.first_reply_at is not None,
        reopened_at=ticket.reopened_at,
        words=[Word(word.created_at, word.is_ours) for word in words],
        turns=[Stretch(turn.from_at, turn.to_at) for turn in turns],
    )


def _by_ticket(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row)
    return found
