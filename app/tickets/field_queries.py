from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets.classification_models import Field, FieldChoice, FieldKind, FieldValue


async def list_fields(session: AsyncSession, team_id: int | None) -> Sequence[Field]:
    """Those that a ticket of this team, or of none, can have."""
    statement = select(Field).where(Field.archived_at.is_(None), or_(Field.team_id.is_(None), Field.team_id == team_id))
    return (await session.scalars(statement.order_by(Field.position, Field.name, Field.id))).all()


async def list_unanswered(session: AsyncSession, ticket_id: int, team_id: int | None) -> Sequence[Field]:
    """Required ones without a value; a box to tick is answered when it is ticked."""
    is_unticked = (Field.kind == FieldKind.CHECK) & (FieldValue.number == 0)
    statement = (
        select(Field)
        .outerjoin(FieldValue, (FieldValue.field_id == Field.id) & (FieldValue.ticket_id == ticket_id))
        .where(
            Field.is_required.is_(True),
            Field.archived_at.is_(None),
            or_(Field.team_id.is_(None), Field.team_id == team_id),
            or_(FieldValue.id.is_(None), is_unticked),
        )
    )
    return (await session.scalars(statement.order_by(Field.position, Field.name, Field.id))).all()


async def find_value(session: AsyncSession, ticket_id: int, field_id: int) -> FieldValue | None:
    statement = select(FieldValue).where(FieldValue.ticket_id == ticket_id, FieldValue.field_id == field_id)
    return await session.scalar(statement)


async def delete_value(session: AsyncSession, ticket_id: int, field_id: int) -> None:
    await session.execute(delete(FieldValue).where(FieldValue.ticket_id == ticket_id, FieldValue.field_id == field_id))


async def has_choice(session: AsyncSession, field_id: int, choice_id: object) -> bool:
    statement = select(FieldChoice.id).where(
        FieldChoice.id == choice_id, FieldChoice.field_id == field_id, FieldChoice.archived_at.is_(None)
    )
    return await session.scalar(statement) is not None
