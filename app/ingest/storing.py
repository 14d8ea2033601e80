"""Puts a batch of arrivals into the store: each where it was known, joins, or opens a ticket."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.blobs import register
from app.core.i18n import gettext, mark
from app.core.inserting import give_ids
from app.customers.models import Customer, Identity
from app.customers.service import address_key
from app.ingest.known import Arrival, Known, find_copy, look_up
from app.ingest.parts import attachment_rows, recipient_rows, source_row
from app.tickets import message_queries, queries, service
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, MessageKind, Problem, ThreadRef
from app.tickets.models import Ticket
from connectors import contracts

UNKNOWN_SENDER = mark("Unknown sender")


async def store(session: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    batch = Batch(session, await look_up(session, arrivals))
    for arrival in arrivals:
        await batch.add(arrival)
        await asyncio.sleep(0)  # a batch may take long and must not keep the event loop
    await batch.flush()


class Batch:
    """Arrivals on their way into the store in one unit of work; inserted together, decided one by one."""

    def __init__(self, session: AsyncSession, known: Known) -> None:
        self._session = session
        self._known = known
        self._unwritten: list[tuple[Arrival, Message, bool]] = []
        self._opened: list[Ticket] = []
        self._led: dict[str, Ticket] = {}

    async def add(self, arrival: Arrival) -> None:
        copied = await find_copy(self._session, self._known, arrival)
        if copied is not None:
            await self._note_copy(copied, arrival)
            return
        message = await self._receive(arrival)
        self._known.by_identity[arrival.prepared.identity_hash] = message
        self._unwritten.append((arrival, message, True))

    async def flush(self) -> None:
        """Insert what was added: first what gives ids, then what needs them."""
        written = [(arrival, message) for arrival, message, is_new in self._unwritten if is_new]
        await give_ids(self._session, self._opened)
        await give_ids(self._session, [message for _, message in written])
        await self._session.flush()
        arrivals = [arrival for arrival, _, _ in self._unwritten]
        await register(self._session, {sha: size for arrival in arrivals for sha, size in arrival.sizes.items()})
        await message_queries.add_recipients(self._session, _flat(recipient_rows(*item) for item in written))
        await message_queries.add_attachments(self._session, _flat(attachment_rows(*item) for item in written))
        await message_queries.add_sources(
            self._session, [source_row(arrival, message) for arrival, message, _ in self._unwritten]
        )
        self._unwritten, self._opened = [], []

    async def _note_copy(self, copied: Message, arrival: Arrival) -> None:
        """One mail to two of our mailboxes is one message; both mailboxes see it."""
        self._unwritten.append((arrival, copied, False))
        await self.flush()
        ticket = await queries.find_ticket(self._session, copied.ticket_id)
        if ticket is not None and copied.kind is MessageKind.INBOUND:
            await service.link_channel(self._session, ticket, self._known.channels[arrival.raw.channel_id])

    async def _receive(self, arrival: Arrival) -> Message:
        identity, customer = self._author(arrival)
        by = Actor.customer(identity.id if identity else None)
        ticket = await self._find_ticket(arrival) or await self._open_ticket(arrival, customer, by)
        for ref in map(self._known.refs.__getitem__, arrival.refs):
            if ref.ticket_id is None and ref.ref_hash not in self._led:
                self._led[ref.ref_hash] = ref.ticket = ticket
        if any(not part.is_inline for part in arrival.prepared.inbound.attachments):
            ticket.has_attachment = True
        message, is_bounce = _message(arrival, identity), arrival.prepared.inbound.kind is contracts.MessageKind.BOUNCE
        origin = arrival.raw.origin
        return await service.receive(self._session, ticket, message, by=by, origin=origin, is_bounce=is_bounce)

    def _author(self, arrival: Arrival) -> tuple[Identity | None, Customer]:
        if arrival.contact is None:
            return None, Customer(name=gettext(UNKNOWN_SENDER), name_key="")
        identity = self._known.identities[arrival.contact.key_hash]
        return identity, identity.customer

    async def _open_ticket(self, arrival: Arrival, customer: Customer, by: Actor) -> Ticket:
        raw = arrival.raw
        opening = service.Opening(subject=arrival.prepared.inbound.subject, at=raw.received_at, origin=raw.origin)
        channel = self._known.channels[raw.channel_id]
        ticket = await service.open_ticket(self._session, channel=channel, customer=customer, opening=opening, by=by)
        self._opened.append(ticket)
        return ticket

    async def _find_ticket(self, arrival: Arrival) -> Ticket | None:
        """By reference (MODEL 10), never by sender and subject."""
        for ref in map(self._known.refs.__getitem__, arrival.refs):
            if ref.ticket_id is None and ref.ref_hash in self._led:
                await self.flush()
            if ref.ticket_id is not None and await self._may_join(ref, ref.ticket_id, arrival):
                return await self._join(ref.ticket_id, arrival)
        return None

    async def _may_join(self, ref: ThreadRef, ticket_id: int, arrival: Arrival) -> bool:
        """A reference to our own id joins from anyone; a foreign one only from somebody on that ticket."""
        sender = arrival.prepared.inbound.sender
        if ref.is_ours or sender is None or not sender.address:
            return ref.is_ours
        return await message_queries.has_party(self._session, ticket_id, address_key(sender.address))

    async def _join(self, ticket_id: int, arrival: Arrival) -> Ticket | None:
        await self.flush()
        ticket = await queries.find_ticket(self._session, ticket_id)
        if ticket is not None:
            await service.link_channel(self._session, ticket, self._known.channels[arrival.raw.channel_id])
        return ticket


def _message(arrival: Arrival, identity: Identity | None) -> Message:
    prepared, inbound, raw = arrival.prepared, arrival.prepared.inbound, arrival.raw
    return Message(
        kind=MessageKind.INBOUND,
        channel_id=raw.channel_id,
        author_identity_id=identity.id if identity else None,
        subject=inbound.subject,
        text=prepared.text,
        html=prepared.html,
        quote_start=prepared.quote_start,
        signature_start=prepared.signature_start,
        mail_id=inbound.message_id,
        mail_id_hash=arrival.own_ref if inbound.message_id else None,
        identity_hash=prepared.identity_hash,
        problem=Problem(inbound.problem),
        is_automatic=inbound.is_automatic,
        created_at=raw.received_at,
        sent_at=inbound.sent_at,
    )


def _flat(groups: Any) -> list[dict[str, Any]]:
    return [row for group in groups for row in group]
