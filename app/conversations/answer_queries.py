"""What answering in a talk needs: the right to reply, and what the platform calls what we said."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import Conversation, PlatformMessage, ReplyToken
from app.core.database import insert_into


async def get_conversation(session: AsyncSession, conversation_id: int) -> Conversation:
    return (await session.scalars(select(Conversation).where(Conversation.id == conversation_id))).one()


async def find_token(session: AsyncSession, conversation_id: int) -> ReplyToken | None:
    """The newest of the conversation, used or not."""
    statement = select(ReplyToken).where(ReplyToken.conversation_id == conversation_id)
    newest_first = statement.order_by(ReplyToken.issued_at.desc(), ReplyToken.id.desc()).limit(1)
    return await session.scalar(newest_first.execution_options(populate_existing=True))


async def find_token_of(session: AsyncSession, entry_id: int) -> ReplyToken | None:
    return await session.scalar(select(ReplyToken).where(ReplyToken.entry_id == entry_id))


async def take_token(session: AsyncSession, token_id: int, *, entry_id: int) -> bool:
    """One statement, so that of two entries one has it. What the entry had before is spent."""
    await forget_token_of(session, entry_id)
    statement = update(ReplyToken).where(ReplyToken.id == token_id, ReplyToken.entry_id.is_(None))
    return await session.scalar(statement.values(entry_id=entry_id).returning(ReplyToken.id)) is not None


async def forget_token_of(session: AsyncSession, entry_id: int) -> None:
    await session.execute(delete(ReplyToken).where(ReplyToken.entry_id == entry_id))


async def forget_tokens(session: AsyncSession, *, before: datetime | None = None) -> None:
    """All of them, or those that are of no use any more."""
    statement = delete(ReplyToken)
    await session.execute(statement if before is None else statement.where(ReplyToken.issued_at < before))


async def add_sent_parts(
    session: AsyncSession, parts: Iterable[tuple[str, str]], *, conversation_id: int, message_id: int
) -> None:
    """By hash, with the token that an answer can quote it by; told twice, kept once."""
    rows = [
        {"id_hash": key, "conversation_id": conversation_id, "message_id": message_id, "quote_token": quote_token}
        for key, quote_token in parts
    ]
    if rows:
        await session.execute(insert_into(session, PlatformMessage).values(rows).on_conflict_do_nothing())


async def list_quotable(session: AsyncSession, message_ids: Sequence[int]) -> dict[int, str]:
    """The token that quotes it, by message: of several parts the first that has one."""
    statement = select(PlatformMessage.message_id, PlatformMessage.quote_token).where(
        PlatformMessage.message_id.in_(message_ids),
        PlatformMessage.quote_token != "",
        PlatformMessage.unsent_at.is_(None),
    )
    found: dict[int, str] = {}
    for row in await session.execute(statement):
        found.setdefault(row.message_id, row.quote_token)
    return found
