from typing import Any

from app.core.errors import NotFound
from app.inbox import ticket_queries
from app.inbox.deps import AddressesDep
from app.inbox.passing import forward_document
from app.inbox.timeline import read_messages
from app.replies import queries as reply_queries
from app.tickets.deps import TicketDep
from app.web.deps import RowId, SessionDep, SettingsDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["tickets"])


@router.get("/tickets/{number}/messages/{message_id}/forward")
async def forward(
    session: SessionDep, ticket: TicketDep, message_id: RowId, addresses: AddressesDep, settings: SettingsDep
) -> dict[str, Any]:
    """What a mail is passed on with: subject, quote and files for a reply that names it in `forward_of`."""
    mail = await reply_queries.find_mail(session, ticket.id, message_id)
    found = await ticket_queries.find_message(session, message_id) if mail else None
    if found is None:
        raise NotFound(message_id=message_id)
    [message] = await read_messages(session, [found], addresses)
    return forward_document(message, ticket_subject=ticket.subject, zone=settings.zone)
