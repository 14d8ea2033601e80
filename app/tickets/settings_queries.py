"""Statuses, categories, labels and fields as their settings need them: archived ones too."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.tickets.classification_models import Field, FieldChoice, FieldValue, Label, TicketLabel
from app.tickets.models import Category, Status, Ticket

Row = TypeVar("Row", Status, Category, Label, Field)


async def list_all(session: AsyncSession, table: type[Row]) -> Sequence[Row]:
    """In their order."""
    return (await session.scalars(select(table).order_by(table.position, table.name, table.id))).all()


async def hold_all(session: AsyncSession, table: type[Row]) -> Sequence[Row]:
    """Their rows held in the order of their ids: names stay unique and places whole, whoever else is at it."""
    await session.flush()
    await session.execute(select(table.id).order_by(table.id).with_for_update(key_share=True))
    return await list_all(session, table)


async def get_one(session: AsyncSession, table: type[Row], row_id: int) -> Row:
    row = await session.get(table, row_id)
    if row is None:
        raise NotFound(id=row_id)
    return row


async def list_choices(session: AsyncSession, field_id: int) -> Sequence[FieldChoice]:
    statement = select(FieldChoice).where(FieldChoice.field_id == field_id, FieldChoice.archived_at.is_(None))
    return (await session.scalars(statement.order_by(FieldChoice.position, FieldChoice.id))).all()


async def map_uses(session: AsyncSession, column: Any) -> dict[int, int]:
    """How many rows name each id in `column`; for how many tickets have a status, a category, a label, a field."""
    rows = await session.execute(select(column, func.count()).where(column.is_not(None)).group_by(column))
    return {row[0]: row[1] for row in rows}


USES: dict[type[Any], Any] = {
    Status: Ticket.status_id,
    Category: Ticket.category_id,
    Label: TicketLabel.label_id,
    Field: FieldValue.field_id,
}
