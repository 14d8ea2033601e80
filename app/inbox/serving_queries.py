"""Which new ticket is nobody's business yet."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.leases import lease_clock
from app.inbox.list_queries import CONDITIONS, IS_COUNTED, Selection
from app.live.models import Presence
from app.replies.models import ReplyLock
from app.tickets.models import Phase, Ticket


async def hold_oldest(
    session: AsyncSession, selection: Selection, *, agent_id: int, last: Collection[int], but: Collection[int]
) -> int | None:
    """The oldest that nobody looks at, answers or holds at this moment; of `last` only when no other is left.

    The ticket's row is held to the end of the unit of work.
    """
    statement = (
        select(Ticket.id)
        .where(
            IS_COUNTED,
            Ticket.snoozed_until.is_(None),
            Ticket.phase == Phase.NEW,
            Ticket.audience_id.in_(selection.audience_ids),
            or_(Ticket.assignee_id.is_(None), Ticket.assignee_id == agent_id),
            Ticket.id.not_in(but),
            *_conditions(selection),
            ~_is_looked_at(Ticket.id),
            ~_is_answered(session, Ticket.id),
        )
        .order_by(Ticket.id.in_(last), Ticket.created_at, Ticket.id)
        .limit(1)
        .with_for_update(of=Ticket, key_share=True, skip_locked=True)
    )
    return await session.scalar(statement, _values(selection))


async def is_free(session: AsyncSession, ticket_id: int) -> bool:
    """Asked again once the row is held: whoever held it before may have taken it since the search began."""
    is_taken = or_(_is_looked_at(ticket_id), _is_answered(session, ticket_id))
    return not await session.scalar(select(is_taken))


def _is_looked_at(ticket_id: Any) -> ColumnElement[bool]:
    return exists().where(Presence.ticket_id == ticket_id, Presence.expires_at > now())


def _is_answered(session: AsyncSession, ticket_id: Any) -> ColumnElement[bool]:
    clock = lease_clock(session)
    return exists().where(ReplyLock.ticket_id == ticket_id, ~clock.is_over(ReplyLock.expires, ReplyLock.boot_id))


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    """Those of the list, by the same definitions; whose it may be is decided here."""
    return [CONDITIONS[name] for name in _values(selection)]


def _values(selection: Selection) -> dict[str, Any]:
    names = (name for name in CONDITIONS if name != "assignee_id" and getattr(selection, name) is not None)
    values = {name: getattr(selection, name) for name in names}
    return values | ({"assignee_id": selection.assignee_id} if selection.assignee_id else {})
