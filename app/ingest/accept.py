"""Raw bytes, their source and the cursor, in one transaction, before anything looks at them (A1)."""

import asyncio
import hashlib
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.models import Channel, ChannelFolder
from app.core.blobs import BlobStore, register
from app.core.clock import now
from app.core.database import Database, wake_at_commit
from app.core.wakeups import RAW
from app.ingest import queries, refusals
from app.ingest.models import RawState
from connectors.contracts import RawBatch, RawMessage

GIVEN = {"state": RawState.STORED, "refusals": 0, "retry_at": None, "error": ""}


async def accept(
    database: Database, blobs: BlobStore, channel: Channel, folder: ChannelFolder, batch: RawBatch
) -> None:
    """The same batch again does nothing. The bytes are on disk before the rows that name them."""
    given = [message.data for message in batch.messages if message.data is not None]
    stored = await asyncio.to_thread(blobs.write_many, given)
    hashes = iter(stored)
    shas = [None if message.data is None else next(hashes) for message in batch.messages]
    async with database.transaction() as session:
        await _store(session, channel, folder, batch, shas)


async def _store(
    session: AsyncSession, channel: Channel, folder: ChannelFolder, batch: RawBatch, shas: list[str | None]
) -> None:
    pairs = list(zip(batch.messages, shas, strict=True))
    await register(session, {sha: len(message.data) for message, sha in pairs if sha and message.data is not None})
    rows = [
        {
            "channel_id": channel.id,
            "folder": folder.folder,
            "uidvalidity": batch.folder.uidvalidity,
            "uid": message.uid,
            "source_hash": source_hash(channel.id, folder.folder, batch.folder.uidvalidity, message.uid),
            "blob": sha,
            "received_at": min(message.received_at, now()),
            **(GIVEN if sha is not None else _refused(message)),
        }
        for message, sha in pairs
    ]
    await queries.add_raw_messages(session, rows)
    newest = max(message.uid for message in batch.messages)
    state = batch.folder
    await channel_queries.move_cursor(
        session, folder.id, uidvalidity=state.uidvalidity, uid=newest, on_server=state.on_server
    )
    wake_at_commit(session, RAW)


def _refused(message: RawMessage) -> dict[str, Any]:
    """It is not given up on, and those after it go on."""
    words = refusals.in_words(message.refusal)
    return {"state": RawState.REFUSED, "refusals": 1, "retry_at": refusals.next_try_at(1), "error": words}


def source_hash(channel_id: int, folder: str, uidvalidity: int, uid: int) -> str:
    """The place a raw message lay in; nothing is taken in from the same place twice."""
    return hashlib.sha256(f"{channel_id}\0{folder}\0{uidvalidity}\0{uid}".encode()).hexdigest()
