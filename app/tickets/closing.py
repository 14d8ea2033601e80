"""Changes of status: what a person chooses is checked, what follows from an act is not."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.tickets import queries
from app.tickets.errors import NoReasonHere, NotOfTeam, ReasonNeeded, Unknown
from app.tickets.history_models import SYSTEM, Actor, EventKind, FactKind
from app.tickets.log import note_fact, record
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Status, Ticket


async def set_status(
    session: AsyncSession, ticket: Ticket, status: Status, *, by: Actor = SYSTEM, hold_reason: str = ""
) -> None:
    """To the status that somebody chose. Raises NotOfTeam, or ReasonNeeded where it holds the ticket."""
    require_allowed(ticket, status, hold_reason=hold_reason)
    if status.id == ticket.status_id:
        change_hold_reason(session, ticket, hold_reason, by=by)
    else:
        await move(session, ticket, status, by=by, hold_reason=hold_reason.strip())


def require_allowed(ticket: Ticket, status: Status, *, hold_reason: str, field: str = "status") -> None:
    if not status.suits(ticket.team_id):
        raise NotOfTeam(field)
    is_held_already = status.id == ticket.status_id and bool(ticket.hold_reason)
    if status.needs_reason and not hold_reason.strip() and not is_held_already:
        raise ReasonNeeded
    if hold_reason.strip() and not status.needs_reason:
        raise NoReasonHere


def change_hold_reason(session: AsyncSession, ticket: Ticket, hold_reason: str, *, by: Actor) -> None:
    """The words stay on the ticket; the history says only that they are others now."""
    after = hold_reason.strip()
    if after and after != ticket.hold_reason:
        ticket.hold_reason = after
        record(session, ticket, EventKind.HOLD_REASON_CHANGED, by=by)


async def move(
    session: AsyncSession, ticket: Ticket, status: Status, *, by: Actor = SYSTEM, hold_reason: str = ""
) -> None:
    """As the consequence of an act; the same status again is no change."""
    if status.id == ticket.status_id:
        return
    at, before, was_done = now(), ticket.status_id, ticket.is_done
    done_at = ticket.done_at
    ticket.move_to(status.id, status.phase, at, hold_reason=hold_reason)
    record(session, ticket, EventKind.STATUS_CHANGED, by=by, at=at, status_id=[before, status.id])
    if status.phase is Phase.DONE and not was_done:
        await note_fact(session, ticket, FactKind.RESOLUTION, at=at, since=ticket.created_at, by=by)
    if was_done and status.phase is not Phase.DONE:
        await note_fact(session, ticket, FactKind.REOPENING, at=at, since=done_at, by=by)


async def leave_foreign_status(session: AsyncSession, ticket: Ticket, *, by: Actor) -> None:
    """A ticket that has another team now, or none, has the phase's built-in status instead of the former team's own."""
    status = await queries.get_status(session, ticket.status_id)
    await move(session, ticket, await fitting(session, ticket, status), by=by)


async def fitting(session: AsyncSession, ticket: Ticket, status: Status) -> Status:
    """The status itself where the ticket's team can have it, else the built-in one of its phase."""
    is_fitting = status.suits(ticket.team_id)
    return status if is_fitting else await queries.get_status(session, BUILT_IN_STATUS_IDS[status.phase])


async def status_by_key(session: AsyncSession, key: str, *, field: str = "status") -> Status:
    """Raises Unknown at the field."""
    status = await queries.find_status(session, key)
    if status is None:
        raise Unknown(field)
    return status
