"""What somebody sends by a form: on the disk and in the store before they hear that we have it, then digested at once.

A submission has an id of its own, so that a second press and a reload are the same one (DESIGN, In).
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

from app.channels.models import Channel
from app.core.blobs import BlobStore, register
from app.core.clock import now
from app.core.database import Database, wake_at_commit
from app.core.errors import DiskFull
from app.core.wakeups import RAW
from app.ingest import originals, queries, submission_queries
from app.ingest.digest import digest_group
from app.ingest.errors import CannotStore
from app.ingest.hooks import event_hash
from app.ingest.models import RawState
from app.tickets.models import Origin
from connectors.contracts import Attachment
from connectors.form.submission import Answer, Submission, pack

__all__ = ["Answer", "Attachment", "Submission", "accept", "digest_now", "find_number"]

MAX_PACKED_BYTES = 64 << 10
"""What is larger lies beside the database, as mails do."""
PATIENCE = timedelta(seconds=5)
"""For so long somebody waits to be told their number; later they get it by mail."""


async def accept(
    database: Database, blobs: BlobStore, channel: Channel, submission: Submission, *, source: str
) -> None:
    """It is stored when this returns, once however often it comes. Raises CannotStore."""
    data = await asyncio.to_thread(pack, submission)
    try:
        database.room.require()
        blob = await blobs.put(data) if len(data) > MAX_PACKED_BYTES else None
        async with database.transaction() as session:
            if blob is not None:
                await register(session, {blob: len(data)})
            row = _row(channel, source, blob=blob, packed=originals.pack(data) if blob is None else None)
            await queries.add_raw_messages(session, [row])
            wake_at_commit(session, RAW)
    except DiskFull as error:
        raise CannotStore from error


async def digest_now(database: Database, blobs: BlobStore, channel: Channel, *, source: str) -> None:
    """What fails or takes long here is for the worker: nothing is lost, only the number is not known yet."""
    async with database.reading() as session:
        raw = await submission_queries.find_stored(session, event_hash(channel.id, source))
    if raw is None:
        return
    with suppress(TimeoutError, DiskFull):
        await asyncio.wait_for(digest_group(database, blobs, [raw]), PATIENCE.total_seconds())


async def find_number(database: Database, channel: Channel, *, source: str) -> int | None:
    """Of the ticket that it is on; None as long as it is not digested. Raises NotFound where nothing was sent."""
    async with database.reading() as session:
        return await submission_queries.get_number(session, event_hash(channel.id, source))


def _row(channel: Channel, source: str, *, blob: str | None, packed: str | None) -> dict[str, Any]:
    return {
        "channel_id": channel.id,
        "folder": "",
        "uidvalidity": None,
        "uid": None,
        "source_hash": event_hash(channel.id, source),
        "received_at": now(),
        "blob": blob,
        "packed": packed,
        "state": RawState.STORED,
        "origin": Origin.LIVE,
        "refusals": 0,
        "retry_at": None,
        "error": "",
    }
