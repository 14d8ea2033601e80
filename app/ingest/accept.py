"""Raw bytes, their source and the cursor, in one transaction, before anything looks at them (A1)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.models import Channel, ChannelFolder
from app.core.blobs import BlobStore, register
from app.core.clock import now
from app.core.database import Database, wake_at_commit
from app.core.wakeups import RAW
from app.ingest import queries, refusal_queries, refusals
from app.ingest.keeping import Kept, keep, sizes
from app.ingest.models import RawState
from app.tickets.models import Origin
from connectors.contracts import RawBatch, RawMessage


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of a mailbox, as long as its UIDs mean what they mean; or, without UIDVALIDITY, no folder at all."""

    channel_id: int
    folder: str = ""
    uidvalidity: int | None = None

    def source_hash(self, uid: int, sha256: str | None) -> str:
        """What lay nowhere is known again by its bytes."""
        if self.uidvalidity is None:
            return hashlib.sha256(f"{self.channel_id}\0{sha256}".encode()).hexdigest()
        return source_hash(self.channel_id, self.folder, self.uidvalidity, uid)


async def accept(
    database: Database, blobs: BlobStore, channel: Channel, folder: ChannelFolder, batch: RawBatch
) -> None:
    """The same batch again does nothing. The bytes are on disk before the rows that name them."""
    state = batch.folder
    kept = await keep(blobs, batch.messages)
    async with database.transaction() as session:
        source = Source(channel.id, folder.folder, state.uidvalidity)
        rows = [
            {**_row(message, kept[message.uid], source), "origin": _origin(message, folder, source)}
            for message in batch.messages
        ]
        await _store(session, rows, kept)
        newest = max(message.uid for message in batch.messages)
        await channel_queries.move_cursor(
            session, folder.id, uidvalidity=state.uidvalidity, uid=newest, on_server=state.on_server
        )


async def accept_old(database: Database, blobs: BlobStore, source: Source, messages: Sequence[RawMessage]) -> int:
    """As history (MODEL 11), with no cursor that moves; returns how many had not come in from this source before."""
    kept = await keep(blobs, messages)
    async with database.transaction() as session:
        rows = [{**_row(message, kept[message.uid], source), "origin": Origin.IMPORT} for message in messages]
        known = await refusal_queries.list_known(session, [row["source_hash"] for row in rows])
        await _store(session, rows, kept)
    return len({row["source_hash"] for row in rows} - known)


async def _store(session: AsyncSession, rows: list[dict[str, Any]], kept: dict[int, Kept]) -> None:
    await register(session, sizes(kept))
    await queries.add_raw_messages(session, rows)
    wake_at_commit(session, RAW)


def _row(message: RawMessage, kept: Kept, source: Source) -> dict[str, Any]:
    return {
        "channel_id": source.channel_id,
        "folder": source.folder,
        "uidvalidity": source.uidvalidity,
        "uid": None if source.uidvalidity is None else message.uid,
        "source_hash": source.source_hash(message.uid, kept.sha256),
        "received_at": min(message.received_at, now()),
        **_fate(kept),
    }


def _origin(message: RawMessage, folder: ChannelFolder, source: Source) -> Origin:
    """What was there before the mailbox was to begin is history; what is moved in later is not."""
    is_old = folder.begins_at is not None and message.received_at < folder.begins_at
    was_there = message.uid <= folder.begin_uid or source.uidvalidity != folder.uidvalidity
    return Origin.IMPORT if is_old and was_there else Origin.LIVE


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
    """The source a raw message lay in; nothing is taken in from the same source twice."""
    return hashlib.sha256(f"{channel_id}\0{folder}\0{uidvalidity}\0{uid}".encode()).hexdigest()
