"""Round robin: a ticket that comes to a team which shares by turn goes to the next member who is there (B4).

A reader of the log does it, so that neither arrival nor handing over waits for it. The ticket's row is held before
its assignee is read, and the turn is given by one statement.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts import turn_queries
from app.accounts.absence import PRESENT_FOR
from app.accounts.audiences import can_team_see
from app.core.clock import now
from app.tickets import queries
from app.tickets.assignment import assign
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.models import Origin, Ticket

ARRIVALS = (EventKind.OPENED, EventKind.TEAM_CHANGED)


async def hold(session: AsyncSession, events: Sequence[TicketEvent]) -> None:
    """The tickets of a batch, in the order of their ids (MODEL 1); few events are of those that matter."""
    teams = await turn_queries.list_sharing_teams(session)
    ticket_ids = {event.ticket_id for event in events if event.kind in ARRIVALS}
    session.info["waiting_for_turn"] = waiting = set(await queries.list_waiting_for_turn(session, ticket_ids, teams))
    await queries.hold_tickets(session, waiting)


async def give(session: AsyncSession, event: TicketEvent) -> None:
    """Nobody there: it stays unassigned, in 新着, where everybody of the team sees it."""
    if event.ticket_id not in session.info["waiting_for_turn"] or event.origin is not Origin.LIVE:
        return
    ticket = await queries.find_ticket(session, event.ticket_id)
    if ticket is None or not _is_waiting(ticket) or ticket.team_id is None:
        return
    if not await can_team_see(session, ticket.team_id, ticket.audience_id):
        return
    at = now()
    agent_id = await turn_queries.take_turn(session, ticket.team_id, at=at, seen_since=at - PRESENT_FOR)
    if agent_id is not None:
        await assign(session, ticket, to=await account_queries.get_agent(session, agent_id))


def _is_waiting(ticket: Ticket) -> bool:
    return ticket.assignee_id is None and ticket.is_counted and not ticket.is_done
