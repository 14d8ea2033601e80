"""What the store already knows of a batch of arrivals: read in sets, then asked one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.customers.models import Identity
from app.customers.service import Contact, address_key, recognise_all
from app.ingest.models import RawMessage
from app.ingest.preparing import Prepared
from app.tickets import message_queries
from app.tickets import queries as ticket_queries
from app.tickets.message_models import Message, ThreadRef
from app.tickets.message_queries import hash_ref


@dataclass(frozen=True, slots=True)
class Arrival:
    """A raw message, what it says, and where its attachments lie (SHA-256 each, with their sizes by it).

    The bytes of attachments are no longer in it: a group of large mails would fill the memory.
    """

    raw: RawMessage
    kind: str
    prepared: Prepared
    blobs: Sequence[str]
    sizes: Mapping[str, int]

    @property
    def contact(self) -> Contact | None:
        """Whoever gives no address is nobody whom one could know again."""
        sender = self.prepared.inbound.sender
        return Contact(self.kind, sender.address, sender.name) if sender and sender.address else None

    @property
    def own_ref(self) -> str:
        """A message without an id of its own is held by its identity instead."""
        return hash_ref(self.prepared.inbound.message_id or f"identity {self.prepared.identity_hash}")

    @property
    def refs(self) -> list[str]:
        """What it answers, nearest first, and itself: somebody may have answered it before it came."""
        inbound = self.prepared.inbound
        answered = (*inbound.in_reply_to, *reversed(inbound.references))
        return [*(hash_ref(mail_id) for mail_id in answered), self.own_ref]


@dataclass(frozen=True, slots=True)
class Known:
    channels: dict[int, Channel]
    refs: dict[str, ThreadRef]
    by_identity: dict[str, Message]
    ours: dict[str, Message]
    identities: dict[str, Identity]


async def look_up(session: AsyncSession, arrivals: Sequence[Arrival]) -> Known:
    """Refs are held first, in sorted order: answer and ancestor, or one mail in two mailboxes, wait here."""
    refs = await message_queries.hold_refs(session, [ref for arrival in arrivals for ref in arrival.refs])
    await ticket_queries.hold_tickets(session, {ref.ticket_id for ref in refs.values() if ref.ticket_id is not None})
    prepared = [arrival.prepared for arrival in arrivals]
    same = await message_queries.list_by_identity(session, [item.identity_hash for item in prepared])
    ours = await message_queries.list_ours(session, [arrival.own_ref for arrival in arrivals])
    contacts = [arrival.contact for arrival in arrivals if arrival.contact]
    return Known(
        channels={
            channel_id: await channel_queries.get_channel(session, channel_id)
            for channel_id in {arrival.raw.channel_id for arrival in arrivals}
        },
        refs=refs,
        by_identity={message.identity_hash: message for message in same if message.identity_hash},
        ours={message.mail_id_hash: message for message in ours if message.mail_id_hash},
        identities=await recognise_all(session, contacts),
    )


async def find_copy(session: AsyncSession, known: Known, arrival: Arrival) -> Message | None:
    """The message that this one is a copy of: the same mail elsewhere, or our own come back (MODEL 10)."""
    same = known.by_identity.get(arrival.prepared.identity_hash)
    ours = known.ours.get(arrival.own_ref)
    if same is not None or ours is None:
        return same
    return ours if await _is_copy(session, ours, arrival) else None


async def _is_copy(session: AsyncSession, ours: Message, arrival: Arrival) -> bool:
    """Our id, our address and our subject: nobody else knows the id before they have our mail."""
    inbound = arrival.prepared.inbound
    if inbound.sender is None or inbound.subject.strip() != ours.subject.strip():
        return False
    recipients = await message_queries.list_recipients(session, ours.id)
    return address_key(inbound.sender.address) in {entry.address_key for entry in recipients if entry.role == "from"}
