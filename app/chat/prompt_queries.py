from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.chat.models import ChatPrompt
from app.core.errors import NotFound


async def get_prompt(session: AsyncSession, channel_id: int, prompt_id: int) -> ChatPrompt:
    statement = select(ChatPrompt).where(ChatPrompt.id == prompt_id, ChatPrompt.channel_id == channel_id)
    found = await session.scalar(statement)
    if found is None:
        raise NotFound(prompt_id=prompt_id)
    return found


async def list_prompts(session: AsyncSession, channel_id: int, *, is_archived: bool = False) -> Sequence[ChatPrompt]:
    """In the order in which they were made: of two that could be shown, the older one is."""
    is_gone = ChatPrompt.archived_at.is_not(None) if is_archived else ChatPrompt.archived_at.is_(None)
    statement = select(ChatPrompt).where(ChatPrompt.channel_id == channel_id, is_gone).order_by(ChatPrompt.id)
    return (await session.scalars(statement)).all()


async def count_up(
    session: AsyncSession, column: InstrumentedAttribute[int], *, channel_id: int, prompt_id: int
) -> None:
    """In one statement, so that none is lost."""
    own = (ChatPrompt.id == prompt_id, ChatPrompt.channel_id == channel_id)
    statement = update(ChatPrompt).where(*own).values({column: column + 1})
    await session.execute(statement.execution_options(synchronize_session=False))
