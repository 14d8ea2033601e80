"""Escalations as plain values for pages and programs, with what the reader may do with each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.channels.calendars import Calendars, read_calendars
from app.core.clock import now
from app.core.rows import AnyRow
from app.escalations import ledger_queries, queries
from app.escalations.models import Escalation, EscalationState, Outcome, Target, TurnKind
from app.escalations.reasons import reason_name
from app.tickets.history_models import EventKind

SHOWN = 20
BEGINNINGS = frozenset(
    (EventKind.ESCALATED, EventKind.MERGED, EventKind.MOVED_IN, EventKind.MOVED_BACK, EventKind.SPLIT_FROM)
)


@dataclass(frozen=True, slots=True)
class Person:
    """An agent or a team; a guest has no id."""

    id: int | None
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    id: int
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class TurnView:
    kind: TurnKind
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AboutTicket:
    """For those who see it."""

    number: int
    subject: str
    customer_id: int
    customer: str
    category_id: int | None
    category: str
    channel_id: int


@dataclass(frozen=True, slots=True)
class EscalationView:
    id: int
    parent_id: int | None
    depth: int
    level: int
    reason_key: str
    reason: str
    asker: Person
    target: Target
    asked: Person
    is_asked_gone: bool
    question: str
    answer: str
    asked_at: datetime
    due_at: datetime | None
    is_overdue: bool
    state: EscalationState
    outcome: Outcome | None
    ended_at: datetime | None
    ended_by: Person | None
    returned_count: int
    seconds: int
    """From asking to its end, or until now."""

    ticket: AboutTicket | None
    may_answer: bool
    may_return: bool
    may_manage: bool
    business_seconds: int | None = None
    turns: tuple[TurnView, ...] = ()
    files: tuple[FileLine, ...] = ()
    answer_files: tuple[FileLine, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.state is EscalationState.OVER

    @property
    def is_returned(self) -> bool:
        return self.state is EscalationState.RETURNED


@dataclass(frozen=True, slots=True)
class Asked:
    """For somebody's own page: what they are asked, and what they wait for."""

    of_me: tuple[EscalationView, ...]
    by_me: tuple[EscalationView, ...]

    @property
    def is_urgent(self) -> bool:
        return any(each.is_overdue for each in self.of_me) or any(each.is_returned for each in self.by_me)


async def read_of_ticket(session: AsyncSession, ticket_id: int, viewer: Viewer) -> tuple[EscalationView, ...]:
    """The chain of a ticket that the viewer sees: each question with those asked because of it under it."""
    views = await complete(session, await ledger_queries.list_of_ticket(session, ticket_id), viewer)
    return _nested(views)


def may_have_chain(events: Iterable[Any]) -> bool:
    """Whether the history says that somebody was asked, or that something came from another ticket."""
    return any(event.kind in BEGINNINGS for event in events)


async def read_chain(session: AsyncSession, ticket_id: int, viewer: Viewer) -> tuple[EscalationView, ...]:
    """The same in one statement, for a page that leads to each."""
    return _nested(make_all(await ledger_queries.list_of_ticket(session, ticket_id), viewer))


async def read_one(session: AsyncSession, escalation_id: int, viewer: Viewer) -> EscalationView:
    rows = await ledger_queries.list_named(session, [escalation_id])
    [view] = await complete(session, rows, viewer)
    return view


async def read_for_guest(session: AsyncSession, escalation_id: int) -> EscalationView:
    """The question, what was said about it, and its files; of the ticket nothing."""
    [view] = await _fill(session, make_all(await ledger_queries.list_named(session, [escalation_id]), None))
    return view


async def read_asked(session: AsyncSession, viewer: Viewer) -> Asked:
    rows = await ledger_queries.list_unfinished(session, viewer, limit=2 * SHOWN)
    views, me = make_all(rows, viewer), viewer.agent.id
    of_me = (each for each in views if each.asker.id != me and not each.is_returned)
    by_me = (each for each in views if each.asker.id == me)
    return Asked(tuple(of_me), tuple(sorted(by_me, key=lambda each: not each.is_returned)))


async def complete(session: AsyncSession, rows: Sequence[AnyRow], viewer: Viewer) -> tuple[EscalationView, ...]:
    """With what was said in between, the files, and the time in the hours of the ticket's channel."""
    calendars, at = await read_calendars(session), now()
    views = await _fill(session, make_all(rows, viewer))
    return tuple(
        replace(view, business_seconds=_business_seconds(calendars, row, at))
        for row, view in zip(rows, views, strict=True)
    )


def _business_seconds(calendars: Calendars, row: AnyRow, at: datetime) -> int:
    escalation: Escalation = row.Escalation
    ended_at = max(escalation.asked_at, escalation.ended_at or at)
    return calendars.of(row.home_channel_id).business_seconds(escalation.asked_at, ended_at)


async def _fill(session: AsyncSession, views: Sequence[EscalationView]) -> tuple[EscalationView, ...]:
    ids = [each.id for each in views]
    if not ids:
        return ()
    turns = _grouped(await queries.list_turns(session, ids))
    files = _grouped(await queries.list_files(session, ids))
    answers = _grouped(await queries.list_answer_files(session, ids))
    return tuple(
        replace(
            each,
            turns=tuple(TurnView(row.kind, row.text, row.name or "", row.at) for row in turns.get(each.id, ())),
            files=tuple(map(_file, files.get(each.id, ()))),
            answer_files=tuple(map(_file, answers.get(each.id, ()))),
        )
        for each in views
    )


def make_all(rows: Iterable[AnyRow], viewer: Viewer | None) -> tuple[EscalationView, ...]:
    at = now()
    return tuple(_view(row, viewer, at) for row in rows)


def may_answer(escalation: Escalation, viewer: Viewer | None, *, sees: bool) -> bool:
    """Who is asked; what a guest said on the phone writes down whoever sees the ticket."""
    if viewer is None:
        return False
    if escalation.target is Target.AGENT:
        return escalation.to_agent_id == viewer.agent.id
    if escalation.target is Target.TEAM:
        return escalation.to_team_id in viewer.team_ids
    return sees


def may_manage(escalation: Escalation, viewer: Viewer | None, *, sees: bool, assignee_id: int | None) -> bool:
    """Whoever asked; of those who see the ticket its assignee and the leads."""
    if viewer is None:
        return False
    is_theirs = viewer.agent.role.leads or assignee_id == viewer.agent.id
    return escalation.from_agent_id == viewer.agent.id or (sees and is_theirs)


def _view(row: AnyRow, viewer: Viewer | None, at: datetime) -> EscalationView:
    escalation: Escalation = row.Escalation
    sees = viewer is not None and row.audience_id in viewer.audience_ids
    can_answer = not escalation.is_over and may_answer(escalation, viewer, sees=sees)
    is_open = escalation.state is EscalationState.OPEN
    return EscalationView(
        id=escalation.id,
        parent_id=escalation.parent_id,
        depth=0,
        level=escalation.level,
        reason_key=row.reason_key,
        reason=reason_name(row.reason_key, row.reason_name),
        asker=Person(escalation.from_agent_id, row.asker_name),
        target=escalation.target,
        asked=_asked(row),
        is_asked_gone=row.asked_gone_at is not None,
        question=escalation.question,
        answer=escalation.answer,
        asked_at=escalation.asked_at,
        due_at=escalation.due_at,
        is_overdue=is_open and escalation.due_at is not None and escalation.due_at <= at,
        state=escalation.state,
        outcome=escalation.outcome,
        ended_at=escalation.ended_at,
        ended_by=Person(escalation.ended_by_id, row.ender_name) if escalation.ended_by_id else None,
        returned_count=escalation.returned_count,
        seconds=max(0, int(((escalation.ended_at or at) - escalation.asked_at).total_seconds())),
        ticket=_about(row) if sees else None,
        may_answer=can_answer,
        may_return=can_answer and is_open,
        may_manage=not escalation.is_over and may_manage(escalation, viewer, sees=sees, assignee_id=row.assignee_id),
    )


def _asked(row: AnyRow) -> Person:
    escalation: Escalation = row.Escalation
    if escalation.target is Target.AGENT:
        return Person(escalation.to_agent_id, row.asked_name)
    if escalation.target is Target.TEAM:
        return Person(escalation.to_team_id, row.team_name)
    return Person(None, escalation.guest_name or escalation.guest_address, escalation.guest_address)


def _about(row: AnyRow) -> AboutTicket:
    return AboutTicket(
        number=row.Escalation.ticket_id,
        subject=row.subject,
        customer_id=row.customer_id,
        customer=row.customer_name,
        category_id=row.category_id,
        category=row.category_name or "",
        channel_id=row.home_channel_id,
    )


def _file(row: AnyRow) -> FileLine:
    return FileLine(row.id, row.name, row.content_type, row.size)


def _grouped(rows: Iterable[AnyRow]) -> Mapping[int, Sequence[AnyRow]]:
    grouped: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        grouped[row.escalation_id].append(row)
    return grouped


def _nested(views: Sequence[EscalationView]) -> tuple[EscalationView, ...]:
    """Depth first; what hangs on something that is elsewhere now stands at the top."""
    known = {each.id for each in views}
    below: defaultdict[int | None, list[EscalationView]] = defaultdict(list)
    for each in views:
        below[each.parent_id if each.parent_id in known else None].append(each)
    found: list[EscalationView] = []

    def follow(parent_id: int | None, depth: int) -> None:
        for each in below[parent_id]:
            found.append(replace(each, depth=depth))
            follow(each.id, depth + 1)

    follow(None, 0)
    return tuple(found)
