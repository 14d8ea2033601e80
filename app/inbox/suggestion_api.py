from dataclasses import asdict
from typing import Any

from app.inbox.deps import ChoicesDep, SightDep
from app.inbox.suggestions import read_suggestion
from app.tickets.deps import TicketDep
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}", tags=["tickets"])


@router.get("/category-suggestion")
async def suggest_category(
    session: SessionDep, ticket: TicketDep, sight: SightDep, choices: ChoicesDep
) -> dict[str, Any]:
    """`suggestion` is null for a ticket with a category, and where nothing speaks clearly for one."""
    found = await read_suggestion(session, ticket, viewer=sight.viewer, choices=choices)
    return {"suggestion": asdict(found) if found else None}
