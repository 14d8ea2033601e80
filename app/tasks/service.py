"""The verbs of tasks. Each holds the ticket's row, changes and records together."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import can_see
from app.accounts.models import Agent
from app.core.clock import now, rfc3339
from app.customers.numbers import readable
from app.tasks import queries
from app.tasks.forms import CallbackForm, TaskPatch
from app.tasks.models import Task
from app.tickets import assignment
from app.tickets import queries as ticket_queries
from app.tickets.errors import NoSight
from app.tickets.history_models import SYSTEM, Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Ticket

TOLD_AT_ONCE = 100


async def add_callback(session: AsyncSession, ticket: Ticket, form: CallbackForm, *, by: Agent) -> Task:
    """Raises Unknown or NoSight for an assignee who cannot have it."""
    await _require_sight(session, ticket, form.assignee_id)
    tel = readable(form.tel) if form.tel else ""
    task = Task(ticket_id=ticket.id, text=form.text, tel=tel, due_at=form.due_at, assignee_id=form.assignee_id)
    task.created_by_id = by.id
    session.add(task)
    await session.flush()
    changes: dict[str, Any] = {"due_at": rfc3339(form.due_at), "assignee_id": form.assignee_id}
    record(session, ticket, EventKind.TASK_ADDED, by=Actor.agent(by), task_id=task.id, **changes)
    return task


async def change(session: AsyncSession, ticket: Ticket, task: Task, patch: TaskPatch, *, by: Agent) -> None:
    """What the patch names."""
    named = patch.model_fields_set
    if "text" in named:
        task.text = patch.text
    if "assignee_id" in named:
        await _hand_to(session, ticket, task, patch.assignee_id, by=by)
    if patch.due_at is not None:
        _put_off(session, ticket, task, patch.due_at, by=by)
    if "is_done" in named:
        _finish(session, ticket, task, patch.is_done, by=by)
    await session.flush()


async def tell_due(session: AsyncSession) -> None:
    """What falls due by the clock becomes an event, so that whoever reads the log needs no clock (MODEL 17)."""
    due = await queries.list_due(session, at=now(), limit=TOLD_AT_ONCE)
    await ticket_queries.hold_all(session, {row.ticket_id for row in due})
    for row in await queries.claim_due(session, [each.id for each in due], at=now()) if due else ():
        ticket = await ticket_queries.find_ticket(session, row.ticket_id)
        if ticket is not None:
            kind = EventKind.TASK_DUE
            record(session, ticket, kind, by=SYSTEM, task_id=row.id, assignee_id=row.assignee_id)


async def _hand_to(session: AsyncSession, ticket: Ticket, task: Task, agent_id: int | None, *, by: Agent) -> None:
    before = task.assignee_id
    if before == agent_id:
        return
    await _require_sight(session, ticket, agent_id)
    task.assignee_id = agent_id
    kind = EventKind.TASK_ASSIGNED
    record(session, ticket, kind, by=Actor.agent(by), task_id=task.id, assignee_id=[before, agent_id])


def _put_off(session: AsyncSession, ticket: Ticket, task: Task, until: datetime, *, by: Agent) -> None:
    before = task.due_at
    if before != until:
        task.put_off(until)
        times = [rfc3339(before), rfc3339(until)]
        record(session, ticket, EventKind.TASK_PUT_OFF, by=Actor.agent(by), task_id=task.id, due_at=times)


def _finish(session: AsyncSession, ticket: Ticket, task: Task, is_done: bool, *, by: Agent) -> None:
    """Who was second changes nothing."""
    if task.is_done is is_done:
        return
    if is_done:
        task.finish(now(), by.id)
    else:
        task.reopen()
    kind = EventKind.TASK_DONE if is_done else EventKind.TASK_REOPENED
    record(session, ticket, kind, by=Actor.agent(by), task_id=task.id)


async def _require_sight(session: AsyncSession, ticket: Ticket, agent_id: int | None) -> None:
    agent = await assignment.agent_by_id(session, agent_id)
    if agent is not None and not await can_see(session, agent, ticket.audience_id):
        raise NoSight("assignee_id")
