"""Steps as rows with the names of all concerned: on their ticket, on somebody's own page, in the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.audiences import Viewer
from app.accounts.models import Agent, Role, Team
from app.core.cursors import Cursor
from app.core.rows import AnyRow, AnySelect
from app.customers.models import Customer
from app.escalations.models import Escalation, EscalationReason, EscalationState, Outcome
from app.escalations.queries import IS_UNFINISHED, concerns
from app.tickets.models import Category, Ticket

LEDGER_ROLES = (Role.CS, Role.LEAD, Role.ADMIN)
Asker, Asked, Ender = aliased(Agent), aliased(Agent), aliased(Agent)
STEPS: AnySelect = (
    select(
        Escalation,
        EscalationReason.key.label("reason_key"),
        EscalationReason.name.label("reason_name"),
        Asker.name.label("asker_name"),
        Asked.name.label("asked_name"),
        Asked.disabled_at.label("asked_gone_at"),
        Team.name.label("team_name"),
        Ender.name.label("ender_name"),
        Ticket.subject,
        Ticket.audience_id,
        Ticket.assignee_id,
        Ticket.home_channel_id,
        Ticket.customer_id,
        Customer.name.label("customer_name"),
        Ticket.category_id,
        Category.name.label("category_name"),
    )
    .join(Ticket, Ticket.id == Escalation.ticket_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .join(EscalationReason, EscalationReason.id == Escalation.reason_id)
    .join(Asker, Asker.id == Escalation.from_agent_id)
    .outerjoin(Asked, Asked.id == Escalation.to_agent_id)
    .outerjoin(Team, Team.id == Escalation.to_team_id)
    .outerjoin(Ender, Ender.id == Escalation.ended_by_id)
    .outerjoin(Category, Category.id == Ticket.category_id)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Conditions of the ledger; what is empty holds for all. Of what lies on a ticket out of sight nothing is asked."""

    state: str | None = None
    outcome: Outcome | None = None
    level: int | None = None
    reason_id: int | None = None
    customer_id: int | None = None
    category_id: int | None = None
    ticket_id: int | None = None
    from_agent_id: int | None = None
    to_agent_id: int | None = None
    to_team_id: int | None = None
    is_of_guest: bool | None = None
    asked_from: datetime | None = None
    asked_before: datetime | None = None
    mine: str | None = None
    is_counted: bool = False

    @property
    def asks_of_ticket(self) -> bool:
        named = (self.customer_id, self.category_id, self.ticket_id)
        return self.is_counted or any(each is not None for each in named)


async def list_steps(
    session: AsyncSession, viewer: Viewer, wanted: Wanted, *, at: datetime, after: Cursor | None, limit: int
) -> Sequence[AnyRow]:
    """The newest first."""
    statement = STEPS.where(is_shown(viewer), *conditions(viewer, wanted, at=at))
    if after is not None:
        statement = statement.where(tuple_(Escalation.asked_at, Escalation.id) < (after.instant, after.id))
    order = (Escalation.asked_at.desc(), Escalation.id.desc())
    return (await session.execute(statement.order_by(*order).limit(limit))).all()


async def list_of_ticket(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    """The whole chain, the oldest first."""
    statement = STEPS.where(Escalation.ticket_id == ticket_id).order_by(Escalation.asked_at, Escalation.id)
    return (await session.execute(statement)).all()


async def list_named(session: AsyncSession, escalation_ids: Collection[int]) -> Sequence[AnyRow]:
    statement = STEPS.where(Escalation.id.in_(escalation_ids)).order_by(Escalation.id)
    return (await session.execute(statement)).all()


async def list_unfinished(session: AsyncSession, viewer: Viewer, *, limit: int) -> Sequence[AnyRow]:
    """What the viewer is asked, themselves or by a team of theirs, and what they wait for, by when it is due."""
    statement = STEPS.where(concerns(viewer), IS_UNFINISHED)
    return (await session.execute(statement.order_by(*_by_due()).limit(limit))).all()


def is_shown(viewer: Viewer) -> ColumnElement[bool]:
    """The ledger of those who keep one, within their sight; to everybody what concerns them."""
    if viewer.agent.role in LEDGER_ROLES:
        return or_(Ticket.audience_id.in_(viewer.audience_ids), concerns(viewer))
    return concerns(viewer)


def conditions(viewer: Viewer, wanted: Wanted, *, at: datetime) -> list[ColumnElement[bool]]:
    equal = {
        Escalation.outcome: wanted.outcome,
        Escalation.level: wanted.level,
        Escalation.reason_id: wanted.reason_id,
        Escalation.ticket_id: wanted.ticket_id,
        Escalation.from_agent_id: wanted.from_agent_id,
        Escalation.to_agent_id: wanted.to_agent_id,
        Escalation.to_team_id: wanted.to_team_id,
        Ticket.customer_id: wanted.customer_id,
        Ticket.category_id: wanted.category_id,
    }
    found: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    found += _of_time(wanted)
    if wanted.asks_of_ticket:
        found.append(Ticket.audience_id.in_(viewer.audience_ids))
    if wanted.is_counted:
        found.append(Ticket.is_counted.is_(True))
    if wanted.is_of_guest is not None:
        found.append((Escalation.guest_address != "") == wanted.is_of_guest)
    if wanted.state is not None:
        found.append(_of_state(wanted.state, at))
    if wanted.mine is not None:
        found.append(_of_mine(wanted.mine, viewer))
    return found


def _of_time(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.asked_from is not None:
        found.append(Escalation.asked_at >= wanted.asked_from)
    if wanted.asked_before is not None:
        found.append(Escalation.asked_at < wanted.asked_before)
    return found


def _of_state(state: str, at: datetime) -> ColumnElement[bool]:
    if state == "unfinished":
        return IS_UNFINISHED
    if state == "overdue":
        return and_(Escalation.state == EscalationState.OPEN, Escalation.due_at <= at)
    if state == "late":
        return and_(Escalation.outcome == Outcome.ANSWERED, Escalation.ended_at > Escalation.due_at)
    return Escalation.state == EscalationState(state)


def _of_mine(mine: str, viewer: Viewer) -> ColumnElement[bool]:
    if mine == "from_me":
        return Escalation.from_agent_id == viewer.agent.id
    return or_(Escalation.to_agent_id == viewer.agent.id, Escalation.to_team_id.in_(sorted(viewer.team_ids)))


def _by_due() -> tuple[Any, ...]:
    """Without a time last."""
    return (Escalation.due_at.is_(None), Escalation.due_at.asc(), Escalation.id.asc())
