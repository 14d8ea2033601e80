"""Mails read again from their raw bytes: all of them by a newer parser, or one in another charset (A3)."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.registry import has_connector
from app.core.blobs import BlobStore, register
from app.core.database import Database
from app.core.errors import NotFound
from app.ingest import reread_queries
from app.ingest.digest import read_again, state_of
from app.ingest.errors import NoOriginal
from app.ingest.known import Arrival
from app.ingest.models import RawMessage
from app.ingest.preparing import PARSER_VERSION
from app.ingest.rewriting import rewrite
from app.tickets import message_queries, queries
from app.tickets.history_models import SYSTEM, Actor, EventKind
from app.tickets.log import record
from app.tickets.message_models import Message
from app.tickets.models import Origin, Ticket

AT_ONCE = 16

Tell = Callable[[int, int], None]
"""How many messages are read, and of how many."""


@dataclass(slots=True)
class Count:
    read: int = 0
    changed: int = 0


async def reread_all(database: Database, blobs: BlobStore, *, channel_id: int | None, tell: Tell) -> Count:
    """In small units of work, while the desk goes on; what is the same stays untouched."""
    async with database.reading() as session:
        total = await reread_queries.count_read(session, channel_id=channel_id)
    count, last = Count(), 0
    while some := await _list(database, after=last, channel_id=channel_id):
        count.changed += await _reread_some(database, blobs, some)
        count.read, last = count.read + len(some), some[-1].raw.id
        tell(count.read, max(total, count.read))
    return count


async def prepare(database: Database, blobs: BlobStore, message_id: int, charset: str) -> Arrival:
    """What the message says in this charset, '' for the one of its own. Raises NoOriginal."""
    async with database.reading() as session:
        raw = await reread_queries.find_raw(session, message_id)
        if raw is None:
            raise NoOriginal
        kinds = await channel_queries.map_kinds(session, [raw.channel_id])
    return await asyncio.to_thread(read_again, blobs, raw, kinds[raw.channel_id], charset)


async def reread(
    session: AsyncSession, ticket: Ticket, message_id: int, arrival: Arrival, *, charset: str, by: Actor
) -> None:
    """The ticket is held. Nothing is recorded where nothing is different."""
    message = await message_queries.get_message(session, message_id)
    if message.ticket_id != ticket.id:
        raise NotFound(message_id=message_id)
    is_told = message.charset != charset
    message.charset = charset
    if await _rewrite(session, ticket, message, arrival) or is_told:
        record(session, ticket, EventKind.REREAD, by=by, message_id=message_id, charset=charset)


@dataclass(frozen=True, slots=True)
class Stored:
    """A raw message, and the message that was made of it."""

    raw: RawMessage
    message_id: int
    charset: str
    kind: str


async def _list(database: Database, *, after: int, channel_id: int | None) -> list[Stored]:
    async with database.reading() as session:
        rows = await reread_queries.list_read(session, after=after, channel_id=channel_id, limit=AT_ONCE)
        kinds = await channel_queries.map_kinds(session, {row[0].channel_id for row in rows})
    return [Stored(raw, message_id, charset, kinds[raw.channel_id]) for raw, message_id, charset in rows]


async def _reread_some(database: Database, blobs: BlobStore, everything: Collection[Stored]) -> int:
    """How many were different. What no installed package can read stays as it is."""
    some = [each for each in everything if has_connector(each.kind)]
    arrivals = await asyncio.to_thread(_read_again, blobs, some)
    changed = 0
    async with database.transaction() as session:
        messages = await _hold(session, some)
        for each, arrival in zip(some, arrivals, strict=True):
            message = messages[each.message_id]
            ticket = await queries.find_ticket(session, message.ticket_id)
            if ticket is not None and await _rewrite(session, ticket, message, arrival):
                record(session, ticket, EventKind.REREAD, by=SYSTEM, origin=Origin.REPARSE, message_id=message.id)
                changed += 1
            await asyncio.sleep(0)
    return changed


def _read_again(blobs: BlobStore, some: Collection[Stored]) -> list[Arrival]:
    return [read_again(blobs, each.raw, each.kind, each.charset) for each in some]


async def _hold(session: AsyncSession, some: Collection[Stored]) -> dict[int, Message]:
    """The messages, by id, once the tickets that they are on are held: they may be moved while one waits."""
    held: set[int] = set()
    while True:
        messages = await message_queries.list_messages(session, [each.message_id for each in some])
        ticket_ids = {message.ticket_id for message in messages}
        if ticket_ids <= held:
            return {message.id: message for message in messages}
        held |= ticket_ids
        await queries.hold_all(session, held)


async def _rewrite(session: AsyncSession, ticket: Ticket, message: Message, arrival: Arrival) -> bool:
    channel = await channel_queries.get_channel(session, arrival.raw.channel_id)
    await register(session, arrival.sizes)
    await reread_queries.note_read(session, arrival.raw.id, state_of(arrival), parser_version=PARSER_VERSION)
    return await rewrite(session, ticket, message, arrival, channel)
