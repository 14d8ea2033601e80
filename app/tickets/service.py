"""The verbs that open a ticket and add to it. Each changes and records together."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import turn_queries
from app.accounts.audiences import audience_for
from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.clock import now
from app.customers.models import Customer
from app.tickets import message_queries, queries
from app.tickets.disposal import trash
from app.tickets.history_models import Actor, EventKind, FactKind
from app.tickets.log import note_fact, record, watch_new
from app.tickets.mentions import list_mentioned
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Nature, Origin, Phase, Ticket, TicketChannel

PREVIEW_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ticket begins with."""

    subject: str
    at: datetime
    phase: Phase = Phase.NEW
    origin: Origin = Origin.LIVE


async def open_ticket(
    session: AsyncSession, *, channel: Channel, customer: Customer, opening: Opening, by: Actor
) -> Ticket:
    """It has its number once the session is flushed. A channel of one team gives it that team."""
    team_id = await _owner(session, channel.id)
    ticket = Ticket(
        subject=opening.subject,
        audience_id=await audience_for(session, [channel.id]),
        home_channel=channel,
        home_channel_id=channel.id,
        team_id=team_id,
        customer=customer,
        origin_customer=customer,
        phase=opening.phase,
        status_id=BUILT_IN_STATUS_IDS[opening.phase],
        created_at=opening.at,
        last_activity_at=opening.at,
        last_event_at=opening.at,
        done_at=opening.at if opening.phase is Phase.DONE else None,
        is_waiting=False,
        version=0,
        is_counted=True,
        preview="",
        has_attachment=False,
        origin=opening.origin,
    )
    session.add_all((ticket, TicketChannel(ticket=ticket, channel_id=channel.id)))
    watch_new(session, ticket)
    team = {"team_id": team_id} if team_id else {}
    record(
        session, ticket, EventKind.OPENED, by=by, at=opening.at, origin=opening.origin, channel_id=channel.id, **team
    )
    await note_fact(session, ticket, FactKind.ARRIVAL, at=opening.at)
    return ticket


async def _owner(session: AsyncSession, channel_id: int) -> int | None:
    """The team of a channel that belongs to exactly one; a unit of work asks once, as for its audience."""
    owners: dict[int, int | None] = session.info.setdefault("channel_owners", {})
    if channel_id not in owners:
        found = await turn_queries.list_owners(session, channel_id)
        owners[channel_id] = found[0] if len(found) == 1 else None
    return owners[channel_id]


async def link_channel(
    session: AsyncSession, ticket: Ticket, channel: Channel, *, origin: Origin = Origin.LIVE
) -> None:
    """The ticket came in here too: whoever sees this channel sees it from now on (MODEL 10, 16)."""
    if await queries.add_ticket_channel(session, ticket.id, channel.id):
        ticket.audience_id = await audience_for(session, await queries.list_channel_ids(session, ticket.id))
        record(session, ticket, EventKind.CHANNEL_LINKED, origin=origin, channel_id=channel.id)


async def receive(
    session: AsyncSession,
    ticket: Ticket,
    message: Message,
    *,
    by: Actor,
    origin: Origin = Origin.LIVE,
    is_failure: bool = False,
    is_unsent: bool = False,
) -> Message:
    """A customer's message joins; a done ticket comes back to 新着, so that nothing is missed (B2).

    So does one whose answer came back undelivered (`is_failure`), and one from the trash; spam stays spam, where its
    newest words are seen. What was taken back before it came (`is_unsent`) takes its place and moves nothing.
    The message has its id once the session is flushed.
    """
    if origin is Origin.IMPORT:
        return await _add_history(session, ticket, message, by=by)
    if not is_unsent and (is_failure or not message.is_automatic):
        await _bring_back(session, ticket, at=message.created_at, by=by)
    _join(ticket, message)
    session.add(message)
    ticket.newest_nature = message.nature or Nature.MESSAGE
    ticket.is_waiting = ticket.is_waiting and (is_unsent or bool(message.is_automatic))
    record(session, ticket, EventKind.RECEIVED, by=by, at=message.created_at, origin=origin, message_id=message)
    await note_fact(session, ticket, FactKind.INBOUND, at=message.created_at, message=message)
    return message


def receive_aside(session: AsyncSession, ticket: Ticket, thread: Ticket, message: Message) -> Message:
    """Of somebody who is not the customer: an internal note, which reopens nothing and is answered to nobody."""
    _join(ticket, message)
    message.origin_ticket = thread
    session.add(message)
    return message


async def revive(session: AsyncSession, ticket: Ticket, message: Message) -> None:
    """What was taken in as history arrives now: somebody has to act on it, unless it was answered since."""
    if not message.is_automatic and not await message_queries.is_answered(session, message):
        await _bring_back(session, ticket, at=message.created_at, by=Actor.customer(message.author_identity_id))


async def _add_history(session: AsyncSession, ticket: Ticket, message: Message, *, by: Actor) -> Message:
    """What was said before the desk knew of it joins; nobody has to act on it, so nothing else moves (MODEL 11)."""
    preview = ticket.preview
    is_newest = message.created_at >= ticket.last_activity_at
    _join(ticket, message)
    if preview and not is_newest:
        ticket.preview = preview
    session.add(message)
    is_ours, at = message.kind is MessageKind.OUTBOUND, message.created_at
    kind = EventKind.REPLIED if is_ours else EventKind.RECEIVED
    record(session, ticket, kind, by=by, at=at, origin=Origin.IMPORT, message_id=message)
    if not is_ours:
        await note_fact(session, ticket, FactKind.INBOUND, at=at, message=message)
    return message


async def add_note(session: AsyncSession, ticket: Ticket, text: str, *, by: Agent) -> Message:
    """An internal comment; it never leaves. Who is mentioned in it is told by the notices."""
    note = await _add_own(session, ticket, MessageKind.NOTE, text, by=by)
    mentioned = await list_mentioned(session, ticket, text)
    changes: dict[str, Any] = {"mentions": {"agent_ids": mentioned}} if mentioned else {}
    record(session, ticket, EventKind.NOTED, by=Actor.agent(by), message_id=note.id, **changes)
    return note


async def add_inside(session: AsyncSession, ticket: Ticket, note: Message) -> Message:
    """A note that is more than a comment, such as what a colleague is asked: its verb says what happened."""
    _join(ticket, note)
    session.add(note)
    await session.flush()
    return note


async def add_call(session: AsyncSession, ticket: Ticket, text: str, *, by: Agent, is_ours: bool = False) -> Message:
    """What was said on the phone, as the agent wrote it down; `is_ours` where we called the customer."""
    call = await _add_own(session, ticket, MessageKind.CALL, text, by=by)
    kind = EventKind.REPLIED if is_ours else EventKind.RECEIVED
    record(session, ticket, kind, by=Actor.agent(by), message_id=call.id)
    ticket.is_waiting, ticket.newest_nature = is_ours, Nature.MESSAGE
    if not is_ours:
        await note_fact(session, ticket, FactKind.INBOUND, at=call.created_at, message=call, by=Actor.agent(by))
    return call


async def add_outbound(session: AsyncSession, ticket: Ticket, message: Message, *, by: Agent) -> Message:
    """Our answer joins when it is accepted for sending; reports count it when it has left (MODEL 20)."""
    _join(ticket, message)
    session.add(message)
    await session.flush()
    is_answer = message.forwards_id is None
    ticket.is_waiting, ticket.newest_nature = is_answer or ticket.is_waiting, Nature.MESSAGE
    kind = EventKind.REPLIED if is_answer else EventKind.FORWARDED
    record(session, ticket, kind, by=Actor.agent(by), at=message.created_at, message_id=message.id)
    return message


async def _add_own(session: AsyncSession, ticket: Ticket, kind: MessageKind, text: str, *, by: Agent) -> Message:
    message = Message(kind=kind, channel_id=ticket.home_channel_id, author_agent_id=by.id, text=text, created_at=now())
    _join(ticket, message)
    session.add(message)
    await session.flush()
    return message


def _join(ticket: Ticket, message: Message) -> None:
    message.ticket = message.origin_ticket = ticket
    message.ticket_version = ticket.next_version()
    ticket.preview = preview_of(message.text) or ticket.preview
    ticket.touch(message.created_at)


def preview_of(text: str) -> str:
    """The first words on one line."""
    return " ".join(text[: PREVIEW_LENGTH * 3].split())[:PREVIEW_LENGTH]


async def _bring_back(session: AsyncSession, ticket: Ticket, *, at: datetime, by: Actor) -> None:
    """Whoever threw it away did not expect that there is more to it: it is looked at as a new one is."""
    was_in_trash = ticket.trashed_at is not None
    trash(session, ticket, False, by=by, at=at)
    if ticket.is_done or (was_in_trash and ticket.phase is not Phase.NEW):
        await _reopen(session, ticket, at=at, by=by)


async def _reopen(session: AsyncSession, ticket: Ticket, *, at: datetime, by: Actor) -> None:
    """Not before it was done, however long it took to come."""
    before, at = ticket.status_id, max(at, ticket.done_at or at)
    if ticket.is_done:
        await note_fact(session, ticket, FactKind.REOPENING, at=at, since=ticket.done_at)
    ticket.move_to(BUILT_IN_STATUS_IDS[Phase.NEW], Phase.NEW, at)
    record(session, ticket, EventKind.REOPENED, by=by, at=at, status_id=[before, ticket.status_id])
