"""Up to three published entries for a visitor's words, found without a cloud (D6).

Each process keeps an index of what is published and looks with one statement whether it is still true.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from app.faq import matching, queries
from app.faq.matching import Index, Known
from app.faq.models import FaqEntry
from app.faq.queries import Version

LIMIT = 3
MAX_WORDS = 2000
FEW_CHARACTERS = 5_000
"""Of all entries together: more are put into the index beside the event loop, which is not to be held for long."""
SHORT = 200
"""Longer words are looked for beside it too."""


@dataclass(slots=True)
class Shelf:
    """The index of one database, and the version of the entries that it was made of."""

    version: Version | None = None
    index: Index | None = None
    making: asyncio.Lock = field(default_factory=asyncio.Lock)


_shelves: WeakKeyDictionary[object, Shelf] = WeakKeyDictionary()


async def suggest(session: AsyncSession, text: str, *, limit: int = LIMIT) -> list[FaqEntry]:
    """The best first; nothing where nothing fits well enough."""
    index = await _index(session)
    ids = await _find(index, text[:MAX_WORDS], limit)
    entries = {entry.id: entry for entry in await queries.list_by_ids(session, ids)} if ids else {}
    return [entries[each] for each in ids if each in entries]


async def _find(index: Index, words: str, limit: int) -> list[int]:
    if len(words) <= SHORT:
        return matching.find(index, words, limit=limit)
    return await asyncio.to_thread(matching.find, index, words, limit=limit)


async def _index(session: AsyncSession) -> Index:
    """While it is made anew everybody else still gets the one before: nobody waits, and it is made once."""
    database = session.get_bind().engine
    version, shelf = await queries.find_version(session), _shelves.setdefault(database, Shelf())
    if shelf.index is not None and (shelf.version == version or shelf.making.locked()):
        return shelf.index
    async with shelf.making:
        if shelf.index is None or shelf.version != version:
            shelf.index, shelf.version = await _build(await _read(session)), version
        return shelf.index


async def _read(session: AsyncSession) -> list[Known]:
    return [Known(*row) for row in await queries.list_published(session)]


async def _build(entries: Sequence[Known]) -> Index:
    if sum(len(each.question) + len(each.keywords) + len(each.answer) for each in entries) <= FEW_CHARACTERS:
        return matching.build(entries)
    return await asyncio.to_thread(matching.build, entries)
