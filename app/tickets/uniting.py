"""Two records of customers turn out to be one person, and two again (E1, MODEL 13).

The customers are held first, then their tickets, as by whoever takes something in: so nobody waits in a circle, and
what comes meanwhile waits for the end of this and then finds who they are now.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.customers.models import Customer
from app.tickets import queries, uniting_queries
from app.tickets.errors import NotJoined, SameCustomer
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import mark_recounted, record
from app.tickets.merging_models import Merge, MergeKind


class How(StrEnum):
    """By somebody who knew, or by a code that the customer got on one channel and sent on the other."""

    HAND = "hand"
    LINK = "link"


async def unite(session: AsyncSession, source: Customer, into: Customer, *, by: Actor, how: How = How.HAND) -> Merge:
    """All that `source` has is of `into` from now on. Raises SameCustomer, also where both are one by now."""
    ids = (source.id, into.id)
    await session.flush()
    held = await uniting_queries.hold_customers(session, ids)
    if len(held) < len(ids) or any(customer.merged_into_id for customer in held):
        raise SameCustomer
    await queries.hold_all(session, await uniting_queries.list_ticket_ids(session, ids))
    last = await uniting_queries.find_last_message_id(session)
    merge = Merge(kind=MergeKind.CUSTOMER, from_id=source.id, into_id=into.id, last_message_id=last, at=now())
    session.add(merge)
    await _tell(session, ids, EventKind.CUSTOMERS_JOINED, merge, by=by, how=how)
    await uniting_queries.give_identities(session, of=source.id, to=into.id)
    await _give(session, await uniting_queries.list_ticket_ids(session, [source.id]), to=into.id)
    source.merged_into_id = into.id
    await session.flush()
    return merge


async def part(session: AsyncSession, source: Customer, *, by: Actor) -> Customer:
    """What they brought is theirs again, and what their own addresses opened since; returns who they were joined with.

    Raises NotJoined.
    """
    merge = await uniting_queries.find_join(session, source.id)
    end_id = await uniting_queries.find_end(session, source.id)
    if merge is None or end_id == source.id:
        raise NotJoined
    held = {each.id: each for each in await uniting_queries.hold_customers(session, (source.id, end_id))}
    if not await uniting_queries.note_end(session, merge.id, at=now()) or held[end_id].merged_into_id is not None:
        raise NotJoined
    await queries.hold_all(session, await uniting_queries.list_ticket_ids(session, [end_id]))
    origins = await uniting_queries.list_joined_ids(session, source.id)
    await _tell(session, [end_id], EventKind.CUSTOMERS_PARTED, merge, by=by)
    returning = await uniting_queries.list_returning_ids(session, at=end_id, origins=origins)
    await _give(session, returning, to=source.id)
    await uniting_queries.give_identities(session, of=end_id, to=source.id, origins=origins)
    held[source.id].merged_into_id = None
    await session.flush()
    return held[end_id]


async def gather_strays(session: AsyncSession) -> None:
    """A ticket that was opened for somebody at the very moment in which they became somebody else."""
    for ticket_id, customer_id in await uniting_queries.list_strays(session):
        await queries.hold_all(session, [ticket_id])
        await _give(session, [ticket_id], to=await uniting_queries.find_end(session, customer_id))


async def _give(session: AsyncSession, ticket_ids: Collection[int], *, to: int) -> None:
    await uniting_queries.give(session, ticket_ids, to=to)
    mark_recounted(session, ticket_ids)


async def _tell(
    session: AsyncSession,
    customer_ids: Collection[int],
    kind: EventKind,
    merge: Merge,
    *,
    by: Actor,
    how: How | None = None,
) -> None:
    changes: dict[str, Any] = {"how": how} if how else {}
    pair = [merge.from_id, merge.into_id]
    for ticket in await uniting_queries.list_to_tell(session, customer_ids):
        record(session, ticket, kind, by=by, customer_ids=pair, merge_id=merge, **changes)
