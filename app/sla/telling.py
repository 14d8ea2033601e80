"""What comes to pass by the clock alone becomes an event, so that whoever reads the log needs no clock (MODEL 17).

The log may be read late: after a restart, behind an import. So what is due is reckoned anew before anybody is told, and
what was answered in time alarms nobody.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now, rfc3339
from app.sla import keeping, queries
from app.sla.models import Step, TicketDeadline
from app.tickets import queries as ticket_queries
from app.tickets.history_models import SYSTEM, EventKind
from app.tickets.log import record
from app.tickets.models import Ticket

TOLD_AT_ONCE = 100
EVENTS = {
    Step.WARNED: EventKind.DEADLINE_WARNED,
    Step.MISSED: EventKind.DEADLINE_MISSED,
    Step.RAISED: EventKind.DEADLINE_RAISED,
}


async def tell_due(session: AsyncSession) -> int:
    """Of the deadlines whose time came; returns how many. Under the locks of the tickets, so that each is told once."""
    at = now()
    due = await queries.list_to_tell(session, at=at, limit=TOLD_AT_ONCE)
    if not due:
        return 0
    ticket_ids = {row.ticket_id for row in due}
    await ticket_queries.hold_all(session, ticket_ids)
    for matter in (await keeping.load(session, ticket_ids)).values():
        await keeping.keep(session, matter)
    held = await queries.hold_to_tell(session, [row.id for row in due], at=at)
    for deadline in held:
        ticket = await ticket_queries.find_ticket(session, deadline.ticket_id)
        steps = deadline.pass_steps(at)
        if ticket is not None and ticket.is_counted and not ticket.is_done:
            _record(session, ticket, deadline, steps)
    return len(held)


def _record(session: AsyncSession, ticket: Ticket, deadline: TicketDeadline, steps: Sequence[Step]) -> None:
    changes: dict[str, Any] = {"deadline": deadline.kind, "due_at": rfc3339(deadline.due_at)}
    changes |= {"policy_id": deadline.policy_id, "team_id": ticket.team_id}
    for step in steps:
        record(session, ticket, EVENTS[step], by=SYSTEM, **changes)
