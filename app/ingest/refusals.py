"""Mails that their server would not give out: asked for again, less and less often, and at last a ticket that says so.

Until then they are set aside: what comes after them goes on, and none is passed over (MODEL 31).
"""

from collections.abc import Mapping
from contextlib import aclosing
from datetime import datetime, timedelta
from itertools import groupby

from app.core.blobs import BlobStore, register
from app.core.clock import now
from app.core.database import Database, wake_at_commit
from app.core.log import get_logger
from app.core.wakeups import RAW
from app.ingest import refusal_queries
from app.ingest.keeping import keep, sizes
from app.ingest.models import RawMessage
from connectors.contracts import RawBatch, Receiver

FIRST_PAUSE = timedelta(minutes=1)
MAX_REFUSALS = 8
"""With pauses that double, over two hours."""
ASKED_AT_ONCE = 20
"""New mails come first: over each of these a server may be silent for a while."""
LONGEST_ERROR = 500
UNAVAILABLE = "The server listed this message but would not give it out."

log = get_logger(__name__)


def next_try_at(refusals: int) -> datetime | None:
    """When to ask again after so many refusals; None when it was often enough."""
    return now() + FIRST_PAUSE * 2 ** (refusals - 1) if refusals < MAX_REFUSALS else None


def in_words(refusal: str) -> str:
    return f"{UNAVAILABLE} {refusal}".strip()[:LONGEST_ERROR]


async def ask_again(database: Database, blobs: BlobStore, receiver: Receiver, *, channel_id: int, folder: str) -> None:
    """For some of what is due. Raises ConnectionProblem and DiskFull; what was given out until then is kept."""
    async with database.reading() as session:
        due = await refusal_queries.list_due(session, channel_id, folder, at=now(), limit=ASKED_AT_ONCE)
    for uidvalidity, raws in groupby(sorted(due, key=_uidvalidity), key=_uidvalidity):
        await _ask(database, blobs, receiver, uidvalidity, {raw.uid: raw for raw in raws if raw.uid is not None})


async def _ask(
    database: Database, blobs: BlobStore, receiver: Receiver, uidvalidity: int, raws: Mapping[int, RawMessage]
) -> None:
    there: set[int] = set()
    async with aclosing(receiver.fetch_again(uidvalidity=uidvalidity, uids=sorted(raws))) as batches:
        async for batch in batches:
            database.room.require()
            there.update(message.uid for message in batch.messages)
            await _note(database, blobs, batch, raws)
    gone = [raw.id for uid, raw in raws.items() if uid not in there]
    if gone:
        log.warning("messages that were set aside are no longer on the server", raw_ids=gone)
        async with database.transaction() as session:
            await refusal_queries.forget(session, gone)


async def _note(database: Database, blobs: BlobStore, batch: RawBatch, raws: Mapping[int, RawMessage]) -> None:
    kept = await keep(blobs, batch.messages)
    async with database.transaction() as session:
        await register(session, sizes(kept))
        for message in batch.messages:
            raw, given = raws[message.uid], kept[message.uid]
            if given.sha256 is not None:
                received_at = min(message.received_at, now())
                await refusal_queries.give_bytes(session, raw.id, given.sha256, received_at=received_at)
            else:
                words, retry_at = in_words(given.refusal), next_try_at(raw.refusals + 1)
                await refusal_queries.refuse_again(session, raw, words, retry_at=retry_at)
        wake_at_commit(session, RAW)


def _uidvalidity(raw: RawMessage) -> int:
    return raw.uidvalidity or 0
