"""From raw bytes to a message on a ticket. Again for the same raw message: nothing happens."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.registry import connector_for
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.log import get_logger
from app.ingest import queries, storing
from app.ingest.models import RawMessage, RawState
from app.ingest.preparing import PARSER_VERSION, Prepared, prepare, unreadable

BATCH = 50
MAX_ATTEMPTS = 3

log = get_logger(__name__)


async def digest_next(database: Database, blobs: BlobStore) -> int:
    """Digest one batch of what was accepted; returns how many raw messages it took."""
    async with database.transaction() as session:
        claimed = await queries.claim_stored(session, limit=BATCH)
    for raw in claimed:
        await _digest_or_note(database, blobs, raw)
    return len(claimed)


async def _digest_or_note(database: Database, blobs: BlobStore, raw: RawMessage) -> None:
    """Whatever one message does to us, the mailbox goes on; at the last attempt it becomes a ticket as it is."""
    try:
        await digest(database, blobs, raw)
    except Exception as error:
        log.error("a message could not be digested", raw_id=raw.id, attempt=raw.attempts, exc_info=error)
        async with database.transaction() as session:
            text, is_last = f"{type(error).__name__}: {error}"[:500], raw.attempts >= MAX_ATTEMPTS
            await queries.note_failure(session, raw.id, text, is_last=is_last)


async def digest(database: Database, blobs: BlobStore, raw: RawMessage) -> None:
    prepared = await _prepare(database, blobs, raw)
    shas = await blobs.put_many([attachment.data for attachment in prepared.inbound.attachments])
    async with database.transaction() as session:
        await _store_once(session, raw, prepared, shas)


async def _prepare(database: Database, blobs: BlobStore, raw: RawMessage) -> Prepared:
    data = await blobs.get(raw.blob) if raw.blob else None
    if data is None or raw.attempts >= MAX_ATTEMPTS:
        return unreadable(data, source=raw.source_hash)
    async with database.reading() as session:
        channel = await channel_queries.get_channel(session, raw.channel_id)
    return await asyncio.to_thread(prepare, connector_for(channel.kind), data)


async def _store_once(session: AsyncSession, raw: RawMessage, prepared: Prepared, shas: Sequence[str]) -> None:
    state = RawState.UNREADABLE if prepared.inbound.problem == "unreadable" else RawState.DIGESTED
    if await queries.settle(session, raw.id, state, parser_version=PARSER_VERSION):
        await storing.store(session, raw, prepared, shas)
