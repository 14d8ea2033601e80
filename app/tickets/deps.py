from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import ViewerDep
from app.core.errors import NotFound
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


class Documents(Protocol):
    """The API's JSON of what a verb made or changed. Handed in by main, since it tells of locks and deliveries too,
    which stand above tickets; made in one place, so that a verb answers what a later read would.
    """

    async def ticket(self, session: AsyncSession, ticket_id: int) -> dict[str, Any]: ...

    async def message(self, session: AsyncSession, message_id: int) -> dict[str, Any]: ...


def _documents(request: Request) -> Documents:
    documents: Documents = request.app.state.documents
    return documents


DocumentsDep = Annotated[Documents, Depends(_documents)]
