"""The page on which a call is written down; a telephone system opens it with the number in its address."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.calls import service
from app.calls.forms import Direction
from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.frame import read_frame
from app.inbox.row_queries import read_moment
from app.inbox.service import position_of
from app.tickets import queries as ticket_queries
from app.web.deps import DatabaseDep, SessionDep
from app.web.templates import render
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/calls")

TelQuery = Annotated[str, Query(max_length=100)]
NumberQuery = Annotated[int, Query(ge=0, lt=2**63)]


@router.get("/new")
async def new_call(
    request: Request,
    session: SessionDep,
    database: DatabaseDep,
    sight: SightDep,
    choices: ChoicesDep,
    tel: TelQuery = "",
    dir: str = "",
    ticket: NumberQuery = 0,
) -> Response:
    position = position_of(await read_moment(session))
    frame = await read_frame(session, database.room, sight, choices)
    call = {
        "tel": tel.strip(),
        "direction": dir if dir in set(Direction) else Direction.IN,
        "ticket": await _ticket(session, ticket, sight.viewer),
        "logs": await service.list_phone_logs(session, sight.viewer),
    }
    return render(request, "calls/new.html", {**frame, "call": call, "position": position})


async def _ticket(session: AsyncSession, number: int, viewer: Viewer) -> dict[str, Any] | None:
    """Onto which the call is written; what one may not see does not exist."""
    if not number:
        return None
    ticket = await ticket_queries.get_ticket(session, number, viewer=viewer)
    return {"number": ticket.id, "subject": ticket.subject, "customer": ticket.customer.name}
