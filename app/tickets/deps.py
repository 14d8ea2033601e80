from typing import Annotated, Any, Protocol
from urllib.parse import urlencode

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.core.database import is_writing
from app.core.errors import Elsewhere, NotFound
from app.customers import queries as customer_queries
from app.customers.models import Customer
from app.tickets import message_queries, queries, uniting_queries
from app.tickets.errors import TicketMerged
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from app.web.deps import RowId, SessionDep

MAX_NUMBER = 2**63 - 1


async def _ticket(number: int, request: Request, session: SessionDep, viewer: ViewerDep) -> Ticket:
    if not 0 < number <= MAX_NUMBER:
        raise NotFound(number=number)
    try:
        return await queries.get_ticket(session, number, viewer=viewer)
    except TicketMerged as merged:
        if is_writing(session):
            raise
        raise Elsewhere(_address_of(request, number, merged.into)) from merged


def _address_of(request: Request, number: int, into: int) -> str:
    """What was asked of a merged ticket, asked of the one that it is in; a page says where one came from."""
    path = request.url.path.replace(f"/tickets/{number}", f"/tickets/{into}", 1)
    query = dict(request.query_params)
    if path == f"/tickets/{into}":
        query["merged"] = str(number)
    return f"{path}?{urlencode(query)}" if query else path


TicketDep = Annotated[Ticket, Depends(_ticket)]
"""The ticket of the path, with the viewer's rights checked, its row held when the request writes.

Who reads a merged one is led to where it is; who changes it is told (`ticket_merged`).
"""


async def _message(message_id: RowId, ticket: TicketDep, session: SessionDep) -> Message:
    message = await message_queries.get_message(session, message_id)
    if message.ticket_id != ticket.id:
        raise NotFound(message_id=message_id)
    return message


MessageDep = Annotated[Message, Depends(_message)]
"""The message of the path, on the ticket of the path."""


async def _customer(customer_id: int, session: SessionDep, viewer: ViewerDep) -> Customer:
    """Who was joined with another leads there."""
    end_id = await uniting_queries.find_end(session, customer_id) if 0 < customer_id <= MAX_NUMBER else 0
    if not end_id or not await queries.has_customer(session, end_id, viewer=viewer):
        raise NotFound(customer_id=customer_id)
    return await customer_queries.get_customer(session, end_id)


CustomerDep = Annotated[Customer, Depends(_customer)]
"""The customer of the path, of whom the viewer sees a ticket."""


async def _note_view(ticket: TicketDep, trail: TrailDep) -> None:
    """Runs after the rights were checked: what is not seen is not noted."""
    trail.note(AuditKind.VIEW, subject="tickets", subject_id=ticket.id)


NOTED_VIEW = Depends(_note_view)
"""For `dependencies` of routes that show a ticket: who looked at it is in the audit log (G4)."""


class Documents(Protocol):
    """The API's JSON of what a verb made or changed. Handed in by main, since it tells of locks and deliveries too,
    which stand above tickets; made in one place, so that a verb answers what a later read would.
    """

    async def ticket(self, session: AsyncSession, ticket_id: int) -> dict[str, Any]: ...

    async def message(self, session: AsyncSession, message_id: int) -> dict[str, Any]: ...

    async def customer(self, session: AsyncSession, customer: Customer, viewer: Viewer) -> dict[str, Any]: ...


async def _documents(request: Request) -> Documents:
    documents: Documents = request.app.state.documents
    return documents


DocumentsDep = Annotated[Documents, Depends(_documents)]
