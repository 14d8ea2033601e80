from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.core.clock import rfc3339
from app.tasks import queries, service
from app.tasks.forms import CallbackForm, TaskPatch
from app.tasks.views import Doer, TaskView, read_all
from app.tickets.deps import TicketDep
from app.tickets.models import Ticket
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}/tasks", tags=["tasks"])


@router.get("")
async def list_tasks(session: SessionDep, ticket: TicketDep) -> dict[str, Any]:
    """What is open, by when it is due, and after it what was done."""
    return {"items": [_document(each) for each in await read_all(session, ticket.id)], "next_cursor": None}


@router.post("", status_code=201)
async def promise_callback(
    form: CallbackForm, session: SessionDep, ticket: TicketDep, agent: CurrentAgent
) -> dict[str, Any]:
    """Somebody is to be called back until a time; `assignee_id` missing: by whoever comes first."""
    task = await service.add_callback(session, ticket, form, by=agent)
    return await _one(session, ticket, task.id)


@router.patch("/{task_id}")
async def change_task(
    task_id: RowId, patch: TaskPatch, session: SessionDep, ticket: TicketDep, agent: CurrentAgent
) -> dict[str, Any]:
    """Done (`is_done`), put off, handed to somebody else, said in other words: what is named is changed."""
    task = await queries.get_task(session, task_id, ticket_id=ticket.id)
    await service.change(session, ticket, task, patch, by=agent)
    return await _one(session, ticket, task_id)


async def _one(session: AsyncSession, ticket: Ticket, task_id: int) -> dict[str, Any]:
    return next(_document(each) for each in await read_all(session, ticket.id) if each.id == task_id)


def _document(task: TaskView) -> dict[str, Any]:
    return {
        "id": task.id,
        "ticket_number": task.ticket_number,
        "kind": task.kind,
        "text": task.text,
        "tel": task.tel,
        "due_at": rfc3339(task.due_at),
        "is_overdue": task.is_overdue,
        "assignee": _named(task.assignee),
        "created_by": _named(task.created_by),
        "created_at": rfc3339(task.created_at),
        "done_at": rfc3339(task.done_at),
        "done_by": _named(task.done_by),
    }


def _named(doer: Doer | None) -> dict[str, Any] | None:
    return {"id": doer.id, "name": doer.name} if doer else None
