"""The status follows from the act: beginning an answer moves 新着 to 対応中, and back if nothing comes of it (B2)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.replies import queries
from app.replies.models import Start
from app.tickets import queries as ticket_queries
from app.tickets.assignment import assign
from app.tickets.closing import fitting, move
from app.tickets.history_models import Actor, EventKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Ticket

STARTED_STATUS_ID = BUILT_IN_STATUS_IDS[Phase.IN_PROGRESS]
NOTHING = Start()
STATUS_EVENTS = (EventKind.STATUS_CHANGED, EventKind.REOPENED)


async def begin(
    session: AsyncSession, ticket: Ticket, *, holder: Agent, after: Start = NOTHING, starter_id: int | None = None
) -> Start:
    """What it changed. `after` is an unfinished start of `starter_id`, which passes to the holder."""
    by = Actor.agent(holder)
    before_status_id = after.before_status_id if await _is_status_untouched(session, ticket, after) else None
    if ticket.phase is Phase.NEW:
        before_status_id = ticket.status_id
        await move(session, ticket, await ticket_queries.get_status(session, STARTED_STATUS_ID), by=by)
    is_free = ticket.assignee_id is None or await _is_assignment_untouched(session, ticket, after, starter_id)
    if is_free:
        await assign(session, ticket, to=holder, by=by)
    return Start(before_status_id, is_free, now())


async def go_back(session: AsyncSession, ticket: Ticket, start: Start, *, starter_id: int, by: Actor) -> None:
    """Undo a start; what somebody changed since stays."""
    if start.before_status_id is not None and await _is_status_untouched(session, ticket, start):
        before = await ticket_queries.get_status(session, start.before_status_id)
        await move(session, ticket, await fitting(session, ticket, before), by=by)
    if await _is_assignment_untouched(session, ticket, start, starter_id):
        await assign(session, ticket, to=None, by=by)


async def _is_status_untouched(session: AsyncSession, ticket: Ticket, start: Start) -> bool:
    if start.before_status_id is None or ticket.status_id != STARTED_STATUS_ID:
        return False
    return not await queries.has_events(session, ticket.id, STATUS_EVENTS, since=start.at)


async def _is_assignment_untouched(session: AsyncSession, ticket: Ticket, start: Start, starter_id: int | None) -> bool:
    if not start.has_assigned or ticket.assignee_id != starter_id:
        return False
    return not await queries.has_events(session, ticket.id, (EventKind.ASSIGNED,), since=start.at)
