"""What becomes of questions without anybody's act: they fall due, those who are asked leave, tickets are done."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.i18n import gettext, mark
from app.escalations import queries, service
from app.escalations.holding import hold_families
from app.escalations.models import EscalationState
from app.live.signals import signal_desk
from app.tickets import queries as tickets
from app.tickets.history_models import SYSTEM, EventKind, TicketEvent
from app.tickets.log import record
from app.tickets.models import Origin

TOLD_AT_ONCE = 100
NOBODY_THERE = mark("Whoever was asked is not here any more. Please ask somebody else, or withdraw the question.")
ENDING = frozenset((EventKind.STATUS_CHANGED, EventKind.SPAM_CHANGED, EventKind.TRASH_CHANGED))


async def tell_due(session: AsyncSession) -> None:
    """What falls due by the clock becomes an event, once, so that whoever reads the log needs no clock (MODEL 17)."""
    due = await queries.list_due(session, at=now(), limit=TOLD_AT_ONCE)
    await tickets.hold_all(session, {row.ticket_id for row in due})
    claimed = await queries.claim_due(session, [each.id for each in due], at=now()) if due else ()
    for row in claimed:
        ticket = await tickets.find_ticket(session, row.ticket_id)
        if ticket is not None:
            named = {"to_agent_id": row.to_agent_id, "to_team_id": row.to_team_id}
            changes = {name: row_id for name, row_id in named.items() if row_id is not None}
            changes |= {"escalation_id": row.id, "from_agent_id": row.from_agent_id}
            record(session, ticket, EventKind.ESCALATION_DUE, by=SYSTEM, **changes)
    if claimed:
        await signal_desk(session)


async def give_back_of_the_gone(session: AsyncSession) -> None:
    """Whoever asked decides what becomes of a question that nobody has any more."""
    left = await queries.list_of_the_gone(session, limit=TOLD_AT_ONCE)
    await tickets.hold_all(session, {row.ticket_id for row in left})
    for row in left:
        ticket = await tickets.find_ticket(session, row.ticket_id)
        escalation = await queries.find_escalation(session, row.id)
        is_open = escalation is not None and escalation.state is EscalationState.OPEN
        if ticket is not None and escalation is not None and is_open and escalation.ticket_id == ticket.id:
            await service.give_back(session, ticket, escalation, gettext(NOBODY_THERE), by=None)


async def hold(session: AsyncSession, events: Sequence[TicketEvent]) -> None:
    """The tickets that may change, in order, before any of them is looked at."""
    await hold_families(session, {event.ticket_id for event in events if event.kind in ENDING})


async def follow(session: AsyncSession, event: TicketEvent) -> None:
    """A ticket that is done, or out of sight, waits for nobody. By then it may have come back: then nothing ends."""
    if event.kind not in ENDING or event.origin is not Origin.LIVE:
        return
    ticket = await tickets.find_ticket(session, event.ticket_id)
    if ticket is not None and ticket.is_escalated and (ticket.is_done or not ticket.is_counted):
        await service.end_all(session, ticket)
