from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.bulk.models import BulkItem, BulkRun, BulkState
from app.core.clock import now
from app.core.rows import AnyRow
from app.tickets.history_models import TicketEvent
from app.tickets.models import Ticket


async def list_visible(session: AsyncSession, ticket_ids: Collection[int], audience_ids: Sequence[int]) -> set[int]:
    statement = select(Ticket.id).where(Ticket.id.in_(ticket_ids), Ticket.audience_id.in_(audience_ids))
    return set((await session.scalars(statement)).all())


async def add_items(session: AsyncSession, items: Sequence[dict[str, Any]]) -> None:
    blank: dict[str, Any] = {"state": BulkState.WAITING, "code": "", "reason": "", "kinds": [], "after_event_id": 0}
    await session.execute(insert(BulkItem), [blank | item for item in items])


async def find_run(session: AsyncSession, run_id: int, *, agent_id: int) -> BulkRun | None:
    """One's own; the row is held in a unit of work that writes."""
    statement = select(BulkRun).where(BulkRun.id == run_id, BulkRun.agent_id == agent_id)
    return await session.scalar(statement.with_for_update())


async def has_undo(session: AsyncSession, run_id: int) -> bool:
    return await session.scalar(select(BulkRun.id).where(BulkRun.undoes_id == run_id).limit(1)) is not None


async def find_undone_item(session: AsyncSession, run_id: int, ticket_id: int) -> BulkItem:
    return await session.get_one(BulkItem, (run_id, ticket_id))


async def list_done_ids(session: AsyncSession, run_id: int) -> Sequence[int]:
    statement = select(BulkItem.ticket_id).where(BulkItem.run_id == run_id, BulkItem.state == BulkState.DONE)
    return (await session.scalars(statement.order_by(BulkItem.ticket_id))).all()


async def find_waiting(session: AsyncSession) -> tuple[int, int] | None:
    """Run and ticket of what is next; the oldest run first."""
    statement = select(BulkItem.run_id, BulkItem.ticket_id).where(BulkItem.state == BulkState.WAITING)
    row = (await session.execute(statement.order_by(BulkItem.run_id, BulkItem.ticket_id).limit(1))).one_or_none()
    return (row.run_id, row.ticket_id) if row else None


async def settle_item(
    session: AsyncSession, run_id: int, ticket_id: int, state: BulkState, **values: str | int | list[str]
) -> bool:
    """One statement decides: False when another worker was faster, whose unit of work stands."""
    statement = (
        update(BulkItem)
        .where(BulkItem.run_id == run_id, BulkItem.ticket_id == ticket_id, BulkItem.state == BulkState.WAITING)
        .values(state=state, **values)
        .returning(BulkItem.ticket_id)
    )
    return await session.scalar(statement) is not None


async def finish_runs(session: AsyncSession) -> None:
    """Those of which nothing waits any more."""
    waits = select(BulkItem.ticket_id).where(BulkItem.run_id == BulkRun.id, BulkItem.state == BulkState.WAITING)
    await session.execute(
        update(BulkRun).where(BulkRun.finished_at.is_(None), ~waits.exists()).values(finished_at=now())
    )


async def has_unfinished(session: AsyncSession) -> bool:
    return await session.scalar(select(BulkRun.id).where(BulkRun.finished_at.is_(None)).limit(1)) is not None


async def find_newest_event_id(session: AsyncSession, ticket_id: int) -> int:
    newest = select(func.max(TicketEvent.id)).where(TicketEvent.ticket_id == ticket_id)
    return await session.scalar(newest) or 0


async def find_first_event_id(session: AsyncSession, item: BulkItem, kind: str) -> int | None:
    statement = select(func.min(TicketEvent.id)).where(
        TicketEvent.ticket_id == item.ticket_id, TicketEvent.id > item.after_event_id, TicketEvent.kind == kind
    )
    return await session.scalar(statement)


async def find_last_event_id(session: AsyncSession, item: BulkItem) -> int:
    """Of what was done: the ticket was held, so its events follow each other."""
    following = select(TicketEvent.id).where(
        TicketEvent.ticket_id == item.ticket_id, TicketEvent.id > item.after_event_id
    )
    done = following.order_by(TicketEvent.id).limit(len(item.kinds)).subquery()
    return await session.scalar(select(func.max(done.c.id))) or 0


async def count_by_state(session: AsyncSession, run_id: int) -> Sequence[AnyRow]:
    statement = select(BulkItem.state, func.count().label("number")).where(BulkItem.run_id == run_id)
    return (await session.execute(statement.group_by(BulkItem.state))).all()


async def list_refused(
    session: AsyncSession, run_id: int, *, audience_ids: Sequence[int], limit: int
) -> Sequence[AnyRow]:
    """What may no longer be seen has no subject."""
    is_visible = (Ticket.id == BulkItem.ticket_id) & Ticket.audience_id.in_(audience_ids)
    subject = func.coalesce(Ticket.subject, "").label("subject")
    statement = (
        select(BulkItem.ticket_id, BulkItem.code, BulkItem.reason, subject)
        .outerjoin(Ticket, is_visible)
        .where(BulkItem.run_id == run_id, BulkItem.state == BulkState.REFUSED)
    )
    return (await session.execute(statement.order_by(BulkItem.ticket_id).limit(limit))).all()


async def delete_old(session: AsyncSession, *, before: datetime, limit: int) -> None:
    """Those that are over for longest. What an undo took back is needed until the undo is finished."""
    undo = aliased(BulkRun)
    waits = select(undo.id).where(undo.undoes_id == BulkRun.id, undo.finished_at.is_(None))
    found = select(BulkRun.id).where(BulkRun.finished_at < before, ~waits.exists())
    run_ids = (await session.scalars(found.order_by(BulkRun.finished_at).limit(limit))).all()
    await session.execute(delete(BulkItem).where(BulkItem.run_id.in_(run_ids)))
    await session.execute(update(BulkRun).where(BulkRun.undoes_id.in_(run_ids)).values(undoes_id=None))
    await session.execute(delete(BulkRun).where(BulkRun.id.in_(run_ids)))
