"""What agents have on a ticket: drafts, notices, the wish to be told."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.notices.models import Notice
from app.notices.watching_models import Watcher
from app.replies.models import Draft
from app.tickets.history_models import TicketEvent


async def list_drafts(session: AsyncSession, ticket_id: int) -> Sequence[Draft]:
    return (await session.scalars(select(Draft).where(Draft.ticket_id == ticket_id).order_by(Draft.id))).all()


async def delete_drafts(session: AsyncSession, ticket_id: int) -> None:
    await session.execute(delete(Draft).where(Draft.ticket_id == ticket_id))


async def list_watcher_ids(session: AsyncSession, ticket_id: int) -> Sequence[int]:
    return (await session.scalars(select(Watcher.agent_id).where(Watcher.ticket_id == ticket_id))).all()


async def lead_notices(session: AsyncSession, ticket_id: int, *, to: int) -> None:
    """Of what happened there, to where it can be seen."""
    of_it = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket_id)
    statement = update(Notice).where(Notice.event_id.in_(of_it), Notice.ticket_id != to).values(ticket_id=to)
    await session.execute(statement.execution_options(synchronize_session=False))
