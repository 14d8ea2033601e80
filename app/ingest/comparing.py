"""Reconciliation: now and then what lies on the server is compared with what is stored, and what is missing fetched."""

from contextlib import aclosing
from datetime import timedelta

from app.channels import queries as channel_queries
from app.channels.models import Channel, ChannelFolder
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.log import get_logger
from app.ingest import refusal_queries
from app.ingest.accept import accept, source_hash
from app.live.signals import signal_desk
from connectors.contracts import Receiver

EVERY = timedelta(hours=1)
AT_ONCE = 1_000
"""A folder may hold years of mail, and other work goes on between two looks."""

log = get_logger(__name__)


async def compare(
    database: Database, blobs: BlobStore, receiver: Receiver, channel: Channel, folder: ChannelFolder
) -> None:
    """By UIDs, up to the cursor: what lies above it is fetched anyway. What stays missing is noted for people."""
    is_fresh = folder.compared_at is not None and now() - folder.compared_at < EVERY
    if is_fresh or folder.uidvalidity is None:
        return
    missing = await _missing(database, receiver, folder)
    was_noted = bool(missing)
    if missing:
        log.warning("messages on the server were missing here", channel_id=channel.id, count=len(missing))
        await _fetch(database, blobs, receiver, channel, folder, missing)
        missing = await _missing(database, receiver, folder)
    async with database.transaction() as session:
        await channel_queries.note_compared(session, folder.id, missing=len(missing), at=now())
        if was_noted or len(missing) != folder.missing:
            await signal_desk(session)


async def _missing(database: Database, receiver: Receiver, folder: ChannelFolder) -> frozenset[int]:
    state, there = await receiver.list_uids(up_to=folder.uid)
    if state.uidvalidity != folder.uidvalidity:
        return frozenset()
    missing: set[int] = set()
    ordered = sorted(uid for uid in there if uid > folder.floor_uid)
    for first in range(0, len(ordered), AT_ONCE):
        uids = ordered[first : first + AT_ONCE]
        sources = {source_hash(folder.channel_id, folder.folder, state.uidvalidity, uid): uid for uid in uids}
        async with database.reading() as session:
            known = await refusal_queries.list_known(session, sources)
        missing.update(uid for source, uid in sources.items() if source not in known)
    return frozenset(missing)


async def _fetch(
    database: Database,
    blobs: BlobStore,
    receiver: Receiver,
    channel: Channel,
    folder: ChannelFolder,
    uids: frozenset[int],
) -> None:
    assert folder.uidvalidity is not None
    async with database.transaction() as session:
        await channel_queries.note_missing(session, folder.id, missing=len(uids))
    async with aclosing(receiver.fetch_again(uidvalidity=folder.uidvalidity, uids=sorted(uids))) as batches:
        async for batch in batches:
            database.room.require()
            await accept(database, blobs, channel, folder, batch)
