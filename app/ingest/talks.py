"""Puts a batch of what was said in talks into the store: messages onto tickets, happenings beside them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.conversations import visitors
from app.conversations.models import Conversation, HappeningKind, PlatformMessage, ReplyToken
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.inserting import insert_rows
from app.core.wakeups import FILES
from app.ingest import happenings, talk_queries
from app.ingest.belonging import Trail, is_over
from app.ingest.hiding import hide, subject_of, wipe, words_of
from app.ingest.introducing import introduce
from app.ingest.known import Arrival
from app.ingest.meeting import Met, meet
from app.ingest.parts import make_message, source_row
from app.outbox.parting import abilities_for
from app.tickets import message_queries, queries, service
from app.tickets.history_models import Actor
from app.tickets.linking import link
from app.tickets.message_models import Message, RecipientRole
from app.tickets.message_queries import recipient_row
from app.tickets.models import Origin, Ticket
from connectors.talks import Said

REOPEN_HOURS = 24


def is_of_talk(arrival: Arrival) -> bool:
    """What is said by nobody who could be answered goes the way of a mail; what happens to nobody stands here."""
    said = arrival.prepared.inbound.said
    return said is not None and (said.talk is not None or said.happening is not None)


async def store_talks(session: AsyncSession, arrivals: Sequence[Arrival]) -> None:
    """In the order of their instants. Every talk among them is held: who digests the same talk waits here."""
    ordered = sorted(arrivals, key=lambda arrival: (arrival.raw.received_at, arrival.raw.id))
    batch = Batch(session, await meet(session, ordered))
    for arrival in ordered:
        await batch.add(arrival)
        await asyncio.sleep(0)
    await batch.flush()


class Batch:
    """Decided one by one; what hangs on messages is inserted together."""

    def __init__(self, session: AsyncSession, met: Met) -> None:
        self._session = session
        self._met = met
        self._tickets: dict[int, Ticket] = {}
        self._unwritten: list[tuple[Arrival, Said, Message]] = []
        self._tokens: list[dict[str, object]] = []
        self._heard: set[int] = set()

    async def add(self, arrival: Arrival) -> None:
        said = arrival.prepared.inbound.said
        assert said is not None
        conversation = self._met.conversation(said, arrival.raw.channel_id)
        if conversation is None:
            happenings.note(self._session, arrival.raw, said, conversation=None, ticket=None)
            return
        kind, at = happenings.kind_of(said), arrival.raw.received_at
        happenings.follow(conversation, kind, at)
        if abilities_for(arrival.kind).is_ours:
            self._heard.add(conversation.id)
        await introduce(self._session, conversation, arrival.prepared.inbound, kind=arrival.kind)
        self._keep_token(conversation, said, arrival)
        if kind is None:
            await self._add_message(arrival, said, conversation)
        elif kind is HappeningKind.UNSENT:
            await self._unsend(arrival, said, conversation)
        else:
            await self._add_happening(arrival, said, conversation, kind)

    async def flush(self) -> None:
        written, self._unwritten = self._unwritten, []
        tokens, self._tokens = self._tokens, []
        await self._session.flush()
        await insert_rows(self._session, ReplyToken, tokens)
        await message_queries.add_recipients(
            self._session, [row for item in written if (row := self._sender_row(*item)) is not None]
        )
        await message_queries.add_sources(
            self._session, [source_row(arrival, message) for arrival, _, message in written]
        )
        await self._add_files(written)
        heard, self._heard = self._heard, set()
        for conversation_id in sorted(heard):
            await visitors.tell(self._session, conversation_id)

    async def _add_files(self, written: Sequence[tuple[Arrival, Said, Message]]) -> None:
        """Those that the platform has are fetched; those of our own visitors are here."""
        rows = []
        for arrival, said, message in written:
            if abilities_for(arrival.kind).is_ours:
                ids = [int(file.provider_id) for file in said.files if file.provider_id.isdecimal()]
                message.ticket.has_attachment |= await talk_queries.take_uploads(self._session, ids, message.id)
            else:
                rows += file_rows(arrival, said, message)
        await talk_queries.add_files(self._session, rows)
        if rows or self._met.are_new:
            wake_at_commit(self._session, FILES)

    async def _add_message(self, arrival: Arrival, said: Said, conversation: Conversation) -> Message | None:
        known = self._met.platform_message(said, arrival.kind)
        if known is not None and known.message_id is not None:
            await self._note_copy(arrival, known.message_id)
            return None
        message = self._make(arrival, conversation)
        is_unsent = known is not None and known.unsent_at is not None
        if known is not None and known.unsent_at is not None:
            wipe(message, known.unsent_at)
        await self._receive(message, arrival, conversation, is_unsent=is_unsent)
        await self._session.flush()
        self._name(said, arrival.kind, conversation, message)
        self._unwritten.append((arrival, said, message))
        self._follow(conversation, said, arrival.raw.received_at, message)
        return message

    def _make(self, arrival: Arrival, conversation: Conversation) -> Message:
        message = make_message(arrival, conversation.identity, self._channel(arrival))
        message.conversation_id = conversation.id
        return message

    async def _receive(
        self, message: Message, arrival: Arrival, conversation: Conversation, *, is_unsent: bool
    ) -> None:
        """However late it comes nobody has seen it: what was answered or closed since was so without it."""
        at, origin, by = message.created_at, arrival.raw.origin, _actor(conversation)
        trail = self._met.trails[conversation.id]
        is_older = trail.newest_at is not None and at < trail.newest_at
        ticket = await self._find_ticket(trail, arrival) or await self._open(trail, message, arrival, conversation)
        before = ticket.preview
        await service.receive(self._session, ticket, message, by=by, origin=origin, is_unsent=is_unsent)
        ticket.preview = before if is_older else words_of(message)
        trail.go_on(at, ticket.id)

    async def _find_ticket(self, trail: Trail, arrival: Arrival) -> Ticket | None:
        """That of what was said before, if it is not over by now; else that of what was said after."""
        at, hours = arrival.raw.received_at, self._reopen_hours(arrival)
        for ticket_id in dict.fromkeys((trail.before(at), trail.after(at), trail.ticket_id)):
            ticket = await self._ticket(ticket_id)
            if ticket is not None and not is_over(ticket.done_at, at, hours):
                channel = self._channel(arrival)
                if ticket.home_channel_id != channel.id:
                    await service.link_channel(self._session, ticket, channel, origin=arrival.raw.origin)
                return ticket
        return None

    async def _open(self, trail: Trail, message: Message, arrival: Arrival, conversation: Conversation) -> Ticket:
        """Linked to the one before it."""
        former = await self._ticket(trail.current(message.created_at))
        opening = service.Opening(subject=subject_of(message), at=message.created_at, origin=arrival.raw.origin)
        customer, by = conversation.identity.customer, _actor(conversation)
        channel = self._channel(arrival)
        ticket = await service.open_ticket(self._session, channel=channel, customer=customer, opening=opening, by=by)
        await self._session.flush()
        self._tickets[ticket.id] = ticket
        if former is not None:
            await link(self._session, ticket, former, by=by, origin=arrival.raw.origin)
        return ticket

    async def _add_happening(
        self, arrival: Arrival, said: Said, conversation: Conversation, kind: HappeningKind
    ) -> None:
        ticket = await self._ticket(self._met.trails[conversation.id].current(arrival.raw.received_at))
        if kind is HappeningKind.UNKNOWN or (kind in happenings.AS_MESSAGES and ticket is None):
            message = await self._add_message(arrival, said, conversation)
            ticket = message.ticket if message else ticket
            happenings.note(self._session, arrival.raw, said, conversation=conversation, ticket=ticket)
            return
        happening = happenings.note(self._session, arrival.raw, said, conversation=conversation, ticket=ticket)
        if ticket is not None:
            happenings.tell(self._session, ticket, happening, by=_actor(conversation))
            if kind is HappeningKind.FAQ_HELPED:
                await happenings.settle(self._session, ticket, conversation, said, by=_actor(conversation))

    async def _unsend(self, arrival: Arrival, said: Said, conversation: Conversation) -> None:
        """What we do not know yet is hidden when it comes."""
        await self.flush()
        at, known = arrival.raw.received_at, self._met.platform_message(said, arrival.kind)
        message = await self._session.get(Message, known.message_id) if known and known.message_id else None
        held = await self._hold(message) if message else {}
        ticket = held.pop(message.ticket_id, None) if message else None
        happenings.note(self._session, arrival.raw, said, conversation=conversation, ticket=ticket)
        if known is None:
            known = self._name(said, arrival.kind, conversation, None)
        if known is not None:
            known.unsent_at = known.unsent_at or at
        if message is not None and ticket is not None:
            await hide(self._session, ticket, message, at=at, by=_actor(conversation), before=list(held.values()))

    async def _hold(self, message: Message) -> dict[int, Ticket]:
        """The ticket that it is on, and the one that it came to."""
        ids = sorted({message.ticket_id, message.origin_ticket_id})
        return {each: ticket for each in ids if (ticket := await self._ticket(each)) is not None}

    async def _note_copy(self, arrival: Arrival, message_id: int) -> None:
        """The platform told of the same message by two events."""
        await self.flush()
        row = {"message_id": message_id, "raw_id": arrival.raw.id, "channel_id": arrival.raw.channel_id}
        await message_queries.add_sources(self._session, [row])

    async def _ticket(self, ticket_id: int | None) -> Ticket | None:
        """Its row is held."""
        if ticket_id is None:
            return None
        if ticket_id not in self._tickets:
            found = await queries.find_ticket(self._session, ticket_id)
            if found is None:
                return None
            self._tickets[ticket_id] = found
        return self._tickets[ticket_id]

    def _name(
        self, said: Said, kind: str, conversation: Conversation, message: Message | None
    ) -> PlatformMessage | None:
        """What the platform calls a message, whether we know it already or only hear of it."""
        key = self._met.message_key(said, kind)
        if not key:
            return None
        row = self._met.platform_messages.get(key)
        if row is None:
            row = PlatformMessage(id_hash=key, conversation_id=conversation.id, quote_token="")
            self._met.platform_messages[key] = row
            self._session.add(row)
        if message is not None:
            row.message_id, row.quote_token = message.id, said.quote_token
        return row

    def _keep_token(self, conversation: Conversation, said: Said, arrival: Arrival) -> None:
        is_ours = arrival.raw.origin is Origin.LIVE and not said.is_standby
        if said.reply_token and is_ours:
            self._tokens.append(
                {"conversation_id": conversation.id, "token": said.reply_token, "issued_at": arrival.raw.received_at}
            )

    def _follow(self, conversation: Conversation, said: Said, at: datetime, message: Message) -> None:
        """The newest words lead."""
        if conversation.last_inbound_at is None or at >= conversation.last_inbound_at:
            conversation.last_inbound_at = at
            conversation.ticket_id = message.ticket.id
            conversation.read_token = said.read_token or conversation.read_token

    def _sender_row(self, arrival: Arrival, said: Said, message: Message) -> dict[str, object] | None:
        """Who said it: in a group the member."""
        sender = arrival.prepared.inbound.sender
        if sender is None or message.conversation_id is None:
            return None
        name = self._met.names.get((message.conversation_id, sender.address), "")
        return recipient_row(message.id, RecipientRole.FROM, name=name, address=sender.address)

    def _channel(self, arrival: Arrival) -> Channel:
        return self._met.channels[arrival.raw.channel_id]

    def _reopen_hours(self, arrival: Arrival) -> float:
        return float(self._channel(arrival).settings.get("reopen_hours", REOPEN_HOURS))


def _actor(conversation: Conversation) -> Actor:
    return Actor.customer(conversation.identity_id)


def file_rows(arrival: Arrival, said: Said, message: Message) -> list[dict[str, object]]:
    """Of what was unsent nothing is fetched."""
    if message.hidden_at is not None:
        return []
    return [
        {
            "message_id": message.id,
            "channel_id": arrival.raw.channel_id,
            "provider_id": file.provider_id,
            "is_elsewhere": file.is_elsewhere,
            "name": file.filename,
            "content_type": file.content_type,
            "next_at": now(),
        }
        for file in said.files
    ]
