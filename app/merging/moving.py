"""Some messages of a ticket go to a new one, or to another that is there; and back (B9)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.core.clock import now
from app.customers.models import Customer
from app.merging import queries
from app.merging.belongings import lead
from app.merging.carrying import begin, bid_farewell, carry, require_both, welcome
from app.merging.errors import NotHere, NothingStays
from app.replies.locks import require_free
from app.tickets.errors import ChangedSince
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.merging_models import Merge, MergeKind
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from app.tickets.service import Opening, open_ticket


async def split(session: AsyncSession, source: Ticket, message_ids: Sequence[int], *, by: Agent) -> Ticket:
    """A new ticket in 新着 with these messages, of whoever wrote the first of them."""
    await require_free(session, source, agent=by)
    chosen = await _choose(session, source, message_ids)
    ticket = await _open(session, source, chosen, by=by)
    await _carry_over(session, MergeKind.SPLIT, source, ticket, chosen, by=by)
    return ticket


async def move(session: AsyncSession, source: Ticket, into: Ticket, message_ids: Sequence[int], *, by: Agent) -> None:
    await require_both(session, source, into, by=by)
    chosen = await _choose(session, source, message_ids)
    await _carry_over(session, MergeKind.MOVE, source, into, chosen, by=by)


async def take_back(session: AsyncSession, done: Merge, source: Ticket, into: Ticket, *, by: Agent) -> None:
    """What was moved and is still there goes back; a ticket that a split had made leads back too.

    Raises ChangedSince where nothing is there any more, or more than was split off.
    """
    for ticket in sorted((source, into), key=lambda each: each.id):
        await require_free(session, ticket, agent=by)
    moved = await queries.list_moved(session, done, on_ticket=into.id)
    message_ids = [each.id for each in moved]
    is_split, base_version = done.kind is MergeKind.SPLIT, source.version
    if not moved or (is_split and await queries.has_others(session, into.id, message_ids)):
        raise ChangedSince
    await carry(session, message_ids, source=into, into=source)
    done.undone_at = now()
    if is_split:
        await lead(session, into, source, base_version=base_version, by=by)
        into.merge_into(source)
    await session.flush()
    await welcome(session, source, moved, was_empty=False)
    await bid_farewell(session, into, by=by, gives_back=not is_split)
    for ticket, other in ((source, into), (into, source)):
        record(session, ticket, EventKind.MOVED_BACK, by=Actor.agent(by), ticket_id=other, merge_id=done)


async def _choose(session: AsyncSession, source: Ticket, message_ids: Sequence[int]) -> Sequence[Message]:
    chosen = await queries.list_chosen(session, source.id, message_ids)
    if {each.id for each in chosen} != {*message_ids}:
        raise NotHere
    if not await queries.has_others(session, source.id, message_ids):
        raise NothingStays
    return chosen


async def _open(session: AsyncSession, source: Ticket, chosen: Sequence[Message], *, by: Agent) -> Ticket:
    first = chosen[0]
    opening = Opening(subject=first.subject or source.subject, at=first.created_at, origin=source.origin)
    channel = await channel_queries.get_channel(session, first.channel_id)
    customer = await _customer(session, source, chosen)
    ticket = await open_ticket(session, channel=channel, customer=customer, opening=opening, by=Actor.agent(by))
    await session.flush()
    return ticket


async def _customer(session: AsyncSession, source: Ticket, chosen: Sequence[Message]) -> Customer:
    identity_id = next((each.author_identity_id for each in chosen if each.author_identity_id is not None), None)
    found = await queries.find_customer(session, identity_id) if identity_id is not None else None
    return found or source.customer


async def _carry_over(
    session: AsyncSession, kind: MergeKind, source: Ticket, into: Ticket, chosen: Sequence[Message], *, by: Agent
) -> None:
    done, was_empty = await begin(session, kind, source, into), not into.version
    message_ids = [each.id for each in chosen]
    await carry(session, message_ids, source=source, into=into)
    await queries.note_moved(session, done, message_ids)
    await session.flush()
    await welcome(session, into, chosen, was_empty=was_empty)
    await bid_farewell(session, source, by=by)
    out, come = TOLD[kind]
    record(session, source, out, by=Actor.agent(by), ticket_id=into, merge_id=done, message_ids=message_ids)
    record(session, into, come, by=Actor.agent(by), ticket_id=source, merge_id=done, message_ids=message_ids)


TOLD = {
    MergeKind.SPLIT: (EventKind.SPLIT_OFF, EventKind.SPLIT_FROM),
    MergeKind.MOVE: (EventKind.MOVED_OUT, EventKind.MOVED_IN),
}
