from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.audiences import Viewer
from app.accounts.models import Agent
from app.core.errors import NotFound
from app.core.rows import AnyRow, AnySelect, fetch
from app.customers.models import Customer
from app.tasks.models import Task
from app.tickets.models import Ticket

Creator, Doer = aliased(Agent), aliased(Agent)
LINES: AnySelect = (
    select(
        Task.id,
        Task.ticket_id,
        Task.kind,
        Task.text,
        Task.tel,
        Task.due_at,
        Task.created_at,
        Task.done_at,
        Task.assignee_id,
        Agent.name.label("assignee_name"),
        Task.created_by_id,
        Creator.name.label("creator_name"),
        Task.done_by_id,
        Doer.name.label("doer_name"),
        Ticket.subject,
        Customer.name.label("customer_name"),
    )
    .join(Ticket, Ticket.id == Task.ticket_id)
    .join(Customer, Customer.id == Ticket.customer_id)
    .outerjoin(Agent, Agent.id == Task.assignee_id)
    .outerjoin(Creator, Creator.id == Task.created_by_id)
    .outerjoin(Doer, Doer.id == Task.done_by_id)
)


async def list_of_ticket(session: AsyncSession, ticket_id: int, *, done_since: datetime | None) -> Sequence[AnyRow]:
    """What is open, by when it is due, and then what was done; all of it, or what was done of late."""
    statement = LINES.where(Task.ticket_id == ticket_id)
    if done_since is not None:
        statement = statement.where(or_(Task.done_at.is_(None), Task.done_at > done_since))
    return await fetch(session, statement.order_by(Task.done_at.is_not(None), Task.due_at, Task.id))


async def list_mine(session: AsyncSession, viewer: Viewer, *, limit: int) -> Sequence[AnyRow]:
    return await _list_open(session, viewer, Task.assignee_id == viewer.agent.id, limit=limit)


async def list_nobodys(session: AsyncSession, viewer: Viewer, *, limit: int) -> Sequence[AnyRow]:
    """Also those of somebody who is not here any more."""
    is_left = and_(Task.assignee_id.is_not(None), Agent.disabled_at.is_not(None))
    return await _list_open(session, viewer, or_(Task.assignee_id.is_(None), is_left), limit=limit)


async def _list_open(
    session: AsyncSession, viewer: Viewer, whose: ColumnElement[bool], *, limit: int
) -> Sequence[AnyRow]:
    is_seen = (Ticket.audience_id.in_(viewer.audience_ids), Ticket.is_counted.is_(True))
    statement = LINES.where(Task.done_at.is_(None), whose, *is_seen).order_by(Task.due_at, Task.id)
    return await fetch(session, statement.limit(limit))


async def get_task(session: AsyncSession, task_id: int, *, ticket_id: int) -> Task:
    """On the ticket, which is held by whoever writes."""
    task = await session.scalar(select(Task).where(Task.id == task_id, Task.ticket_id == ticket_id))
    if task is None:
        raise NotFound(task_id=task_id)
    return task


async def list_due(session: AsyncSession, *, at: datetime, limit: int) -> Sequence[AnyRow]:
    """What fell due and was told to nobody, with its ticket."""
    statement = select(Task.id, Task.ticket_id).where(_is_untold(at)).order_by(Task.due_at, Task.id).limit(limit)
    return await fetch(session, statement)


async def claim_due(session: AsyncSession, task_ids: Collection[int], *, at: datetime) -> Sequence[AnyRow]:
    """One statement, so that two schedules never tell of the same task."""
    statement = update(Task).where(Task.id.in_(task_ids), _is_untold(at)).values(told_at=at)
    claimed = statement.returning(Task.id, Task.ticket_id, Task.assignee_id)
    found = await session.execute(claimed.execution_options(synchronize_session=False))
    return sorted(found.all(), key=lambda row: (row.ticket_id, row.id))


async def lead_open(session: AsyncSession, ticket_id: int, *, to: int) -> None:
    """What is still to be done goes with what it is about."""
    statement = update(Task).where(Task.ticket_id == ticket_id, Task.done_at.is_(None)).values(ticket_id=to)
    await session.execute(statement.execution_options(synchronize_session=False))


def _is_untold(at: datetime) -> ColumnElement[bool]:
    return and_(Task.done_at.is_(None), Task.told_at.is_(None), Task.due_at <= at)
