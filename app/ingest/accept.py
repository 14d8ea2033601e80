"""Raw bytes, their source and the cursor, in one transaction, before anything looks at them (A1)."""

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
from app.ingest.keeping import Kept, keep, sizes
from app.ingest.models import RawState
from connectors.contracts import RawBatch


async def accept(
    database: Database, blobs: BlobStore, channel: Channel, folder: ChannelFolder, batch: RawBatch
) -> None:
    """The same batch again does nothing. The bytes are on disk before the rows that name them."""
    kept = await keep(blobs, batch.messages)
    async with database.transaction() as session:
        await _store(session, channel, folder, batch, kept)


async def _store(
    session: AsyncSession, channel: Channel, folder: ChannelFolder, batch: RawBatch, kept: dict[int, Kept]
) -> None:
    await register(session, sizes(kept))
    rows = [
        {
            "channel_id": channel.id,
            "folder": folder.folder,
            "uidvalidity": batch.folder.uidvalidity,
            "uid": message.uid,
            "source_hash": source_hash(channel.id, folder.folder, batch.folder.uidvalidity, message.uid),
            "received_at": min(message.received_at, now()),
            **_fate(kept[message.uid]),
        }
        for message in batch.messages
    ]
    await queries.add_raw_messages(session, rows)
    newest = max(message.uid for message in batch.messages)
    state = batch.folder
    await channel_queries.move_cursor(
        session, folder.id, uidvalidity=state.uidvalidity, uid=newest, on_server=state.on_server
    )
    wake_at_commit(session, RAW)


def _fate(kept: Kept) -> dict[str, Any]:
    """What is refused is not given up on, and what comes after it goes on."""
    if kept.sha256 is not None:
        return {"blob": kept.sha256, "state": RawState.STORED, "refusals": 0, "retry_at": None, "error": ""}
    words = refusals.in_words(kept.refusal)
    return {
        "blob": None,
        "state": RawState.REFUSED,
        "refusals": 1,
        "retry_at": refusals.next_try_at(1),
        "error": words,
    }


def source_hash(channel_id: int, folder: str, uidvalidity: int, uid: int) -> str:
    """The place a raw message lay in; nothing is taken in from the same place twice."""
    return hashlib.sha256(f"{channel_id}\0{folder}\0{uidvalidity}\0{uid}".encode()).hexdigest()
