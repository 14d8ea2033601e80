"""What verbs answer with over the API: the same JSON that a read would give (see `tickets.deps.Documents`)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.errors import NotFound
from app.inbox import documents, service, ticket_queries
from app.inbox.timeline import read_messages
from app.tickets import attachments


class InboxDocuments:
    def __init__(self, box: SecretBox) -> None:
        self._box = box

    async def ticket(self, session: AsyncSession, ticket_id: int) -> dict[str, Any]:
        return documents.ticket_document(await service.ticket_view(session, ticket_id))

    async def message(self, session: AsyncSession, message_id: int) -> dict[str, Any]:
        """For the message's own writer, who sees its ticket."""
        found = await ticket_queries.find_message(session, message_id)
        if found is None:
            raise NotFound(message_id=message_id)
        at = now()
        [message] = await read_messages(
            session, [found], lambda each, name: attachments.signed_url(self._box, each, name, at)
        )
        return documents.message_document(message)
