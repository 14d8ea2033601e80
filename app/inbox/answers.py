"""What verbs answer with over the API: the same JSON that a read would give (see `tickets.deps.Documents`)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.clock import now, rfc3339
from app.core.crypto import SecretBox
from app.core.errors import NotFound
from app.customers import queries as customers
from app.customers.models import Customer
from app.inbox import customer_queries, documents, service, ticket_queries
from app.inbox.signing import SignedAddresses
from app.inbox.talks import read_standings
from app.inbox.timeline import read_messages


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
        [message] = await read_messages(session, [found], SignedAddresses(self._box, now()))
        return documents.message_document(message)

    async def customer(self, session: AsyncSession, customer: Customer, viewer: Viewer) -> dict[str, Any]:
        identities = await customers.list_identities(session, customer.id)
        ids = [each.id for each in identities]
        return {
            "id": customer.id,
            "name": customer.name,
            "reading": customer.reading,
            "honorific": customer.honorific,
            "company": customer.company,
            "department": customer.department,
            "address": identities[0].address if identities else "",
            "identities": [{"id": each.id, "kind": each.kind, "address": each.address} for each in identities],
            "talks": [documents.standing_document(each) for each in await read_standings(session, ids)],
            "tickets": await customer_queries.count_tickets(session, customer.id, audience_ids=viewer.audience_ids),
            "created_at": rfc3339(customer.created_at),
        }
