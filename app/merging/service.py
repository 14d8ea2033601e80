"""Two tickets become one, and two again (B9, MODEL 13). The rows of both are held, in the order of their ids."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.merging import belonging_queries, queries
from app.merging.belongings import lead
from app.merging.carrying import begin, bid_farewell, carry, require_both, welcome
from app.merging.errors import NothingMerged
from app.replies.locks import require_free
from app.tickets import assignment
from app.tickets import queries as ticket_queries
from app.tickets.closing import move as move_status
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.merging_models import Merge, MergeKind
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Ticket


async def merge(session: AsyncSession, source: Ticket, into: Ticket, *, by: Agent) -> None:
    """All that was said on `source` is on `into` from now on; `source` keeps its number and leads there."""
    await require_both(session, source, into, by=by)
    actor, base_version = Actor.agent(by), into.version
    done = await begin(session, MergeKind.MERGE, source, into)
    message_ids = await queries.list_message_ids(session, source.id)
    await carry(session, message_ids, source=source, into=into)
    await queries.note_moved(session, done, message_ids)
    await lead(session, source, into, base_version=base_version, by=by)
    source.merge_into(into)
    await session.flush()
    await welcome(session, into, await queries.list_moved(session, done, on_ticket=into.id), was_empty=not base_version)
    await _keep_in_sight(session, source, into, actor)
    record(session, source, EventKind.MERGED_INTO, by=actor, ticket_id=into, merge_id=done)
    record(session, into, EventKind.MERGED, by=actor, ticket_id=source, merge_id=done)


async def unmerge(session: AsyncSession, source: Ticket, into: Ticket, *, by: Agent) -> None:
    """What it brought goes back, and what came in to its thread since. Raises NothingMerged, TicketLocked."""
    done = await queries.find_merge(session, MergeKind.MERGE, source.id)
    if done is None:
        raise NothingMerged
    await require_free(session, into, agent=by)
    came_since = await _list_came_since(session, done, source, into)
    moved = await queries.list_moved(session, done, on_ticket=into.id)
    given = sorted({each.id: each for each in (*moved, *came_since)}.values(), key=lambda each: each.created_at)
    await carry(session, [each.id for each in given], source=into, into=source)
    await belonging_queries.lead_notices(session, source.id, to=source.id)
    source.merge_into(None)
    done.undone_at = now()
    await session.flush()
    await welcome(session, source, given, was_empty=True)
    await bid_farewell(session, into, by=by, gives_back=True)
    await _part_bounces(session, source, into)
    await _bring_back(session, source, came_since, Actor.agent(by))
    for ticket, other in ((source, into), (into, source)):
        record(session, ticket, EventKind.UNMERGED, by=Actor.agent(by), ticket_id=other, merge_id=done)


async def _list_came_since(session: AsyncSession, done: Merge, source: Ticket, into: Ticket) -> Sequence[Message]:
    threads = await queries.list_merged_ids(session, source.id)
    return await queries.list_followed(session, threads, on_ticket=into.id, after=done.last_message_id)


async def _keep_in_sight(session: AsyncSession, source: Ticket, into: Ticket, by: Actor) -> None:
    """What somebody had to see to before still is, on the ticket that remains."""
    if source.is_complaint:
        assignment.flag_complaint(session, into, True, by=by)
    if into.is_done and not source.is_done:
        await move_status(session, into, await ticket_queries.get_status(session, _fresh_status(source)), by=by)
    if source.bounced_at is not None and not into.is_done:
        into.bounced_at = max(source.bounced_at, into.bounced_at or source.bounced_at)


async def _part_bounces(session: AsyncSession, source: Ticket, into: Ticket) -> None:
    """What came back undelivered is told where the answer is."""
    at, into.bounced_at, source.bounced_at = into.bounced_at, None, None
    failed = await queries.list_undelivered(session, [source.id, into.id]) if at is not None else []
    for ticket in (source, into):
        if ticket.id in failed and not ticket.is_done:
            ticket.bounced_at = at
    if not failed:
        into.bounced_at = at


async def _bring_back(session: AsyncSession, source: Ticket, came_since: Sequence[Message], by: Actor) -> None:
    """The customer wrote while it was merged: a done ticket would hide it (B2)."""
    is_news = any(each.kind is MessageKind.INBOUND and not each.is_automatic for each in came_since)
    if is_news and source.is_done:
        await move_status(session, source, await ticket_queries.get_status(session, _fresh_status(source)), by=by)


def _fresh_status(source: Ticket) -> int:
    return BUILT_IN_STATUS_IDS[Phase.IN_PROGRESS if source.phase is Phase.IN_PROGRESS else Phase.NEW]
