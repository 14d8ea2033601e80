from typing import Annotated

from fastapi import Depends

from app.accounts.deps import ViewerDep
from app.tickets import queries
from app.tickets.models import Ticket
from app.web.deps import SessionDep


async def _ticket(number: int, session: SessionDep, viewer: ViewerDep) -> Ticket:
    return await queries.get_ticket(session, number, viewer=viewer)


TicketDep = Annotated[Ticket, Depends(_ticket)]
"""The ticket of the path, with the viewer's rights checked, its row held when the request writes."""
