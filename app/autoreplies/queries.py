from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.autoreplies.models import AutoReply, AutoReplyTurn
from app.core.database import insert_into
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket

ONCE_IN = timedelta(hours=24)


async def find_auto_reply(session: AsyncSession, channel_id: int) -> AutoReply | None:
    return await session.get(AutoReply, channel_id)


async def list_channels_on(session: AsyncSession, channel_ids: Collection[int]) -> Sequence[int]:
    """Those among them that answer by themselves."""
    statement = select(AutoReply.channel_id).where(AutoReply.channel_id.in_(channel_ids), AutoReply.is_on)
    return (await session.scalars(statement)).all()


async def find_inquiry(session: AsyncSession, ticket_id: int) -> Message | None:
    """What a ticket was opened with."""
    first = select(Message).where(Message.ticket_id == ticket_id, Message.kind == MessageKind.INBOUND)
    return await session.scalar(first.order_by(Message.ticket_version).limit(1))


async def claim_turn(session: AsyncSession, address_hash: str, *, at: datetime) -> bool:
    """One statement, so that no two mailboxes and no two workers answer the same address on one day."""
    return await _claim(session, address_hash, "answered_at", at)


async def claim_telling(session: AsyncSession, address_hash: str, *, at: datetime) -> bool:
    """Whether the admins were not told of this address for a day; from now on they were."""
    return await _claim(session, address_hash, "told_at", at)


async def _claim(session: AsyncSession, address_hash: str, name: str, at: datetime) -> bool:
    column = getattr(AutoReplyTurn, name)
    statement = insert_into(session, AutoReplyTurn).values(address_hash=address_hash, **{name: at})
    claiming = statement.on_conflict_do_update(
        index_elements=[AutoReplyTurn.address_hash],
        set_={name: at},
        where=or_(column.is_(None), column <= at - ONCE_IN),
    )
    return await session.scalar(claiming.returning(AutoReplyTurn.address_hash)) is not None


async def count_opened(session: AsyncSession, customer_id: int, *, since: datetime) -> int:
    """Tickets that one sender has opened."""
    statement = select(func.count()).where(Ticket.customer_id == customer_id, Ticket.created_at >= since)
    return await session.scalar(statement) or 0


async def count_answered(session: AsyncSession, *, since: datetime) -> int:
    """How many addresses were answered by the whole desk."""
    return await session.scalar(select(func.count()).where(AutoReplyTurn.answered_at >= since)) or 0


async def forget_turns(session: AsyncSession, *, before: datetime) -> None:
    """Whoever was answered long ago may be answered again, and nothing has to be known of them."""
    answered, told = AutoReplyTurn.answered_at, AutoReplyTurn.told_at
    is_over = (or_(answered.is_(None), answered < before), or_(told.is_(None), told < before))
    await session.execute(delete(AutoReplyTurn).where(*is_over))
