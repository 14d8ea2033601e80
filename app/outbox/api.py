from typing import Annotated

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent, ViewerDep
from app.core.cursors import Cursor, open_cursor
from app.outbox import queries, service
from app.outbox.deps import EntryDep, EntryOnTicket
from app.outbox.documents import Document, entry_document
from app.outbox.forms import DecisionForm, DepartureForm, OutboxFilterForm
from app.outbox.models import OutboxState
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["outbox"])


@router.get("/outbox")
async def outbox(session: SessionDep, viewer: ViewerDep, filters: Annotated[OutboxFilterForm, Query()]) -> Document:
    """What is to leave and what left, newest first."""
    conditions = f"outbox {filters.state}"
    after = open_cursor(filters.cursor, conditions)
    rows = await queries.list_entries(
        session, viewer=viewer, state=filters.state, before_id=after.id if after else None, limit=filters.limit + 1
    )
    shown = rows[: filters.limit]
    last = shown[-1].OutboxEntry.id if len(rows) > filters.limit else None
    return {
        "items": [entry_document(row.OutboxEntry, subject=row.subject, channel=row.Channel) for row in shown],
        "next_cursor": Cursor.after("", last).seal(conditions) if last else None,
    }


@router.post("/outbox/{entry_id}/resend")
async def resend(session: SessionDep, found: EntryDep, agent: CurrentAgent) -> Document:
    """Sends a failed or uncertain message again: a person's decision."""
    await service.resend(session, found.ticket, found.entry, by=agent)
    return await _answer(session, found)


@router.post("/outbox/{entry_id}/departure")
async def reschedule(session: SessionDep, found: EntryDep, agent: CurrentAgent, form: DepartureForm) -> Document:
    """Another time for what waits; without one it leaves now."""
    await service.reschedule(session, found.ticket, found.entry, send_at=form.send_at, by=agent)
    return await _answer(session, found)


@router.post("/outbox/{entry_id}/settle")
async def settle(session: SessionDep, found: EntryDep, agent: CurrentAgent, form: DecisionForm) -> Document:
    """Says what became of a failed or uncertain message."""
    await service.settle(session, found.ticket, found.entry, as_=OutboxState(form.as_), by=agent)
    return await _answer(session, found)


async def _answer(session: AsyncSession, found: EntryOnTicket) -> Document:
    entry = await queries.find_entry(session, found.entry.id)
    return entry_document(entry or found.entry, subject=found.ticket.subject, channel=found.ticket.home_channel)
