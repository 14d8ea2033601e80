"""Tickets that others are merged into, linked with or could be: a line of each."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow, fetch
from app.inbox.ticket_queries import TICKET_LINES
from app.tickets.merging_models import Merge, MergeKind, TicketLink
from app.tickets.models import Phase, Ticket

IDS: BindParameter[Any] = bindparam("ids", expanding=True)
AUDIENCE_IDS: BindParameter[Any] = bindparam("audience_ids", expanding=True)
MAX_CANDIDATES = 30

NEAR = TICKET_LINES.where(Ticket.audience_id.in_(AUDIENCE_IDS))
LINKED = NEAR.where(Ticket.id.in_(IDS), Ticket.is_counted.is_(True)).order_by(Ticket.id)
WAS_MERGED = select(Merge.id).where(
    Merge.from_id == Ticket.id, Merge.kind == MergeKind.MERGE, Merge.undone_at.is_(None)
)
MERGED = NEAR.where(Ticket.id.in_(IDS)).order_by(Ticket.id)
LINKED_IDS = select(
    literal("linked").label("what"),
    case((TicketLink.ticket_id == bindparam("ticket_id"), TicketLink.other_id), else_=TicketLink.ticket_id).label("id"),
).where(or_(TicketLink.ticket_id == bindparam("ticket_id"), TicketLink.other_id == bindparam("ticket_id")))
MERGED_IDS = select(literal("merged"), Ticket.id).where(
    Ticket.merged_into_id == bindparam("ticket_id"), WAS_MERGED.exists()
)
NEAR_IDS = union_all(LINKED_IDS, MERGED_IDS)
OF_CUSTOMER = (
    select(Ticket.id)
    .where(
        Ticket.customer_id == bindparam("customer_id"),
        Ticket.id != bindparam("ticket_id"),
        Ticket.audience_id.in_(AUDIENCE_IDS),
        Ticket.is_counted.is_(True),
    )
    .order_by((Ticket.phase == Phase.DONE), Ticket.last_activity_at.desc(), Ticket.id.desc())
    .limit(MAX_CANDIDATES)
)
VISIBLE = select(Ticket.id).where(Ticket.id.in_(IDS), Ticket.audience_id.in_(AUDIENCE_IDS), Ticket.is_counted.is_(True))


async def list_linked(session: AsyncSession, ids: Collection[int], audience_ids: Sequence[int]) -> Sequence[AnyRow]:
    return await fetch(session, LINKED, {"ids": list(ids), "audience_ids": audience_ids}) if ids else []


async def list_near_ids(session: AsyncSession, ticket_id: int) -> tuple[list[int], list[int]]:
    """What is linked with it; and what was merged into it, not by way of another: what an undone split left empty is
    nothing of its own."""
    rows = await fetch(session, NEAR_IDS, {"ticket_id": ticket_id})
    return [row.id for row in rows if row.what == "linked"], [row.id for row in rows if row.what == "merged"]


async def list_merged(session: AsyncSession, ids: Collection[int], audience_ids: Sequence[int]) -> Sequence[AnyRow]:
    return await fetch(session, MERGED, {"ids": list(ids), "audience_ids": audience_ids}) if ids else []


async def list_of_customer(session: AsyncSession, ticket: Ticket, audience_ids: Sequence[int]) -> list[int]:
    """The customer's other tickets, first those that are not done."""
    values = {"customer_id": ticket.customer_id, "ticket_id": ticket.id, "audience_ids": audience_ids}
    return [row.id for row in await fetch(session, OF_CUSTOMER, values)]


async def list_visible(session: AsyncSession, ids: Collection[int], audience_ids: Sequence[int]) -> list[int]:
    rows = await fetch(session, VISIBLE, {"ids": list(ids), "audience_ids": audience_ids}) if ids else []
    return sorted(row.id for row in rows)
