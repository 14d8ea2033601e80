"""The whole index anew, while it is used: another generation is filled beside the one that is searched, then they swap.

Who keeps the index up meanwhile writes to both. One that was broken off is begun again from its start. There is one
at a time: two would fill the same generation, and the first to be done would swap to what the other had just cleared.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from secrets import token_hex

from app.core.database import Database
from app.core.lease_keeper import run_alone
from app.search import content_queries, indexing, queries
from app.search.errors import RebuiltElsewhere
from app.search.index import index_of
from app.search.queries import Generations
from app.search.tokens import tokens_of

DELETED_AT_ONCE = 200
LEASE = "search rebuild"
LEASE_DURATION = timedelta(seconds=60)
MIN_SHARE = 0.01
"""What fewer documents have is rare; it is not worth a row."""

Tell = Callable[[int, int], None]
"""How many tickets are done, and of how many."""


async def rebuild(database: Database, tell: Tell) -> int:
    """Returns how many tickets there are in the new generation. Raises RebuiltElsewhere."""
    done: list[int] = []

    async def work() -> None:
        done.append(await _rebuild(database, tell))

    await run_alone(database, LEASE, holder=token_hex(4), duration=LEASE_DURATION, work=work)
    if not done:
        raise RebuiltElsewhere
    return done[0]


async def _rebuild(database: Database, tell: Tell) -> int:
    filling = await _begin(database)
    done, total, last = 0, await _count(database), 0
    while ids := await _next_ids(database, last):
        await indexing.write(database, await indexing.prepare(database, ids), only=filling)
        done, last = done + len(ids), ids[-1]
        tell(done, max(total, done))
    await _swap(database, filling)
    await weigh(database)
    return done


async def weigh(database: Database) -> None:
    """Estimate anew which tokens are common."""
    async with database.reading() as session:
        texts = await queries.list_sample(session, (await queries.find_generations(session)).current)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(await asyncio.to_thread(tokens_of, text) if len(text) > 1_000 else tokens_of(text))
    shares = {token: count / len(texts) for token, count in counts.items() if count >= MIN_SHARE * len(texts)}
    async with database.transaction() as session:
        await queries.set_shares(session, shares)


async def _begin(database: Database) -> int:
    async with database.transaction() as session:
        current = (await queries.hold_generations(session)).current
        await queries.set_generations(session, Generations(current, None))
    await _clear(database, current + 1)
    async with database.transaction() as session:
        await queries.hold_generations(session)
        await queries.set_generations(session, Generations(current, current + 1))
    return current + 1


async def _swap(database: Database, filled: int) -> None:
    async with database.transaction() as session:
        await queries.hold_generations(session)
        await queries.set_generations(session, Generations(filled, None))
    await _clear(database, filled - 1)


async def _clear(database: Database, generation: int) -> None:
    deleted = 1
    while deleted:
        async with database.transaction() as session:
            deleted = await index_of(session).clear(session, generation, limit=DELETED_AT_ONCE)
    deleted = 1
    while deleted:
        async with database.transaction() as session:
            deleted = await queries.delete_some_docs(session, generation, limit=DELETED_AT_ONCE)


async def _count(database: Database) -> int:
    async with database.reading() as session:
        return await content_queries.count_tickets(session)


async def _next_ids(database: Database, last: int) -> list[int]:
    async with database.reading() as session:
        return await content_queries.list_ticket_ids_after(session, last, limit=indexing.BATCH)
