from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.core.errors import NotFound
from app.customers import queries as customer_queries
from app.customers.models import Customer
from app.tickets import queries
from app.tickets.models import Ticket
from app.web.deps import SessionDep

MAX_NUMBER = 2**63 - 1


async def _ticket(number: int, session: SessionDep, viewer: ViewerDep) -> Ticket:
    if not 0 < number <= MAX_NUMBER:
        raise NotFound(number=number)
    return await queries.get_ticket(session, number, viewer=viewer)


TicketDep = Annotated[Ticket, Depends(_ticket)]
"""The ticket of the path, with the viewer's rights checked, its row held when the request writes."""


async def _customer(customer_id: int, session: SessionDep, viewer: ViewerDep) -> Customer:
    is_id = 0 < customer_id <= MAX_NUMBER
    if not is_id or not await queries.has_customer(session, customer_id, viewer=viewer):
        raise NotFound(customer_id=customer_id)
    return await customer_queries.get_customer(session, customer_id)


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
