"""Customers that are one, and what each of them had before (MODEL 13)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.customers.models import Customer, Identity
from app.tickets.merging_models import Merge, MergeKind
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Phase, Ticket


async def list_ticket_ids(session: AsyncSession, customer_ids: Collection[int]) -> set[int]:
    """All of them, those too that nobody looks at any more."""
    return set(await session.scalars(select(Ticket.id).where(Ticket.customer_id.in_(customer_ids))))


async def list_to_tell(session: AsyncSession, customer_ids: Collection[int]) -> Sequence[Ticket]:
    """What is not done, and the newest of each: there the history says what became of the customer."""
    newest = select(func.max(Ticket.id)).where(Ticket.customer_id.in_(customer_ids), Ticket.is_counted)
    is_told = or_(Ticket.phase != Phase.DONE, Ticket.id.in_(newest.group_by(Ticket.customer_id)))
    statement = select(Ticket).where(Ticket.customer_id.in_(customer_ids), Ticket.is_counted, is_told)
    return (await session.scalars(statement.order_by(Ticket.id))).all()


async def hold_customers(session: AsyncSession, customer_ids: Collection[int]) -> Sequence[Customer]:
    """In the order of their ids. Who opens a ticket for one of them waits here, and then sees what became of them."""
    statement = select(Customer).where(Customer.id.in_(customer_ids)).order_by(Customer.id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def find_end(session: AsyncSession, customer_id: int) -> int:
    """Who they are now; themselves, unless they were joined with another."""
    while True:
        further = await session.scalar(select(Customer.merged_into_id).where(Customer.id == customer_id))
        if further is None:
            return customer_id
        customer_id = further


async def list_joined_ids(session: AsyncSession, customer_id: int) -> set[int]:
    """With all who were joined with them, and with those in turn."""
    found, fresh = {customer_id}, {customer_id}
    while fresh:
        further = await session.scalars(select(Customer.id).where(Customer.merged_into_id.in_(fresh)))
        fresh = set(further) - found
        found |= fresh
    return found


async def give(session: AsyncSession, ticket_ids: Collection[int], *, to: int) -> None:
    statement: Any = update(Ticket).where(Ticket.id.in_(ticket_ids)).values(customer_id=to)
    await session.execute(statement.execution_options(synchronize_session="fetch"))


async def give_identities(session: AsyncSession, *, of: int, to: int, origins: Collection[int] | None = None) -> None:
    """All of them, or those that came with some customers."""
    statement: Any = update(Identity).where(Identity.customer_id == of).values(customer_id=to)
    if origins is not None:
        statement = statement.where(Identity.origin_customer_id.in_(origins))
    await session.execute(statement.execution_options(synchronize_session="fetch"))


async def list_returning_ids(session: AsyncSession, *, at: int, origins: Collection[int]) -> set[int]:
    """What goes back with some customers: what they brought, and what their own addresses opened since."""
    own = select(Identity.id).where(Identity.origin_customer_id.in_(origins))
    opener = (
        select(Message.author_identity_id)
        .where(Message.ticket_id == Ticket.id, Message.kind == MessageKind.INBOUND)
        .order_by(Message.ticket_version)
        .limit(1)
        .scalar_subquery()
    )
    is_theirs = or_(Ticket.origin_customer_id.in_(origins), opener.in_(own))
    return set(await session.scalars(select(Ticket.id).where(Ticket.customer_id == at, is_theirs)))


async def find_join(session: AsyncSession, customer_id: int) -> Merge | None:
    """The one that holds."""
    statement = select(Merge).where(
        Merge.kind == MergeKind.CUSTOMER, Merge.from_id == customer_id, Merge.undone_at.is_(None)
    )
    return await session.scalar(statement.order_by(Merge.id.desc()).limit(1))


async def has_any_seen(session: AsyncSession, ticket_ids: Collection[int], *, viewer: Viewer) -> bool:
    statement = select(Ticket.id).where(
        Ticket.id.in_(ticket_ids), Ticket.audience_id.in_(viewer.audience_ids), Ticket.is_counted.is_(True)
    )
    return await session.scalar(statement.limit(1)) is not None


async def find_last_message_id(session: AsyncSession) -> int:
    return await session.scalar(select(func.max(Message.id))) or 0


async def note_end(session: AsyncSession, merge_id: int, *, at: datetime) -> bool:
    statement = update(Merge).where(Merge.id == merge_id, Merge.undone_at.is_(None)).values(undone_at=at)
    return await session.scalar(statement.returning(Merge.id)) is not None


async def list_strays(session: AsyncSession) -> Sequence[tuple[int, int]]:
    """Tickets of those who are somebody else by now, with them."""
    statement = select(Ticket.id, Customer.id).join(Customer, Customer.id == Ticket.customer_id)
    rows = await session.execute(statement.where(Customer.merged_into_id.is_not(None)).order_by(Ticket.id).limit(500))
    return [(row[0], row[1]) for row in rows]
