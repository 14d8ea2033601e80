"""Finding tickets by what is in them: which way to ask the database, and the places where the words are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.cursors import Cursor
from app.inbox import list_queries, search_queries
from app.inbox.list_queries import Selection
from app.inbox.views import Row
from app.inbox.wishes import Asked
from app.search import matching, matching_queries, snippets
from app.search.matching import Plan

MAX_WALKED = 1_000
"""Tickets of the list in which a common word is looked for before the index is asked."""
MARGIN = 1.3
"""Words are not spread evenly."""
COUNTED = 100
"""Hits are counted up to here."""

Found = list[tuple[int, datetime]]


async def list_ids(
    session: AsyncSession, selection: Selection, asked: Asked, *, after: Cursor | None, limit: int
) -> Found:
    """Ids with what they are sorted by, in the list's order."""
    if not selection.audience_ids or not selection.phases:
        return []
    if not asked.terms and not asked.place:
        return await list_queries.list_ticket_ids(session, selection, after=after, limit=limit, sought=asked.conditions)
    plan = await matching.make_plan(session, asked.terms, audience_ids=selection.audience_ids)
    length = 0 if asked.place else _walked(plan, limit)
    if length:
        found, is_complete = await _walk(session, selection, asked, plan, after, length)
        if is_complete or len(found) >= limit:
            return found[:limit]
    return await list_queries.list_found_ids(
        session,
        selection,
        place=search_queries.PLACES[asked.place],
        sought=(*plan.found, *asked.conditions),
        after=after,
        limit=limit,
    )


def _walked(plan: Plan, limit: int) -> int:
    """How many tickets of the list to look through; none where the index names fewer."""
    needed = limit * MARGIN / plan.share if plan.share else inf
    return min(MAX_WALKED, int(needed) + 1) if needed < plan.looked_up * plan.tickets else 0


async def _walk(
    session: AsyncSession, selection: Selection, asked: Asked, plan: Plan, after: Cursor | None, length: int
) -> tuple[Found, bool]:
    """The beginning of the list, compared; and whether that was all of it."""
    walked = await list_queries.list_ticket_ids(session, selection, after=after, limit=length, sought=asked.conditions)
    matching_ids = await matching_queries.list_matching(session, [each for each, _ in walked], plan.compared)
    return [each for each in walked if each[0] in matching_ids], len(walked) < length


@dataclass(frozen=True, slots=True)
class _Text:
    row: Row
    text: str


async def mark_rows(session: AsyncSession, rows: Sequence[Row], asked: Asked) -> list[Row]:
    """With the words marked in the subject, and the place of the newest message that has one instead of the preview."""
    if not asked.words or not rows:
        return list(rows)
    texts = await matching.list_texts(session, [row.number for row in rows], asked.words)
    return await asyncio.to_thread(_mark, [_Text(row, texts.get(row.number, "")) for row in rows], asked.words)


def _mark(found: Sequence[_Text], words: Sequence[str]) -> list[Row]:
    return [
        replace(
            each.row,
            found_subject=snippets.marked(each.row.subject, words),
            found_text=snippets.snippet(each.text, words) or snippets.marked(each.row.preview, words),
        )
        for each in found
    ]
