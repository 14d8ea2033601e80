from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import FORM, Channel
from app.core.errors import NotFound
from app.tickets.models import Ticket
from app.webforms.models import FormChoice, FormField


async def find_form(session: AsyncSession, key: str) -> Channel | None:
    return await session.scalar(select(Channel).where(Channel.key == key, Channel.kind == FORM))


async def get_form(session: AsyncSession, channel_id: int) -> Channel:
    """Raises NotFound for channels of another kind too."""
    channel = await session.scalar(select(Channel).where(Channel.id == channel_id, Channel.kind == FORM))
    if channel is None:
        raise NotFound(channel_id=channel_id)
    return channel


async def list_forms(session: AsyncSession) -> Sequence[Channel]:
    return (await session.scalars(select(Channel).where(Channel.kind == FORM).order_by(Channel.id))).all()


async def list_fields(session: AsyncSession, channel_id: int) -> Sequence[FormField]:
    statement = select(FormField).where(FormField.channel_id == channel_id)
    return (await session.scalars(statement.order_by(FormField.position, FormField.id))).all()


async def map_choices(session: AsyncSession, field_ids: Collection[int]) -> dict[int, list[FormChoice]]:
    statement = select(FormChoice).where(FormChoice.field_id.in_(field_ids))
    found: defaultdict[int, list[FormChoice]] = defaultdict(list)
    for choice in await session.scalars(statement.order_by(FormChoice.position, FormChoice.id)):
        found[choice.field_id].append(choice)
    return dict(found)


async def delete_choices(session: AsyncSession, ids: Collection[int]) -> None:
    if ids:
        await session.execute(delete(FormChoice).where(FormChoice.id.in_(ids)))


async def delete_fields(session: AsyncSession, ids: Collection[int]) -> None:
    """With what could be chosen in them."""
    if ids:
        await session.execute(delete(FormChoice).where(FormChoice.field_id.in_(ids)))
        await session.execute(delete(FormField).where(FormField.id.in_(ids)))


async def count_tickets(session: AsyncSession, channel_ids: Collection[int]) -> dict[int, int]:
    """What came in by each, spam aside."""
    counted = select(Ticket.home_channel_id, func.count()).where(
        Ticket.home_channel_id.in_(channel_ids), Ticket.is_counted
    )
    rows = await session.execute(counted.group_by(Ticket.home_channel_id))
    return {row[0]: row[1] for row in rows}
