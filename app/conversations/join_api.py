"""A link by which a customer shows who they are on LINE."""

from typing import Any

from fastapi import Request

from app.accounts.deps import ViewerDep
from app.conversations import joining
from app.core.clock import rfc3339
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}", tags=["customers"])


@router.post("/join-code", status_code=201)
async def make(request: Request, session: SessionDep, ticket: TicketDep, viewer: ViewerDep) -> dict[str, Any]:
    """Told once, good once and for a week: whoever sends the code on LINE is the customer of this ticket."""
    code, expires_at = await joining.make_code(session, ticket, viewer=viewer)
    base_url = request.app.state.settings.base_url.rstrip("/")
    return {"url": f"{base_url}/join/{code}", "code": code, "expires_at": rfc3339(expires_at)}
