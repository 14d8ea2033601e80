"""Which ticket a message belongs to (MODEL 10): by reference, never by sender and subject."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.customers.service import address_key
from app.ingest.preparing import Prepared
from app.tickets import message_queries, queries
from app.tickets.message_models import Message, ThreadRef
from app.tickets.message_queries import hash_ref
from app.tickets.models import Ticket
from connectors.contracts import InboundMessage


@dataclass(frozen=True, slots=True)
class Thread:
    """Every id that a message names, held until the unit of work ends."""

    refs: dict[str, ThreadRef]
    by_relevance: tuple[str, ...]
    """Hashes of what it answers, nearest first."""


async def hold(session: AsyncSession, prepared: Prepared) -> Thread:
    """Answer and ancestor, or one mail in two mailboxes, wait for each other here.

    A message without an id of its own is held by its identity instead.
    """
    inbound = prepared.inbound
    own = inbound.message_id or f"identity {prepared.identity_hash}"
    answered = [hash_ref(mail_id) for mail_id in (*inbound.in_reply_to, *reversed(inbound.references))]
    refs = await message_queries.hold_refs(session, [hash_ref(own), *answered])
    return Thread(refs, (*answered, hash_ref(own)))


async def find_known(session: AsyncSession, prepared: Prepared) -> Message | None:
    """The message that this one is a copy of: the same mail elsewhere, or our own come back."""
    known = await message_queries.find_by_identity(session, prepared.identity_hash)
    if known is not None or not prepared.inbound.message_id:
        return known
    ours = await message_queries.find_ours(session, prepared.inbound.message_id)
    return ours if ours is not None and await _is_copy(session, ours, prepared.inbound) else None


async def find_ticket(session: AsyncSession, thread: Thread, inbound: InboundMessage) -> Ticket | None:
    """A reference to our own id joins from anyone; a foreign one only from somebody on that ticket."""
    for ref_hash in thread.by_relevance:
        ref = thread.refs[ref_hash]
        if ref.ticket_id is not None and await _may_join(session, ref, inbound):
            return await queries.find_ticket(session, ref.ticket_id)
    return None


async def _may_join(session: AsyncSession, ref: ThreadRef, inbound: InboundMessage) -> bool:
    if ref.is_ours:
        return True
    if ref.ticket_id is None or inbound.sender is None:
        return False
    return await message_queries.has_party(session, ref.ticket_id, address_key(inbound.sender.address))


async def _is_copy(session: AsyncSession, ours: Message, inbound: InboundMessage) -> bool:
    """Our id, our address and our subject: nobody else knows the id before they have our mail."""
    if inbound.sender is None or inbound.subject.strip() != ours.subject.strip():
        return False
    recipients = await message_queries.list_recipients(session, ours.id)
    return address_key(inbound.sender.address) in {entry.address_key for entry in recipients if entry.role == "from"}
