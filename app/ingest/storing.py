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
from app.escalations import mails
from app.escalations.mails import Asked
from app.ingest import queries as ingest_queries
from app.ingest.hints import follow_hints
from app.ingest.known import Arrival, Known, find_copy, look_up
from app.ingest.parts import attachment_rows, make_message, recipient_rows, source_row
from app.ingest.places import Place
from app.ingest.verdicts import is_failure, verdicts_of
from app.tickets import bounces, message_queries, queries, service
from app.tickets.history_models import SYSTEM, Actor
from app.tickets.linking import link
from app.tickets.message_models import Message, MessageKind, Problem, ThreadRef
from app.tickets.models import Origin, Phase, Ticket

UNKNOWN_SENDER = mark("Unknown sender")
MAX_NAMED = 3
"""Tickets that a stranger's mail is linked to: somebody may refer to everything."""

Joined = tuple[Ticket, Ticket]
"""The ticket whose thread a message belongs to, and the one on which it is: others only where tickets were merged."""


async def store(session: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    known = await look_up(session, arrivals)
    ours = {ref for ref, each in known.refs.items() if each.is_ours}
    batch = Batch(session, known, await mails.map_asked(session, ours))
    for arrival in arrivals:
        await batch.add(arrival)
        await asyncio.sleep(0)  # a batch may take long and must not keep the event loop
    await batch.flush()


class Batch:
    """Arrivals on their way into the store in one unit of work; inserted together, decided one by one."""

    def __init__(self, session: AsyncSession, known: Known, asked: Asked) -> None:
        self._session = session
        self._known = known
        self._asked = asked
        self._unwritten: list[tuple[Arrival, Message, bool]] = []
        self._opened: list[Ticket] = []
        self._led: dict[str, Ticket] = {}
        self._named: list[tuple[Ticket, int]] = []
        self._contents: dict[str, set[str | None]] = {}

    async def add(self, arrival: Arrival) -> None:
        copied = await find_copy(self._session, self._known, arrival)
        if copied is not None:
            await self._note_copy(copied, arrival)
            return
        message = await self._receive(arrival)
        self._known.by_identity[arrival.prepared.identity_hash] = message
        self._unwritten.append((arrival, message, True))
        if message.kind is MessageKind.NOTE:
            await self._take_aside(arrival, message)

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
        await self._link_named()

    async def _note_copy(self, copied: Message, arrival: Arrival) -> None:
        """One mail to two of our mailboxes is one message; both mailboxes see it. What was history until now may be the
        same mail out of another folder (all mail, the archive), taken in a moment before it arrived."""
        await self.flush()
        is_live = arrival.raw.origin is Origin.LIVE
        arrives = is_live and not await ingest_queries.has_live_source(self._session, copied.id)
        self._unwritten.append((arrival, copied, False))
        await self.flush()
        ticket = await queries.find_ticket(self._session, copied.ticket_id)
        if ticket is None or copied.kind is not MessageKind.INBOUND:
            return
        await self._link_channel(ticket, arrival)
        if arrives:
            await service.revive(self._session, ticket, copied)

    async def _link_channel(self, ticket: Ticket, arrival: Arrival) -> None:
        raw = arrival.raw
        await service.link_channel(self._session, ticket, self._known.channels[raw.channel_id], origin=raw.origin)

    async def _link_named(self) -> None:
        """What a stranger's mail refers to stays as it is, and each of the two tells of the other (MODEL 10)."""
        named, self._named = self._named, []
        for ticket, other_id in named:
            other = await queries.find_ticket(self._session, other_id)
            if other is not None:
                await link(self._session, ticket, other, origin=ticket.origin)

    async def _receive(self, arrival: Arrival) -> Message:
        identity, customer = self._author(arrival)
        is_ours = arrival.raw.id in self._known.written_by_us
        by = SYSTEM if is_ours else Actor.customer(identity.id if identity else None)
        thread, ticket = await self._find_ticket(arrival) or await self._open_ticket(arrival, customer, by)
        self._lead_refs(arrival, thread)
        if any(not part.is_inline for part in arrival.prepared.inbound.attachments):
            ticket.has_attachment = True
        author = None if is_ours else identity
        message = make_message(arrival, author, self._known.channels[arrival.raw.channel_id])
        message.kind = MessageKind.OUTBOUND if is_ours else MessageKind.INBOUND
        self._mark_repeated(arrival, message)
        if await self._is_aside(arrival, ticket, customer):
            message.kind = MessageKind.NOTE
            return service.receive_aside(self._session, ticket, thread, message)
        reported = self._reported(arrival)
        is_failed = reported is not None and is_failure(arrival.prepared.inbound)
        await service.receive(self._session, ticket, message, by=by, origin=arrival.raw.origin, is_failure=is_failed)
        if ticket in self._opened:
            await follow_hints(self._session, ticket, arrival.prepared.inbound.hints, by=by)
        if reported is not None:
            await self._note_report(arrival, ticket, reported)
        message.origin_ticket = thread
        return message

    def _lead_refs(self, arrival: Arrival, thread: Ticket) -> None:
        for ref in map(self._known.refs.__getitem__, arrival.refs):
            if ref.ticket_id is None and ref.ref_hash not in self._led:
                self._led[ref.ref_hash] = ref.ticket = thread

    def _question_of(self, arrival: Arrival) -> int | None:
        """The question that somebody outside was asked by the mail that this one answers."""
        is_live, is_report = arrival.raw.origin is Origin.LIVE, bool(verdicts_of(arrival.prepared.inbound))
        if not self._asked or not is_live or is_report:
            return None
        return next(filter(None, map(self._asked.get, arrival.answered_refs)), None)

    async def _is_aside(self, arrival: Arrival, ticket: Ticket, customer: Customer) -> bool:
        """What the ticket's own customer writes is theirs, also where our question reached them by somebody else; only
        what they were asked themselves do they answer aside."""
        question_id = self._question_of(arrival)
        if question_id is None or ticket in self._opened:
            return False
        sender = arrival.prepared.inbound.sender
        address = sender.address if sender else ""
        if customer.id != ticket.customer_id or await mails.is_awaited(self._session, ticket, question_id, address):
            return True
        await self._link_channel(ticket, arrival)
        return False

    async def _take_aside(self, arrival: Arrival, message: Message) -> None:
        await self.flush()
        sender = arrival.prepared.inbound.sender
        question_id = self._question_of(arrival)
        if question_id is not None:
            await mails.take(self._session, message, question_id, sender=sender.address if sender else "")

    def _reported(self, arrival: Arrival) -> Message | None:
        """The mail of ours that a server reports of; only its 128 random bits tell that it had it."""
        if not verdicts_of(arrival.prepared.inbound):
            return None
        return next(filter(None, map(self._known.ours.get, arrival.answered_refs)), None)

    async def _note_report(self, arrival: Arrival, ticket: Ticket, reported: Message) -> None:
        """At whom it was to (C7)."""
        verdicts, raw = verdicts_of(arrival.prepared.inbound), arrival.raw
        await bounces.note_verdicts(self._session, ticket, reported, verdicts, at=raw.received_at, origin=raw.origin)

    def _mark_repeated(self, arrival: Arrival, message: Message) -> None:
        """The same Message-ID with other content is a message of its own, and says so (MODEL 10)."""
        if message.mail_id_hash is None:
            return
        contents = self._contents.setdefault(
            message.mail_id_hash, set(self._known.places.contents.get(message.mail_id_hash, ()))
        )
        if contents and message.problem is Problem.NONE:
            message.problem = Problem.REPEATED
        contents.add(message.identity_hash)

    def _author(self, arrival: Arrival) -> tuple[Identity | None, Customer]:
        contact = self._known.contact(arrival)
        if contact is None:
            return None, Customer(name=gettext(UNKNOWN_SENDER), name_key="")
        identity = self._known.identities[contact.key_hash]
        return identity, identity.customer

    async def _open_ticket(self, arrival: Arrival, customer: Customer, by: Actor) -> Joined:
        raw = arrival.raw
        opening = service.Opening(
            subject=arrival.prepared.inbound.subject,
            at=raw.received_at,
            phase=Phase.DONE if raw.origin is Origin.IMPORT else Phase.NEW,
            origin=raw.origin,
        )
        channel = self._known.channels[raw.channel_id]
        ticket = await service.open_ticket(self._session, channel=channel, customer=customer, opening=opening, by=by)
        self._opened.append(ticket)
        self._named += [(ticket, other_id) for other_id in self._named_by(arrival)]
        return ticket, ticket

    def _named_by(self, arrival: Arrival) -> list[int]:
        """Tickets that the mail refers to and may not join, the nearest first; each once."""
        places = (self._place(ref) for ref in arrival.refs[:-1])
        return list(dict.fromkeys(place.ticket_id for place in places if place is not None))[:MAX_NAMED]

    async def _find_ticket(self, arrival: Arrival) -> Joined | None:
        """By reference (MODEL 10), never by sender and subject."""
        for ref_hash in arrival.refs:
            if self._known.refs[ref_hash].ticket_id is None and ref_hash in self._led:
                await self.flush()
            place = self._place(ref_hash)
            if place is not None and await self._may_join(self._known.refs[ref_hash], place.ticket_id, arrival):
                return await self._join(place, arrival)
        return None

    def _place(self, ref_hash: str) -> Place | None:
        """Where it was when the batch began, or where this batch has led it."""
        known, ref = self._known.places.by_ref.get(ref_hash), self._known.refs[ref_hash]
        return known or (Place(ref.ticket_id, ref.ticket_id) if ref.ticket_id is not None else None)

    async def _may_join(self, ref: ThreadRef, ticket_id: int, arrival: Arrival) -> bool:
        """A reference to our own id joins from anyone; a foreign one only from somebody on that ticket."""
        sender = arrival.prepared.inbound.sender
        if ref.is_ours or sender is None or not sender.address:
            return ref.is_ours
        return await message_queries.has_party(self._session, ticket_id, address_key(sender.address))

    async def _join(self, place: Place, arrival: Arrival) -> Joined | None:
        """The thread's ticket, which the message is of, and the one that it is merged into, where it goes."""
        await self.flush()
        ticket = await queries.find_ticket(self._session, place.ticket_id)
        if ticket is None:
            return None
        if self._question_of(arrival) is None:
            await self._link_channel(ticket, arrival)
        if place.thread_id == place.ticket_id:
            return ticket, ticket
        thread = await queries.find_ticket(self._session, place.thread_id)
        return (thread or ticket), ticket


def _flat(groups: Any) -> list[dict[str, Any]]:
    return [row for group in groups for row in group]
