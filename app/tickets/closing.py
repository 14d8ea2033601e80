"""Changes of status: what a person chooses is checked, what follows from an act is not."""

from datetime import UTC
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.tickets import queries, undo_queries
from app.tickets.errors import NoReasonHere, NotOfTeam, ReasonNeeded, Unknown
from app.tickets.history_models import SYSTEM, Actor, EventKind, FactKind
from app.tickets.log import mark_dirty, note_fact, record
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Status, Ticket
from app.tickets.requirements import require_complete


async def set_status(
    session: AsyncSession, ticket: Ticket, status: Status, *, by: Actor = SYSTEM, hold_reason: str = ""
) -> None:
    """To the status that somebody chose. Raises NotOfTeam, ReasonNeeded where it holds the ticket, Incomplete."""
    await require_allowed(session, ticket, status, hold_reason=hold_reason)
    if status.id == ticket.status_id:
        change_hold_reason(session, ticket, hold_reason, by=by)
    else:
        await move(session, ticket, status, by=by, hold_reason=hold_reason.strip())


async def require_allowed(
    session: AsyncSession, ticket: Ticket, status: Status, *, hold_reason: str = "", field: str = "status"
) -> None:
    """What `set_status` asks; a reply asks it before anything leaves."""
    if not status.suits(ticket.team_id):
        raise NotOfTeam(field)
    is_held_already = status.id == ticket.status_id and bool(ticket.hold_reason)
    if status.needs_reason and not hold_reason.strip() and not is_held_already:
        raise ReasonNeeded
    if hold_reason.strip() and not status.needs_reason:
        raise NoReasonHere
    if status.phase is Phase.DONE and not ticket.is_done:
        await require_complete(session, ticket)


def change_hold_reason(session: AsyncSession, ticket: Ticket, hold_reason: str, *, by: Actor) -> None:
    """The words stay on the ticket; the history says only that they are others now."""
    after = hold_reason.strip()
    if after and after != ticket.hold_reason:
        ticket.hold_reason = after
        record(session, ticket, EventKind.HOLD_REASON_CHANGED, by=by)


async def move(
    session: AsyncSession,
    ticket: Ticket,
    status: Status,
    *,
    by: Actor = SYSTEM,
    hold_reason: str = "",
    follows: EventKind | None = None,
) -> None:
    """As the consequence of an act; the same status again is no change."""
    if status.id == ticket.status_id:
        return
    at, before, was_done = now(), ticket.status_id, ticket.is_done
    done_at = ticket.done_at
    ticket.move_to(status.id, status.phase, at, hold_reason=hold_reason)
    cause: dict[str, Any] = {"follows": follows} if follows else {}
    record(session, ticket, EventKind.STATUS_CHANGED, by=by, at=at, status_id=[before, status.id], **cause)
    if status.phase is Phase.DONE and not was_done:
        await note_fact(session, ticket, FactKind.RESOLUTION, at=at, since=ticket.created_at, by=by)
    if was_done and status.phase is not Phase.DONE:
        await note_fact(session, ticket, FactKind.REOPENING, at=at, since=done_at, by=by)


async def take_back(session: AsyncSession, ticket: Ticket, status: Status, *, by: Actor) -> None:
    """As if the last change of status had never been: its resolution or reopening is counted nowhere."""
    at, before, was_done = now(), ticket.status_id, ticket.is_done
    status = await fitting(session, ticket, status)
    done_at = await undo_queries.find_last_fact_at(session, ticket.id, FactKind.RESOLUTION)
    ticket.move_to(status.id, status.phase, at, hold_reason=ticket.former_hold_reason if status.needs_reason else "")
    record(session, ticket, EventKind.STATUS_CHANGED, by=by, at=at, status_id=[before, status.id])
    if was_done and not ticket.is_done:
        await _uncount(session, ticket, FactKind.RESOLUTION)
    if ticket.is_done and not was_done:
        await _uncount(session, ticket, FactKind.REOPENING)
        ticket.done_at = done_at or at


async def _uncount(session: AsyncSession, ticket: Ticket, kind: FactKind) -> None:
    at = await undo_queries.delete_last_fact(session, ticket.id, kind)
    mark_dirty(session, (each.astimezone(UTC).date() for each in at))


async def leave_foreign_status(session: AsyncSession, ticket: Ticket, *, by: Actor) -> None:
    """A ticket that has another team now, or none, has the phase's built-in status instead of the former team's own."""
    status = await queries.get_status(session, ticket.status_id)
    await move(session, ticket, await fitting(session, ticket, status), by=by, follows=EventKind.TEAM_CHANGED)


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
