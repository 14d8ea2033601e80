"""What closing may ask for: the fields that a ticket can have, and what is written about complaints."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.bulletin.models import Policy
from app.core.rows import AnyRow, fetch
from app.tickets.classification_models import Field, FieldChoice, FieldValue

COMPLAINT = "complaint"


async def find_policy(session: AsyncSession, key: str) -> str:
    return await session.scalar(select(Policy.text).where(Policy.key == key)) or ""


async def list_details(session: AsyncSession, ticket_id: int, team_id: int | None) -> Sequence[AnyRow]:
    """Every field of this ticket's team and of everybody, with its value."""
    statement = (
        select(
            Field.id,
            Field.key,
            Field.name,
            Field.kind,
            Field.is_required,
            FieldValue.text,
            FieldValue.number,
            FieldValue.at,
            FieldValue.choice_id,
        )
        .outerjoin(FieldValue, (FieldValue.field_id == Field.id) & (FieldValue.ticket_id == ticket_id))
        .where(Field.archived_at.is_(None), or_(Field.team_id.is_(None), Field.team_id == team_id))
        .order_by(Field.position, Field.name, Field.id)
    )
    return await fetch(session, statement)


async def list_choices(session: AsyncSession, field_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = select(FieldChoice.id, FieldChoice.field_id, FieldChoice.name)
    statement = statement.where(FieldChoice.field_id.in_(field_ids), FieldChoice.archived_at.is_(None))
    return await fetch(session, statement.order_by(FieldChoice.position, FieldChoice.id)) if field_ids else []
