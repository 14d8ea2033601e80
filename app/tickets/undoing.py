"""Taking one change back, by its event, unless somebody changed the same thing since."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.tickets import assignment, closing, disposal, label_queries, labels, queries, undo_queries
from app.tickets.errors import ChangedSince, NotUndoable
from app.tickets.history_models import Actor, EventKind, TicketEvent
from app.tickets.models import Priority, Ticket

Changes = Mapping[str, Any]
TakeBack = Callable[[AsyncSession, Ticket, Changes, Actor], Awaitable[None]]


async def undo(session: AsyncSession, ticket: Ticket, event_id: int, *, by: Actor, act_ends_at: int = 0) -> None:
    """Raises NotUndoable for what cannot be taken back, ChangedSince when something newer stands on it.

    `act_ends_at` is the last event of the act that this one began: what belongs to it is not newer.
    """
    event = await undo_queries.find_event(session, ticket.id, event_id)
    if event is None:
        raise NotFound(event_id=event_id)
    take_back = TAKING_BACK.get(event.kind)
    if take_back is None:
        raise NotUndoable
    await _require_newest(session, event, max(event_id, act_ends_at))
    await take_back(session, ticket, event.changes, by)
    if not act_ends_at:
        await _take_back_what_followed(session, ticket, event, by)


async def _require_newest(session: AsyncSession, event: TicketEvent, last_id: int) -> None:
    kinds = STATUS_KINDS if event.kind in STATUS_KINDS else (event.kind,)
    if await undo_queries.has_newer(session, event.ticket_id, last_id, kinds):
        raise ChangedSince


async def _take_back_what_followed(session: AsyncSession, ticket: Ticket, event: TicketEvent, by: Actor) -> None:
    """With its team a ticket gets back the status of that team's own, unless it was moved again since."""
    following = await undo_queries.find_next(session, event, STATUS_KINDS)
    if following is None or following.changes.get("follows") != event.kind:
        return
    if not await undo_queries.has_newer(session, ticket.id, following.id, STATUS_KINDS):
        await _status(session, ticket, following.changes, by)


async def _status(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    before, _ = changes["status_id"]
    await closing.take_back(session, ticket, await queries.get_status(session, before), by=by)


async def _assignee(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    before, _ = changes["assignee_id"]
    await assignment.assign(session, ticket, to=await assignment.agent_by_id(session, before), by=by)


async def _team(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    before, _ = changes["team_id"]
    await assignment.hand_to_team(session, ticket, to=await assignment.team_by_id(session, before), by=by)


async def _category(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    before, _ = changes["category_id"]
    assignment.categorise(session, ticket, as_=await assignment.category_by_id(session, before), by=by)


async def _priority(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    assignment.prioritise(session, ticket, Priority(changes["priority"][0]), by=by)


async def _complaint(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    assignment.flag_complaint(session, ticket, changes["is_complaint"][0], by=by)


async def _labels(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    added = await label_queries.list_by_id(session, changes["labels"]["added"])
    removed = await label_queries.list_by_id(session, changes["labels"]["removed"])
    await labels.relabel(session, ticket, add=removed, remove=added, by=by)


async def _spam(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    disposal.mark_spam(session, ticket, changes["is_spam"][0], by=by)


async def _trash(session: AsyncSession, ticket: Ticket, changes: Changes, by: Actor) -> None:
    disposal.trash(session, ticket, changes["is_trashed"][0], by=by)


STATUS_KINDS = (EventKind.STATUS_CHANGED, EventKind.REOPENED)
TAKING_BACK: Mapping[EventKind, TakeBack] = {
    EventKind.STATUS_CHANGED: _status,
    EventKind.ASSIGNED: _assignee,
    EventKind.TEAM_CHANGED: _team,
    EventKind.CATEGORY_CHANGED: _category,
    EventKind.PRIORITY_CHANGED: _priority,
    EventKind.COMPLAINT_CHANGED: _complaint,
    EventKind.LABELS_CHANGED: _labels,
    EventKind.SPAM_CHANGED: _spam,
    EventKind.TRASH_CHANGED: _trash,
}
