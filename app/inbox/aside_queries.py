"""Spam and trash: what no other list knows of, each by an index of its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.base import UTCDateTime
from app.core.cursors import Cursor
from app.core.rows import fetch
from app.inbox.words import TRASH
from app.tickets.models import Ticket

IS_ASIDE = text("NOT tickets.is_counted")
"""As the partial indexes have it."""


async def list_aside_ids(
    session: AsyncSession, place: str, audience_ids: Sequence[int], *, after: Cursor | None, limit: int
) -> list[tuple[int, datetime]]:
    """Ids with their last activity, the latest first; what is in the trash is shown there, spam or not."""
    is_trash = place == TRASH
    is_here = Ticket.trashed_at.is_not(None) if is_trash else Ticket.trashed_at.is_(None) & Ticket.spam_at.is_not(None)
    here = tuple_(Ticket.last_activity_at, Ticket.id)
    statement = select(Ticket.id, Ticket.last_activity_at.label("sort_value"))
    statement = statement.where(IS_ASIDE, is_here, Ticket.audience_id.in_(audience_ids))
    if after is not None:
        there = tuple_(bindparam("after", after.instant, type_=UTCDateTime), bindparam("after_id", after.id))
        statement = statement.where(here < there)
    statement = statement.order_by(Ticket.last_activity_at.desc(), Ticket.id.desc()).limit(limit)
    return [(row.id, row.sort_value) for row in await fetch(session, statement)]
