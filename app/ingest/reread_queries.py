from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.rows import AnyRow
from app.ingest.models import RawMessage, RawState
from app.tickets.message_models import Message, MessageSource

IS_HERE = or_(RawMessage.blob.is_not(None), RawMessage.packed.is_not(None))
READ = (RawState.DIGESTED, RawState.UNREADABLE)


async def list_read(session: AsyncSession, *, after: int, channel_id: int | None, limit: int) -> Sequence[AnyRow]:
    """Raw messages that messages were made of, in order, each with its message's id and told charset."""
    of_channel: list[ColumnElement[bool]] = [] if channel_id is None else [RawMessage.channel_id == channel_id]
    statement = (
        select(RawMessage, MessageSource.message_id, Message.charset)
        .join(MessageSource, MessageSource.raw_id == RawMessage.id)
        .join(Message, Message.id == MessageSource.message_id)
        .where(RawMessage.id > after, *_is_source(), *of_channel)
        .order_by(RawMessage.id)
        .limit(limit)
    )
    return (await session.execute(statement)).all()


async def count_read(session: AsyncSession, *, channel_id: int | None) -> int:
    of_channel: list[ColumnElement[bool]] = [] if channel_id is None else [RawMessage.channel_id == channel_id]
    statement = (
        select(func.count())
        .select_from(RawMessage)
        .join(MessageSource, MessageSource.raw_id == RawMessage.id)
        .join(Message, Message.id == MessageSource.message_id)
        .where(*_is_source(), *of_channel)
    )
    return await session.scalar(statement) or 0


async def find_original(session: AsyncSession, message_id: int) -> RawMessage | None:
    """What a message came as, hidden or not."""
    statement = (
        select(RawMessage)
        .join(MessageSource, MessageSource.raw_id == RawMessage.id)
        .where(MessageSource.message_id == message_id, IS_HERE)
        .order_by(RawMessage.id)
        .limit(1)
    )
    return await session.scalar(statement)


async def find_raw(session: AsyncSession, message_id: int) -> RawMessage | None:
    """What this message was made of, if it came in and its bytes are here."""
    statement = (
        select(RawMessage)
        .join(MessageSource, MessageSource.raw_id == RawMessage.id)
        .join(Message, Message.id == MessageSource.message_id)
        .where(MessageSource.message_id == message_id, *_is_source())
    )
    return await session.scalar(statement)


async def note_read(session: AsyncSession, raw_id: int, state: RawState, *, parser_version: int) -> None:
    is_read = RawMessage.state.in_(READ)
    values = {"state": state, "parser_version": parser_version}
    await session.execute(update(RawMessage).where(RawMessage.id == raw_id, is_read).values(values))


def _is_source() -> tuple[ColumnElement[bool], ...]:
    """A mail to two mailboxes is made of the one that came first; one of ours that came back is made of none."""
    earlier = aliased(MessageSource)
    came_before = exists().where(earlier.message_id == MessageSource.message_id, earlier.raw_id < MessageSource.raw_id)
    return (
        Message.identity_hash.is_not(None),
        Message.hidden_at.is_(None),
        RawMessage.state.in_(READ),
        IS_HERE,
        ~came_before,
    )
