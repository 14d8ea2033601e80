"""Changes of status."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.tickets import queries
from app.tickets.errors import Unknown
from app.tickets.history_models import SYSTEM, Actor, EventKind, FactKind
from app.tickets.log import note_fact, record
from app.tickets.models import Phase, Status, Ticket


async def set_status(session: AsyncSession, ticket: Ticket, status: Status, *, by: Actor = SYSTEM) -> None:
    """To any status, by hand or as the consequence of an act; the same one again is no change."""
    if status.id == ticket.status_id:
        return
    at, before, was_done = now(), ticket.status_id, ticket.is_done
    done_at = ticket.done_at
    ticket.move_to(status.id, status.phase, at)
    record(session, ticket, EventKind.STATUS_CHANGED, by=by, at=at, status_id=[before, status.id])
    if status.phase is Phase.DONE and not was_done:
        await note_fact(session, ticket, FactKind.RESOLUTION, at=at, since=ticket.created_at, by=by)
    if was_done and status.phase is not Phase.DONE:
        await note_fact(session, ticket, FactKind.REOPENING, at=at, since=done_at, by=by)


async def status_by_key(session: AsyncSession, key: str, *, field: str = "status") -> Status:
    """Raises Unknown at the field."""
    status = await queries.find_status(session, key)
    if status is None:
        raise Unknown(field)
    return status
