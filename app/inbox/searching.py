"""Finding tickets by what is in them: which way to ask the database, and the places where the words are."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.cursors import Cursor
from app.inbox import list_queries, search_queries
from app.inbox.list_queries import Selection, Sought
from app.inbox.views import Row
from app.inbox.wishes import Asked
from app.search import matching, matching_queries, snippets
from app.search.matching import Plan

MAX_WALKED = 1_000
"""Tickets of the list in which a common word is looked for before the index is asked."""
MARGIN = 1.3
"""Words are not spread evenly."""
WALKING_COST = 8
"""To compare a ticket of the list costs as much as it does that the index names so many."""
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
    return await _look_up(session, selection, asked, plan, after=after, limit=limit)


def _walked(plan: Plan, limit: int) -> int:
    """How many tickets of the list to look through; none where asking the index is less work."""
    needed = limit * MARGIN / plan.share if plan.share else inf
    return min(MAX_WALKED, int(needed) + 1) if needed * WALKING_COST < plan.looked_up * plan.tickets else 0


async def _look_up(
    session: AsyncSession, selection: Selection, asked: Asked, plan: Plan, *, after: Cursor | None, limit: int
) -> Found:
    """By the index. Where it names many, only the beginning of them is compared, if that is enough."""
    first = int(limit * MARGIN)
    if plan.looked_up * plan.tickets > first:
        named = await _list_found(session, selection, asked, plan.named, after, first)
        found = await _compare(session, named, plan)
        if len(found) >= limit or len(named) < first:
            return found[:limit]
    return await _list_found(session, selection, asked, plan.found, after, limit)


async def _list_found(
    session: AsyncSession, selection: Selection, asked: Asked, sought: Sought, after: Cursor | None, limit: int
) -> Found:
    return await list_queries.list_found_ids(
        session,
        selection,
        place=search_queries.PLACES[asked.place],
        sought=(*sought, *asked.conditions),
        after=after,
        limit=limit,
    )


async def _walk(
    session: AsyncSession, selection: Selection, asked: Asked, plan: Plan, after: Cursor | None, length: int
) -> tuple[Found, bool]:
    """The beginning of the list, compared; and whether that was all of it."""
    walked = await list_queries.list_ticket_ids(session, selection, after=after, limit=length, sought=asked.conditions)
    return await _compare(session, walked, plan), len(walked) < length


async def _compare(session: AsyncSession, tickets: Found, plan: Plan) -> Found:
    matching_ids = await matching_queries.list_matching(session, [each for each, _ in tickets], plan.compared)
    return [each for each in tickets if each[0] in matching_ids]


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
