"""What tells callers apart, as far as the viewer sees tickets of theirs (G2)."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.customers.models import Customer, Identity
from app.tickets.models import Phase, Status, Ticket

MOST_TICKETS = 40


async def list_callers(
    session: AsyncSession, customer_ids: Sequence[int], *, audience_ids: Sequence[int]
) -> Sequence[AnyRow]:
    statement = (
        select(
            Customer.id,
            Customer.name,
            Customer.reading,
            Customer.company,
            func.count(Ticket.id).label("ticket_count"),
            func.max(Ticket.last_activity_at).label("last_activity_at"),
        )
        .join(Ticket, Ticket.customer_id == Customer.id)
        .where(Customer.id.in_(customer_ids), Ticket.audience_id.in_(audience_ids), Ticket.is_counted.is_(True))
        .group_by(Customer.id, Customer.name, Customer.reading, Customer.company)
    )
    return (await session.execute(statement)).all()


async def list_tels(session: AsyncSession, customer_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = select(Identity.customer_id, Identity.address, Identity.tel_key)
    statement = statement.where(Identity.customer_id.in_(customer_ids), Identity.tel_key != "")
    return (await session.execute(statement.order_by(Identity.id))).all()


async def list_open_tickets(
    session: AsyncSession, customer_ids: Sequence[int], *, audience_ids: Sequence[int]
) -> Sequence[AnyRow]:
    """To which a call may belong, the newest first."""
    statement = (
        select(
            Ticket.id,
            Ticket.customer_id,
            Ticket.subject,
            Status.key.label("status_key"),
            Status.name.label("status_name"),
        )
        .join(Status, Status.id == Ticket.status_id)
        .where(
            Ticket.customer_id.in_(customer_ids),
            Ticket.audience_id.in_(audience_ids),
            Ticket.is_counted.is_(True),
            Ticket.phase != Phase.DONE,
        )
        .order_by(Ticket.last_activity_at.desc(), Ticket.id.desc())
        .limit(MOST_TICKETS)
    )
    return (await session.execute(statement)).all()
