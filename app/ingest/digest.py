"""From raw bytes to messages on tickets. Again for the same raw message: nothing happens."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.registry import connector_for, has_connector
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.errors import DiskFull
from app.core.log import get_logger
from app.ingest import originals, queries
from app.ingest.known import Arrival
from app.ingest.models import RawMessage, RawState
from app.ingest.preparing import PARSER_VERSION, Prepared, prepare, prepare_head, refused, unreadable
from app.ingest.storing import store
from app.ingest.talks import is_of_talk, store_talks
from app.notices.digest_queries import list_ours
from app.tickets.message_models import Problem

CLAIMED_AT_ONCE = 64
STORED_AT_ONCE = 32
TALKS_AT_ONCE = 8
"""Webhooks that come meanwhile wait no longer than these take (MODEL 2)."""
BREATH_SECONDS = 0.02
"""Between two units of work: who waits for SQLite's only writer in another process looks again after so long."""
MAX_FAILURES = 2
"""Attempts that raised: then it is unreadable."""
MAX_ATTEMPTS = 10
"""Those too that ended with their process: that may have been killed from outside, or by this very mail."""
MAX_PARSED_BYTES = 50 << 20
HEAD_BYTES = 256 << 10
"""Of a larger one: who wrote, about what, and usually the text."""
NOT_READ = (Problem.UNREADABLE, Problem.REFUSED)

log = get_logger(__name__)


async def digest_next(database: Database, blobs: BlobStore, *, limit: int = CLAIMED_AT_ONCE) -> int:
    """Digest one batch of what was accepted; returns how many raw messages it took."""
    async with database.transaction() as session:
        gone = await _gone_kinds(session)
        claimed = await queries.claim_new(session, limit=limit, but_kinds=gone) or await queries.claim_again(
            session, but_kinds=gone
        )
    for first in range(0, len(claimed), STORED_AT_ONCE):
        await digest_group(database, blobs, claimed[first : first + STORED_AT_ONCE])
    return len(claimed)


async def _gone_kinds(session: AsyncSession) -> list[str]:
    """Whose package is not there any more: what came before it went waits for its return."""
    return [kind for kind in await channel_queries.list_kinds(session) if not has_connector(kind)]


async def digest(database: Database, blobs: BlobStore, raws: Sequence[RawMessage]) -> None:
    """All mails in one unit of work, or none; what was said in talks in the order in which it was, a few at a time."""
    kinds = await _kinds(database, raws)
    arrivals = await asyncio.to_thread(_prepare_all, blobs, raws, kinds)
    talks = [arrival for arrival in arrivals if is_of_talk(arrival)]
    mails = [arrival for arrival in arrivals if not is_of_talk(arrival)]
    if mails:
        await _digest_mails(database, mails)
    talks.sort(key=lambda arrival: (arrival.raw.received_at, arrival.raw.id))
    for first in range(0, len(talks), TALKS_AT_ONCE):
        await _digest_talks(database, talks[first : first + TALKS_AT_ONCE])
        await asyncio.sleep(BREATH_SECONDS)


async def _digest_talks(database: Database, arrivals: Sequence[Arrival]) -> None:
    states = {arrival.raw.id: state_of(arrival) for arrival in arrivals}
    async with database.transaction() as session:
        ours = await queries.settle(session, states, parser_version=PARSER_VERSION)
        joining = [arrival for arrival in arrivals if arrival.raw.id in ours]
        if joining:
            await store_talks(session, joining)


async def _digest_mails(database: Database, arrivals: Sequence[Arrival]) -> None:
    states = {arrival.raw.id: state_of(arrival) for arrival in arrivals}
    async with database.transaction() as session:
        aside = await _list_own(session, arrivals)
        states |= dict.fromkeys(aside, RawState.SET_ASIDE)
        ours = await queries.settle(session, states, parser_version=PARSER_VERSION)
        joining = [arrival for arrival in arrivals if arrival.raw.id in ours and arrival.raw.id not in aside]
        if joining:
            await store(session, joining)


async def _list_own(session: AsyncSession, arrivals: Sequence[Arrival]) -> set[int]:
    """Mails of notices that came back, and what machines answered to them: no inquiries, so that no loop can begin."""
    known = await list_ours(session, {ref for arrival in arrivals for ref in arrival.refs})
    return {
        arrival.raw.id
        for arrival in arrivals
        if arrival.own_ref in known or (arrival.prepared.inbound.is_automatic and not known.isdisjoint(arrival.refs))
    }


async def digest_group(database: Database, blobs: BlobStore, raws: Sequence[RawMessage]) -> None:
    """Whatever one message does to us, the others go on: a group that fails is digested one by one. Raises DiskFull."""
    try:
        await digest(database, blobs, raws)
    except DiskFull:
        raise
    except Exception as error:
        if len(raws) == 1:
            await _note_failure(database, raws[0], error)
            return
        for raw in raws:
            await digest_group(database, blobs, [raw])


async def _note_failure(database: Database, raw: RawMessage, error: Exception) -> None:
    log.error("a message could not be digested", raw_id=raw.id, attempt=raw.attempts, exc_info=error)
    text, is_last = f"{type(error).__name__}: {error}"[:500], _is_given_up(raw)
    async with database.transaction() as session:
        await queries.note_failure(session, raw.id, text, is_last=is_last)


async def _kinds(database: Database, raws: Sequence[RawMessage]) -> dict[int, str]:
    async with database.reading() as session:
        return await channel_queries.map_kinds(session, {raw.channel_id for raw in raws})


def _prepare_all(blobs: BlobStore, raws: Sequence[RawMessage], kinds: Mapping[int, str]) -> list[Arrival]:
    return [_prepare(blobs, raw, kinds[raw.channel_id]) for raw in raws]


def _prepare(blobs: BlobStore, raw: RawMessage, kind: str) -> Arrival:
    """Given up on, too large, or without bytes, it becomes a ticket that says so, with what there is attached."""
    if not raw.is_here:
        return Arrival(raw, kind, refused(source=raw.source_hash), [], {})
    if _is_given_up(raw):
        return _with_original(blobs, raw, kind, unreadable(source=raw.source_hash))
    return read_again(blobs, raw, kind)


def read_again(blobs: BlobStore, raw: RawMessage, kind: str, charset: str = "") -> Arrival:
    """However often it failed before; in the charset that somebody has found it to be in. It blocks."""
    size = originals.size(blobs, raw)
    if raw.blob is not None and size > MAX_PARSED_BYTES:
        head = prepare_head(connector_for(kind), blobs.read_head(raw.blob, HEAD_BYTES), size=size, charset=charset)
        return _with_original(blobs, raw, kind, head)
    return _prepare_whole(blobs, raw, kind, charset)


def _with_original(blobs: BlobStore, raw: RawMessage, kind: str, prepared: Prepared) -> Arrival:
    sha256 = originals.as_blob(blobs, raw)
    return Arrival(raw, kind, prepared, [sha256], {sha256: blobs.size(sha256)})


def _prepare_whole(blobs: BlobStore, raw: RawMessage, kind: str, charset: str) -> Arrival:
    prepared = prepare(connector_for(kind), originals.read(blobs, raw), source=raw.source_hash, charset=charset)
    parts = prepared.inbound.attachments
    hashes = blobs.write_many([part.data for part in parts])
    sizes = {sha256: len(part.data) for sha256, part in zip(hashes, parts, strict=True)}
    return Arrival(raw, kind, prepared.without_files(), hashes, sizes)


def _is_given_up(raw: RawMessage) -> bool:
    return raw.failures >= MAX_FAILURES or raw.attempts > MAX_ATTEMPTS


def state_of(arrival: Arrival) -> RawState:
    return RawState.UNREADABLE if arrival.prepared.inbound.problem in NOT_READ else RawState.DIGESTED
