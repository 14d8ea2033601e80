from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.tickets.classification_models import Label, TicketLabel


async def list_active(session: AsyncSession, label_ids: Collection[int]) -> Sequence[Label]:
    statement = select(Label).where(Label.id.in_(label_ids), Label.archived_at.is_(None))
    return (await session.scalars(statement)).all() if label_ids else []


async def list_by_id(session: AsyncSession, label_ids: Collection[int]) -> Sequence[Label]:
    """Archived ones too."""
    return (await session.scalars(select(Label).where(Label.id.in_(label_ids)))).all() if label_ids else []


async def list_labels_of(session: AsyncSession, ticket_id: int) -> Sequence[Label]:
    statement = select(Label).join(TicketLabel, TicketLabel.label_id == Label.id)
    return (await session.scalars(statement.where(TicketLabel.ticket_id == ticket_id))).all()


async def list_label_ids(session: AsyncSession, ticket_id: int) -> Sequence[int]:
    return (await session.scalars(select(TicketLabel.label_id).where(TicketLabel.ticket_id == ticket_id))).all()


async def add_labels(session: AsyncSession, ticket_id: int, label_ids: Sequence[int]) -> None:
    if label_ids:
        rows = [{"ticket_id": ticket_id, "label_id": each} for each in label_ids]
        await session.execute(insert_into(session, TicketLabel).on_conflict_do_nothing(), rows)


async def remove_labels(session: AsyncSession, ticket_id: int, label_ids: Sequence[int]) -> None:
    if label_ids:
        is_meant = (TicketLabel.ticket_id == ticket_id, TicketLabel.label_id.in_(label_ids))
        await session.execute(delete(TicketLabel).where(*is_meant))
