from typing import Annotated, NamedTuple

from fastapi import Depends

from app.accounts.deps import ViewerDep
from app.core.errors import NotFound
from app.outbox import queries
from app.outbox.models import OutboxEntry
from app.tickets import queries as ticket_queries
from app.tickets.errors import ChangedSince
from app.tickets.models import Ticket
from app.web.deps import SessionDep


class EntryOnTicket(NamedTuple):
    ticket: Ticket
    entry: OutboxEntry


async def _entry(entry_id: int, session: SessionDep, viewer: ViewerDep) -> EntryOnTicket:
    ticket_id = await queries.get_ticket_id(session, entry_id)
    ticket = await ticket_queries.get_ticket(session, ticket_id, viewer=viewer)
    entry = await queries.find_entry(session, entry_id)
    if entry is None:
        raise NotFound(entry_id=entry_id)
    if entry.ticket_id != ticket.id:
        raise ChangedSince
    return EntryOnTicket(ticket, entry)


EntryDep = Annotated[EntryOnTicket, Depends(_entry)]
"""The entry of the path with its ticket, on which the viewer has rights; the ticket's row is held first."""
