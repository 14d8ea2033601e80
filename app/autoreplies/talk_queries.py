from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.autoreplies.models import AnswerTurn, TalkAnswer, TalkAnswerKind
from app.channels.models import Channel
from app.conversations.models import Conversation, Happening, ReplyToken
from app.core.database import insert_into
from app.core.rows import AnyRow

LOOKED_BACK = 500
"""Rights to reply that came last: what is older than a minute is of no use, however many came."""


async def list_answers(session: AsyncSession, channel_id: int) -> Sequence[TalkAnswer]:
    return (await session.scalars(select(TalkAnswer).where(TalkAnswer.channel_id == channel_id))).all()


async def find_answer(session: AsyncSession, channel_id: int, kind: TalkAnswerKind) -> TalkAnswer | None:
    return await session.get(TalkAnswer, (channel_id, kind))


async def list_rights(session: AsyncSession, *, since: datetime) -> Sequence[AnyRow]:
    """Fresh and nobody's, on channels at work that say something by themselves; the oldest first."""
    newest = select(ReplyToken).order_by(ReplyToken.id.desc()).limit(LOOKED_BACK).subquery()
    on = select(TalkAnswer.channel_id).where(TalkAnswer.is_on)
    statement = (
        select(newest.c.id, newest.c.conversation_id, newest.c.issued_at, Conversation.channel_id)
        .join(Conversation, Conversation.id == newest.c.conversation_id)
        .join(Channel, Channel.id == Conversation.channel_id)
        .where(newest.c.issued_at > since, newest.c.entry_id.is_(None))
        .where(Channel.paused_at.is_(None), Conversation.channel_id.in_(on))
        .order_by(newest.c.id)
    )
    return (await session.execute(statement)).all()


async def find_happening(session: AsyncSession, conversation_id: int, *, at: datetime) -> Happening | None:
    """What brought a right to reply that no message brought."""
    statement = select(Happening).where(Happening.conversation_id == conversation_id, Happening.at == at)
    return await session.scalar(statement.order_by(Happening.id).limit(1))


async def has_turned(session: AsyncSession, conversation_id: int, kind: TalkAnswerKind, *, day: date) -> bool:
    return await session.get(AnswerTurn, (conversation_id, kind, day.isoformat())) is not None


async def claim_turn(session: AsyncSession, conversation_id: int, kind: TalkAnswerKind, *, day: date) -> bool:
    """One statement, so that of several workers one answers."""
    row = {"conversation_id": conversation_id, "kind": kind, "day": day.isoformat()}
    statement = insert_into(session, AnswerTurn).values(row).on_conflict_do_nothing()
    return await session.scalar(statement.returning(AnswerTurn.conversation_id)) is not None


async def get_right(session: AsyncSession, token_id: int) -> ReplyToken | None:
    return await session.get(ReplyToken, token_id, populate_existing=True)


async def forget_turns(session: AsyncSession, *, before: date) -> None:
    await session.execute(delete(AnswerTurn).where(AnswerTurn.day < before.isoformat()))
