"""What a reply has when its writer does not say: whom it goes to, and its subject."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.kinds import customer_kind, is_written_to
from app.channels.models import EMAIL, Channel
from app.customers import queries as customer_queries
from app.customers.service import address_key
from app.replies import queries
from app.tickets import message_queries
from app.tickets.message_models import RecipientRole
from app.tickets.models import Ticket

REPLY_PREFIXES = re.compile(r"^\s*(?:(?:re|返信)\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recipient:
    name: str
    address: str


def reply_subject(subject: str) -> str:
    """One `Re:`, however many answers there were."""
    return f"Re: {REPLY_PREFIXES.sub('', subject).strip()}".strip()


async def subject_for(session: AsyncSession, ticket: Ticket) -> str:
    answered = await queries.find_answered(session, ticket.id)
    return reply_subject((answered.subject if answered else "") or ticket.subject)


def own_address(channel: Channel, keys: Iterable[str]) -> Recipient:
    """The first of these under which the mailbox may write: the alias that a customer wrote to, else its own."""
    own = {address_key(each.address): each for each in channel.own_addresses}
    found = next((own[key] for key in keys if key in own), channel.own_addresses[0])
    return Recipient(found.name, found.address)


async def sender_for(session: AsyncSession, ticket: Ticket, channel: Channel) -> Recipient:
    answered = await queries.find_answered(session, ticket.id)
    rows = await message_queries.list_recipients(session, answered.id) if answered else []
    written_to = (row.address_key for row in rows if row.role in (RecipientRole.TO, RecipientRole.CC))
    return own_address(channel, written_to)


async def recipients_for(session: AsyncSession, ticket: Ticket) -> list[Recipient]:
    """Reply-To or sender of the customer's newest words, else the customer's mail address."""
    answered = await queries.find_answered(session, ticket.id)
    rows = await message_queries.list_recipients(session, answered.id) if answered else []
    for role in (RecipientRole.REPLY_TO, RecipientRole.FROM):
        found = [Recipient(row.name, row.address) for row in rows if row.role is role and row.address]
        if found:
            return found
    return await _of_customer(session, ticket)


async def _of_customer(session: AsyncSession, ticket: Ticket) -> list[Recipient]:
    identities = await customer_queries.list_identities(session, ticket.customer_id)
    kind = customer_kind(ticket.home_channel.kind) if is_written_to(ticket.home_channel.kind) else EMAIL
    mail = [identity for identity in identities if identity.kind == kind]
    return [Recipient(ticket.customer.name, mail[-1].address)] if mail else []
