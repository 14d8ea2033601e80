"""What the store already knows of a batch of arrivals: read in sets, then asked one by one."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.charsets import as_read
from app.channels.kinds import customer_kind
from app.channels.models import Channel
from app.customers.models import Identity
from app.customers.service import Contact, address_key, recognise_all
from app.ingest.models import RawMessage
from app.ingest.places import Places, hold_places
from app.ingest.preparing import Prepared
from app.tickets import message_queries
from app.tickets.message_models import Message, ThreadRef
from app.tickets.message_queries import hash_ref
from app.tickets.models import Origin
from connectors.contracts import MessageKind


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
        return Contact(customer_kind(self.kind), sender.address, sender.name) if sender and sender.address else None

    def written_by(self, own: Container[str]) -> Contact | None:
        """To whom it was written, if it is history that we wrote ourselves, from one of these addresses."""
        inbound = self.prepared.inbound
        is_ours = inbound.sender is not None and address_key(inbound.sender.address) in own
        if self.raw.origin is not Origin.IMPORT or not is_ours:
            return None
        others = (each for each in (*inbound.to, *inbound.cc) if address_key(each.address) not in own)
        first = next(others, None)
        return Contact(customer_kind(self.kind), first.address, first.name) if first else None

    @property
    def own_ref(self) -> str:
        """A message without an id of its own is held by its identity instead."""
        return hash_ref(self.prepared.inbound.message_id or f"identity {self.prepared.identity_hash}")

    @property
    def refs(self) -> list[str]:
        """What it answers, nearest first, and itself: somebody may have answered it before it came."""
        return [*self.answered_refs, self.own_ref]

    @property
    def answered_refs(self) -> list[str]:
        """A report is about the mail that it names, before all that its headers say."""
        inbound = self.prepared.inbound
        about = [inbound.report.message_id] if inbound.report and inbound.report.message_id else []
        return [hash_ref(mail_id) for mail_id in (*about, *inbound.in_reply_to, *reversed(inbound.references))]


@dataclass(frozen=True, slots=True)
class Known:
    channels: dict[int, Channel]
    refs: dict[str, ThreadRef]
    places: Places
    by_identity: dict[str, Message]
    ours: dict[str, Message]
    identities: dict[str, Identity]
    written_by_us: dict[int, Contact]
    """Of history, by raw id: to whom."""

    def contact(self, arrival: Arrival) -> Contact | None:
        """The customer in it, whoever wrote it."""
        return self.written_by_us.get(arrival.raw.id) or arrival.contact


async def look_up(session: AsyncSession, arrivals: Sequence[Arrival]) -> Known:
    """Refs are held first, in sorted order: answer and ancestor, or one mail in two mailboxes, wait here."""
    refs = await message_queries.hold_refs(session, [ref for arrival in arrivals for ref in arrival.refs])
    identity_hashes = [arrival.prepared.identity_hash for arrival in arrivals]
    places = await hold_places(session, refs, identity_hashes)
    same = await message_queries.list_by_identity(session, identity_hashes)
    ours = await message_queries.list_ours(session, [ref for arrival in arrivals for ref in _may_be_ours(arrival)])
    channels = {
        channel_id: await channel_queries.get_channel(session, channel_id)
        for channel_id in {arrival.raw.channel_id for arrival in arrivals}
    }
    own = {address_key(each.address) for channel in channels.values() for each in channel.own_addresses}
    written_by_us = {arrival.raw.id: to for arrival in arrivals if (to := arrival.written_by(own))}
    contacts = [written_by_us.get(arrival.raw.id) or arrival.contact for arrival in arrivals]
    return Known(
        channels=channels,
        refs=refs,
        places=places,
        by_identity={message.identity_hash: message for message in same if message.identity_hash},
        ours={message.mail_id_hash: message for message in ours if message.mail_id_hash},
        identities=await recognise_all(session, filter(None, contacts)),
        written_by_us=written_by_us,
    )


def _may_be_ours(arrival: Arrival) -> list[str]:
    """Its own id, if it is our mail come back; of what a server reports, our mails that it may be about."""
    is_about_ours = arrival.prepared.inbound.kind in (MessageKind.BOUNCE, MessageKind.RECEIPT)
    return [arrival.own_ref, *(arrival.answered_refs if is_about_ours else ())]


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
    if inbound.sender is None or as_read(inbound.subject.strip()) != as_read(ours.subject.strip()):
        return False
    recipients = await message_queries.list_recipients(session, ours.id)
    return address_key(inbound.sender.address) in {entry.address_key for entry in recipients if entry.role == "from"}
