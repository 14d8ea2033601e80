"""How the customer of a ticket is addressed, as a form beside it."""

from typing import Annotated

from fastapi import Form, Response
from fastapi.responses import RedirectResponse

from app.letters import addressing
from app.letters.forms import CustomerForm
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}")

SEE_OTHER = 303


@router.post("/customer")
async def change_customer(session: SessionDep, ticket: TicketDep, form: Annotated[CustomerForm, Form()]) -> Response:
    await addressing.change_customer(session, ticket.customer, form.patch)
    return RedirectResponse(f"/tickets/{ticket.number}", SEE_OTHER)
