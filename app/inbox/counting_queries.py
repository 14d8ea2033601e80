"""Which tickets a number of a report counts: by what was done on them, and by what they were at an hour (F6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.core.local_time import Stretch, day_hour_of, local_hour, weekday_of
from app.customers.models import Customer
from app.tickets.classification_models import TicketLabel
from app.tickets.history_models import FactKind, ReportFact, TicketSpan
from app.tickets.models import Phase, Ticket
from app.trends.models import TicketTerm

NOBODY = 0
"""For what may be missing: an assignee, a team, a category, who acted."""

REPLIES = (FactKind.FIRST_REPLY, FactKind.REPLY)

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Beside a list's own conditions. Empty ones hold for all; of all that name an act, one act fulfils every one.

    `weekday` (1 is Monday) and `hour` are of the act, or of the arrival where no act is named, in the zone of
    `clock`. What begins with `then_` is of the hour that `open_at` names.
    """

    acts: tuple[FactKind, ...] = ()
    act_from: datetime | None = None
    act_before: datetime | None = None
    actor_id: int | None = None
    actor_team_id: int | None = None
    is_timed: bool = False
    """Only acts that somebody had waited for."""
    in_time: bool | None = None
    """Only acts that had a deadline, and kept it or did not."""
    weekday: int | None = None
    hour: int | None = None
    clock: tuple[Stretch, ...] = ()
    open_at: datetime | None = None
    then_phase: Phase | None = None
    then_status_id: int | None = None
    then_assignee_id: int | None = None
    then_team_id: int | None = None
    then_category_id: int | None = None
    home_channel_id: int | None = None
    term_id: int | None = None
    """A word of the customer's."""

    company: str | None = None
    reply_count: int | None = None
    lacks: frozenset[str] = frozenset()
    """Of `team`, `category`, `label`: what a ticket has none of."""

    @property
    def names_act(self) -> bool:
        return bool(self.acts)


def conditions_of(counted: Counted | None) -> Conditions:
    if counted is None:
        return ()
    found = [*of_ticket(counted)]
    if counted.names_act:
        found.append(Ticket.id.in_(select(ReportFact.ticket_id).where(*of_act(counted))))
    else:
        found += of_clock(counted, Ticket.created_at)
    if counted.open_at is not None and (then := tuple(of_span(counted))):
        found.append(
            select(TicketSpan.id).where(TicketSpan.ticket_id == Ticket.id, *lasts(counted.open_at), *then).exists()
        )
    return tuple(found)


def of_ticket(counted: Counted) -> Iterator[ColumnElement[bool]]:
    """What it is now."""
    if counted.home_channel_id is not None:
        yield Ticket.home_channel_id == counted.home_channel_id
    if counted.term_id is not None:
        yield Ticket.id.in_(select(TicketTerm.ticket_id).where(TicketTerm.term_id == counted.term_id))
    if counted.company is not None:
        yield Ticket.customer_id.in_(select(Customer.id).where(Customer.company == counted.company))
    if counted.reply_count is not None:
        yield reply_count_of(Ticket.id) == counted.reply_count
    for name in sorted(counted.lacks):
        yield LACKING[name]


def reply_count_of(ticket_id: Any) -> ColumnElement[int]:
    """All that were ever sent on it."""
    replies = aliased(ReportFact)
    return (
        select(func.count())
        .select_from(replies)
        .where(replies.ticket_id == ticket_id, replies.kind.in_(REPLIES))
        .scalar_subquery()
    )


def of_act(counted: Counted) -> Iterator[ColumnElement[bool]]:
    yield ReportFact.kind.in_(counted.acts)
    if counted.act_from is not None:
        yield ReportFact.at >= counted.act_from
    if counted.act_before is not None:
        yield ReportFact.at < counted.act_before
    if counted.is_timed:
        yield ReportFact.calendar_seconds.is_not(None)
    if counted.in_time is not None:
        yield ReportFact.met_deadline.is_(counted.in_time)
    yield from of_actor(counted)
    yield from of_clock(counted, ReportFact.at)


def of_actor(counted: Counted) -> Iterator[ColumnElement[bool]]:
    yield from _is(ReportFact.actor_id, counted.actor_id)
    yield from _is(ReportFact.actor_team_id, counted.actor_team_id)


def of_clock(counted: Counted, column: Any) -> Iterator[ColumnElement[bool]]:
    hours = local_hour(column, counted.clock) if counted.clock else None
    if counted.weekday is not None and hours is not None:
        yield weekday_of(hours) == counted.weekday
    if counted.hour is not None and hours is not None:
        yield day_hour_of(hours) == counted.hour


def of_span(counted: Counted) -> Iterator[ColumnElement[bool]]:
    if counted.then_phase is not None:
        yield TicketSpan.phase == counted.then_phase
    if counted.then_status_id is not None:
        yield TicketSpan.status_id == counted.then_status_id
    yield from _is(TicketSpan.assignee_id, counted.then_assignee_id)
    yield from _is(TicketSpan.team_id, counted.then_team_id)
    yield from _is(TicketSpan.category_id, counted.then_category_id)


def lasts(at: datetime) -> Conditions:
    """A span is from its first instant on, and no longer at its last."""
    return (TicketSpan.from_at <= at, TicketSpan.to_at.is_(None) | (TicketSpan.to_at > at))


def _is(column: InstrumentedAttribute[int | None], row_id: int | None) -> Iterator[ColumnElement[bool]]:
    if row_id is not None:
        yield column.is_(None) if row_id == NOBODY else column == row_id


LACKING: dict[str, ColumnElement[bool]] = {
    "team": Ticket.team_id.is_(None),
    "category": Ticket.category_id.is_(None),
    "label": Ticket.id.not_in(select(TicketLabel.ticket_id)),
}
