"""Facts and spans of a day as whole numbers, under the names of `app.tallies.properties`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, case, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.local_time import Stretch, day_minute, seconds_up
from app.core.rows import AnyRow, AnySelect
from app.tallies.models import Tally
from app.tallies.properties import KINDS, MINUTE, PHASES, PRIORITIES, UNTIMED
from app.tickets.classification_models import TicketLabel
from app.tickets.history_models import FactKind, ReportFact, TicketSpan
from app.tickets.models import Phase, Ticket
from app.trends.models import TicketTerm

REPLIES = (FactKind.FIRST_REPLY, FactKind.REPLY)


def _number_of(column: Any, members: Sequence[StrEnum]) -> ColumnElement[int]:
    """From 1 on, in the order of the members."""
    return case(*((column == member, literal_column(str(number))) for number, member in enumerate(members, start=1)))


def _or_nothing(column: Any) -> ColumnElement[int]:
    return func.coalesce(column, literal_column("0"), type_=Integer)


def _lasted(column: Any) -> ColumnElement[int]:
    return func.coalesce(column, literal_column(str(UNTIMED)), type_=Integer)


def _reply_count() -> Any:
    replies = aliased(ReportFact)
    counted = select(func.count()).select_from(replies)
    counted = counted.where(replies.ticket_id == ReportFact.ticket_id, replies.kind.in_(REPLIES))
    return case((ReportFact.kind == FactKind.RESOLUTION, counted.scalar_subquery()), else_=literal_column("0"))


OF_TICKET: Mapping[str, Any] = {
    "ticket": Ticket.id,
    "audience": Ticket.audience_id,
    "channel": Ticket.home_channel_id,
    "customer": Ticket.customer_id,
    "category": _or_nothing(Ticket.category_id),
    "assignee": _or_nothing(Ticket.assignee_id),
    "team": _or_nothing(Ticket.team_id),
    "status": Ticket.status_id,
    "priority": _number_of(Ticket.priority, PRIORITIES),
    "complaint": cast(Ticket.is_complaint, Integer),
}
OF_FACT: Mapping[str, Any] = {
    "actor": _or_nothing(ReportFact.actor_id),
    "actor_team": _or_nothing(ReportFact.actor_team_id),
    "calendar": _lasted(ReportFact.calendar_seconds),
    "business": _lasted(ReportFact.business_seconds),
    "met": _or_nothing(cast(ReportFact.met_deadline, Integer) + literal_column("1")),
    "reply_count": _reply_count(),
}
OF_SPAN: Mapping[str, Any] = {
    "from": seconds_up(TicketSpan.from_at),
    "to": _or_nothing(seconds_up(TicketSpan.to_at)),
    "created": seconds_up(Ticket.created_at),
    "then_phase": _number_of(TicketSpan.phase, PHASES),
    "then_status": TicketSpan.status_id,
    "then_assignee": _or_nothing(TicketSpan.assignee_id),
    "then_team": _or_nothing(TicketSpan.team_id),
    "then_category": _or_nothing(TicketSpan.category_id),
}
BEGINS = bindparam("begins", type_=Ticket.created_at.type)
ENDS = bindparam("ends", type_=Ticket.created_at.type)


def _entries(tally: Tally, names: Sequence[str], clock: tuple[Stretch, ...]) -> AnySelect:
    of_day = {MINUTE: day_minute(ReportFact.at, clock)} if tally is Tally.FACTS else {}
    known = {**OF_TICKET, **(OF_FACT if tally is Tally.FACTS else OF_SPAN), **of_day}
    columns = [known[name].label(f"number_{place}") for place, name in enumerate(names)]
    return _on_day(tally, [_kind(tally), _model(tally).id, *columns]).order_by("kind", _model(tally).id)


def _labels(tally: Tally) -> AnySelect:
    joined = _on_day(tally, [_model(tally).id, TicketLabel.label_id])
    return joined.join(TicketLabel, TicketLabel.ticket_id == Ticket.id).order_by(_model(tally).id, TicketLabel.label_id)


def _terms() -> AnySelect:
    joined = _on_day(Tally.FACTS, [ReportFact.id, TicketTerm.term_id]).where(ReportFact.kind == FactKind.ARRIVAL)
    joined = joined.join(TicketTerm, TicketTerm.ticket_id == Ticket.id)
    return joined.order_by(ReportFact.id, TicketTerm.term_id)


def _kind(tally: Tally) -> ColumnElement[int]:
    number = _number_of(ReportFact.kind, KINDS) if tally is Tally.FACTS else literal_column("1", Integer)
    return number.label("kind")


def _model(tally: Tally) -> Any:
    return ReportFact if tally is Tally.FACTS else TicketSpan


def _on_day(tally: Tally, columns: Sequence[Any]) -> AnySelect:
    at = ReportFact.at if tally is Tally.FACTS else TicketSpan.from_at
    model = _model(tally)
    statement = select(*columns).select_from(model).join(Ticket, Ticket.id == model.ticket_id)
    statement = statement.where(at >= BEGINS, at < ENDS, Ticket.is_counted.is_(True))
    is_wanted = ReportFact.kind.in_(KINDS) if tally is Tally.FACTS else TicketSpan.phase != Phase.DONE
    return statement.where(is_wanted)


async def list_entries(
    session: AsyncSession,
    tally: Tally,
    names: Sequence[str],
    bounds: tuple[datetime, datetime],
    clock: tuple[Stretch, ...],
) -> Sequence[AnyRow]:
    """Kind (1 for spans), id, and what is named, in the order of kinds."""
    return (await session.execute(_entries(tally, names, clock), _between(*bounds))).all()


async def list_labels(session: AsyncSession, tally: Tally, bounds: tuple[datetime, datetime]) -> Sequence[AnyRow]:
    """Id of the fact or span, and of the label."""
    return (await session.execute(_labels(tally), _between(*bounds))).all()


async def list_terms(session: AsyncSession, bounds: tuple[datetime, datetime]) -> Sequence[AnyRow]:
    """Id of the arrival, and of the term."""
    return (await session.execute(_terms(), _between(*bounds))).all()


def _between(begins: datetime, ends: datetime) -> dict[str, datetime]:
    return {"begins": begins, "ends": ends}
