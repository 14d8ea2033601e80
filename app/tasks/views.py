"""Tasks as plain values for pages and programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.clock import now
from app.core.rows import AnyRow
from app.customers.numbers import dialled
from app.tasks import queries
from app.tasks.models import TaskKind

DONE_SHOWN = timedelta(hours=12)
"""How long a task that is done still stands on its ticket, so that a wrong click can be taken back."""
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Doer:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TaskView:
    """`dialled` is where a click on the number leads."""

    id: int
    ticket_number: int
    subject: str
    customer: str
    kind: TaskKind
    text: str
    tel: str
    dialled: str
    due_at: datetime
    is_overdue: bool
    assignee: Doer | None
    created_by: Doer | None
    created_at: datetime
    done_at: datetime | None
    done_by: Doer | None


@dataclass(frozen=True, slots=True)
class Promised:
    """What one has promised, and what nobody has taken up; each by when it is due."""

    mine: tuple[TaskView, ...]
    nobodys: tuple[TaskView, ...]

    @property
    def count(self) -> int:
        return len(self.mine) + len(self.nobodys)

    @property
    def is_urgent(self) -> bool:
        return any(each.is_overdue for each in (*self.mine, *self.nobodys))


async def read_tasks(session: AsyncSession, ticket_id: int) -> tuple[TaskView, ...]:
    """What is open on a ticket, and what was done of late."""
    return views(await queries.list_of_ticket(session, ticket_id, done_since=now() - DONE_SHOWN))


async def read_all(session: AsyncSession, ticket_id: int) -> tuple[TaskView, ...]:
    return views(await queries.list_of_ticket(session, ticket_id, done_since=None))


async def read_promised(session: AsyncSession, viewer: Viewer) -> Promised:
    mine = await queries.list_mine(session, viewer, limit=SHOWN)
    return Promised(views(mine), views(await queries.list_nobodys(session, viewer, limit=SHOWN)))


def views(rows: Iterable[AnyRow]) -> tuple[TaskView, ...]:
    at = now()
    return tuple(_view(row, at) for row in rows)


def _view(row: AnyRow, at: datetime) -> TaskView:
    return TaskView(
        id=row.id,
        ticket_number=row.ticket_id,
        subject=row.subject,
        customer=row.customer_name,
        kind=row.kind,
        text=row.text,
        tel=row.tel,
        dialled=dialled(row.tel) if row.tel else "",
        due_at=row.due_at,
        is_overdue=row.done_at is None and row.due_at <= at,
        assignee=_who(row.assignee_id, row.assignee_name),
        created_by=_who(row.created_by_id, row.creator_name),
        created_at=row.created_at,
        done_at=row.done_at,
        done_by=_who(row.done_by_id, row.doer_name),
    )


def _who(agent_id: int | None, name: str | None) -> Doer | None:
    return Doer(agent_id, name or "") if agent_id else None
