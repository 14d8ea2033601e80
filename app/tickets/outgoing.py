"""What becomes of our own messages on their ticket: scheduled, gone out, or taken back."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.tickets import message_queries, outgoing_queries
from app.tickets.closing import take_back
from app.tickets.history_models import SYSTEM, Actor, ActorKind, EventKind, FactKind
from app.tickets.log import note_fact, record
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Status, Ticket
from app.tickets.service import add_outbound, preview_of


def overtakes(message: Message, *, author_id: int | None) -> bool:
    """Whether an answer that this agent wrote before `message` must be looked at again (MODEL 7)."""
    is_own_note = message.kind is MessageKind.NOTE and message.author_agent_id == author_id
    is_withdrawn = message.kind is MessageKind.OUTBOUND and message.hidden_at is not None
    return not (is_own_note or is_withdrawn or message.is_automatic)


async def list_overtaking(
    session: AsyncSession, ticket: Ticket, *, base_version: int, author_id: int | None
) -> list[Message]:
    """What joined after `base_version` and stops a send that was written against it, oldest first."""
    newer = await message_queries.list_newer(session, ticket.id, than=base_version)
    return [message for message in newer if overtakes(message, author_id=author_id)]


async def add_scheduled(session: AsyncSession, ticket: Ticket, message: Message, *, by: Agent) -> Message:
    """It joins when it is accepted, but the customer still waits until it leaves (MODEL 20)."""
    was_waiting = ticket.is_waiting
    await add_outbound(session, ticket, message, by=by)
    ticket.is_waiting = was_waiting
    return message


async def note_departure(session: AsyncSession, ticket: Ticket, message: Message, *, at: datetime) -> None:
    """The provider has it: from now on it counts, as a first reply or a further one (MODEL 20).

    What the desk says by itself is no reply, nor is what is passed on to somebody else.
    """
    message.sent_at = at
    if not message.is_automatic and message.forwards_id is None:
        await _count_reply(session, ticket, message, at=at)
    record(session, ticket, EventKind.SENT, at=at, message_id=message.id)


async def add_automatic(
    session: AsyncSession, ticket: Ticket, message: Message, *, kind: EventKind = EventKind.AUTO_REPLIED
) -> Message:
    """What the desk says by itself: the ticket stays as it is, for whoever looks at it and whoever answers."""
    message.ticket = message.origin_ticket = ticket
    message.ticket_version = ticket.next_version()
    session.add(message)
    await session.flush()
    record(session, ticket, kind, at=message.created_at, message_id=message.id)
    return message


async def count_spoken(session: AsyncSession, ticket: Ticket, call: Message) -> None:
    """The customer had their answer on the phone: it counts as one that was sent at that moment."""
    since = await outgoing_queries.find_waiting_since(session, call) or call.created_at
    is_first = ticket.first_reply_at is None
    kind = FactKind.FIRST_REPLY if is_first else FactKind.REPLY
    writer = Actor(ActorKind.AGENT, call.author_agent_id)
    await note_fact(session, ticket, kind, at=call.created_at, since=since, message=call, by=writer)
    if is_first:
        ticket.first_reply_at = call.created_at
    ticket.is_waiting = True


async def _count_reply(session: AsyncSession, ticket: Ticket, message: Message, *, at: datetime) -> None:
    since = await outgoing_queries.find_waiting_since(session, message)
    is_first = ticket.first_reply_at is None and since is not None
    kind = FactKind.FIRST_REPLY if is_first else FactKind.REPLY
    author = Actor(ActorKind.AGENT, message.author_agent_id) if message.author_agent_id else SYSTEM
    await note_fact(session, ticket, kind, at=at, since=since, message=message, by=author)
    if is_first:
        ticket.first_reply_at = at
    if ticket.bounced_at is not None and ticket.bounced_at < message.created_at:
        ticket.bounced_at = None
    await session.flush()
    ticket.is_waiting = await _is_ours_the_last_word(session, ticket)


async def withdraw(
    session: AsyncSession, ticket: Ticket, message: Message, *, back_to: Status | None, by: Actor
) -> None:
    """It never left: nothing on the ticket speaks of it but its history."""
    message.hidden_at = now()
    await session.flush()
    ticket.is_waiting = await _is_ours_the_last_word(session, ticket)
    newest = await outgoing_queries.find_newest(session, ticket.id)
    ticket.preview = preview_of(newest.text) if newest else ""
    if back_to is not None:
        await take_back(session, ticket, back_to, by=by)
    record(session, ticket, EventKind.SEND_CANCELLED, by=by, message_id=message.id)


async def _is_ours_the_last_word(session: AsyncSession, ticket: Ticket) -> bool:
    last = await outgoing_queries.find_last_word(session, ticket.id)
    return last is not None and last.kind is MessageKind.OUTBOUND
