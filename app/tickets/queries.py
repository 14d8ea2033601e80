from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.accounts.audiences import Viewer
from app.core.database import insert_into, is_writing
from app.core.errors import NotFound
from app.core.rows import fetch
from app.tickets.errors import TicketMerged
from app.tickets.log import watch
from app.tickets.merging_queries import find_end
from app.tickets.models import Category, Phase, Status, Ticket, TicketChannel

TICKET = (
    select(Ticket)
    .where(Ticket.id == bindparam("ticket_id"))
    .options(joinedload(Ticket.home_channel), joinedload(Ticket.customer))
    .execution_options(populate_existing=True)
)

HELD = select(Ticket.id).where(Ticket.id == bindparam("ticket_id")).with_for_update(key_share=True)


async def get_ticket(session: AsyncSession, number: int, *, viewer: Viewer) -> Ticket:
    """The one way to a ticket for a person. What they may not see does not exist (G2).

    Raises TicketMerged for what is on another ticket now.
    """
    ticket = await find_ticket(session, number)
    if ticket is None or ticket.audience_id not in viewer.audience_ids:
        raise NotFound(number=number)
    if ticket.merged_into_id is not None:
        raise TicketMerged(into=await find_end(session, ticket.id))
    return ticket


async def find_ticket(session: AsyncSession, ticket_id: int) -> Ticket | None:
    """In a unit of work that writes, the ticket's row is held before anything about it is read (MODEL 1)."""
    writes = is_writing(session)
    if writes:
        await session.flush()
        await fetch(session, HELD, {"ticket_id": ticket_id})
    ticket = await session.scalar(TICKET, {"ticket_id": ticket_id})
    if ticket is not None and writes:
        watch(session, ticket)
    return ticket


async def find_remaining(session: AsyncSession, ticket_id: int | None) -> Ticket | None:
    """Likewise, and where it was merged, even a moment ago, the one that remains."""
    while ticket_id is not None:
        ticket = await find_ticket(session, ticket_id)
        if ticket is None or ticket.merged_into_id is None:
            return ticket
        ticket_id = ticket.merged_into_id
    return None


async def list_waiting_for_turn(
    session: AsyncSession, ticket_ids: Collection[int], team_ids: Collection[int]
) -> Sequence[int]:
    """Those among them that are nobody's, of these teams."""
    if not ticket_ids or not team_ids:
        return []
    statement = select(Ticket.id).where(
        Ticket.id.in_(ticket_ids),
        Ticket.team_id.in_(team_ids),
        Ticket.assignee_id.is_(None),
        Ticket.is_counted.is_(True),
        Ticket.phase != Phase.DONE,
    )
    return (await session.scalars(statement.order_by(Ticket.id))).all()


async def hold_tickets(session: AsyncSession, ticket_ids: Collection[int]) -> None:
    """Several at once are held in the order of their ids, so that nobody waits in a circle (MODEL 1).

    A row that only names a ticket, such as a notice, does not wait for who holds it: its key stays what it is.
    """
    if len(ticket_ids) > 1:
        await hold_all(session, ticket_ids)


async def hold_all(session: AsyncSession, ticket_ids: Collection[int]) -> None:
    """Also a single one, before others are read because of it."""
    if ticket_ids:
        held = select(Ticket.id).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id).with_for_update(key_share=True)
        await session.execute(held)


async def has_customer(session: AsyncSession, customer_id: int, *, viewer: Viewer) -> bool:
    """Whether the viewer sees a ticket of theirs; who has none that they see does not exist (G2)."""
    statement = select(Ticket.id).where(
        Ticket.customer_id == customer_id, Ticket.audience_id.in_(viewer.audience_ids), Ticket.is_counted.is_(True)
    )
    return await session.scalar(statement.limit(1)) is not None


async def find_status(session: AsyncSession, key: str) -> Status | None:
    return await session.scalar(select(Status).where(Status.key == key, Status.archived_at.is_(None)))


async def get_status(session: AsyncSession, status_id: int) -> Status:
    status = await session.get(Status, status_id)
    if status is None:
        raise NotFound(status_id=status_id)
    return status


async def find_category(session: AsyncSession, category_id: int) -> Category | None:
    return await session.scalar(select(Category).where(Category.id == category_id, Category.archived_at.is_(None)))


async def list_channel_ids(session: AsyncSession, ticket_id: int) -> Sequence[int]:
    return (await session.scalars(select(TicketChannel.channel_id).where(TicketChannel.ticket_id == ticket_id))).all()


async def add_ticket_channel(session: AsyncSession, ticket_id: int, channel_id: int) -> bool:
    """False when the ticket was linked to the channel before."""
    statement = insert_into(session, TicketChannel).values(ticket_id=ticket_id, channel_id=channel_id)
    made = await session.scalar(statement.on_conflict_do_nothing().returning(TicketChannel.ticket_id))
    return made is not None
