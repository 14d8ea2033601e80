from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import Conversation
from app.conversations.visitor_models import Visitor, VisitorNews, VisitorToken
from app.core.clock import now
from app.core.database import insert_into
from app.core.rows import AnyRow


async def find_by_token(session: AsyncSession, token_hash: str) -> Visitor | None:
    statement = select(Visitor).join(VisitorToken, VisitorToken.visitor_id == Visitor.id)
    return await session.scalar(statement.where(VisitorToken.token_hash == token_hash))


async def hold_visitor(session: AsyncSession, visitor_id: int) -> Visitor:
    """As it is now, until the end of the unit of work."""
    statement = select(Visitor).where(Visitor.id == visitor_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def hold_visitor_of(session: AsyncSession, conversation: Conversation) -> Visitor:
    """Whoever is behind it, likewise."""
    statement = select(Visitor).where(Visitor.key_hash == conversation.key_hash).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def find_visitor_of(session: AsyncSession, conversation_id: int) -> Visitor | None:
    statement = select(Visitor).join(Conversation, Conversation.key_hash == Visitor.key_hash)
    return await session.scalar(statement.where(Conversation.id == conversation_id))


async def add_visitor(session: AsyncSession, visitor: Visitor) -> Visitor:
    """Whoever is there by now, if somebody was faster."""
    columns = {
        each.key: getattr(visitor, each.key)
        for each in Visitor.__table__.columns
        if each.key not in ("id", "created_at")
    }
    values = {name: value for name, value in columns.items() if value is not None}
    await session.execute(insert_into(session, Visitor).values(values).on_conflict_do_nothing())
    found = await session.scalar(select(Visitor).where(Visitor.key_hash == visitor.key_hash).with_for_update())
    assert found is not None
    return found


async def add_token(session: AsyncSession, token_hash: str, visitor_id: int) -> None:
    row = {"token_hash": token_hash, "visitor_id": visitor_id, "created_at": now()}
    await session.execute(insert_into(session, VisitorToken).values(row).on_conflict_do_nothing())


async def find_conversation(session: AsyncSession, key_hash: str) -> Conversation | None:
    return await session.scalar(select(Conversation).where(Conversation.key_hash == key_hash))


async def list_visitors(session: AsyncSession, key_hashes: Collection[str]) -> Sequence[Visitor]:
    return (await session.scalars(select(Visitor).where(Visitor.key_hash.in_(key_hashes)))).all() if key_hashes else []


async def keep_online(
    session: AsyncSession, visitor_ids: Collection[int], *, at: datetime, until: datetime
) -> set[int]:
    """The tickets of those who were not there before."""
    came = Visitor.id.in_(visitor_ids), or_(Visitor.online_until.is_(None), Visitor.online_until < at)
    tickets = await _tickets_of(session, *came)
    statement = update(Visitor).where(Visitor.id.in_(visitor_ids)).values(online_until=until, seen_at=at)
    await session.execute(statement.execution_options(synchronize_session=False))
    return tickets


async def end_online(session: AsyncSession, visitor_ids: Collection[int]) -> set[int]:
    """Of whom this process has no connection any more; another may have, and says so within seconds. Their tickets."""
    statement = update(Visitor).where(Visitor.id.in_(visitor_ids)).values(online_until=None)
    await session.execute(statement.execution_options(synchronize_session=False))
    return await _tickets_of(session, Visitor.id.in_(visitor_ids))


async def _tickets_of(session: AsyncSession, *of: ColumnElement[bool]) -> set[int]:
    statement = select(Conversation.ticket_id).join(Visitor, Visitor.key_hash == Conversation.key_hash)
    return {each for each in (await session.scalars(statement.where(*of))).all() if each is not None}


async def look_after(session: AsyncSession, conversation_id: int, *, at: datetime) -> None:
    key = select(Conversation.key_hash).where(Conversation.id == conversation_id).scalar_subquery()
    statement = update(Visitor).where(Visitor.key_hash == key, Visitor.mail_due_at.is_(None)).values(mail_due_at=at)
    await session.execute(statement.execution_options(synchronize_session=False))


async def expect_nothing(session: AsyncSession) -> None:
    """Of whom it was waited for: they are looked after again when they are told something new."""
    waiting = update(Visitor).where(Visitor.mail_due_at.is_not(None)).values(mail_due_at=None, online_until=None)
    await session.execute(waiting.execution_options(synchronize_session=False))


async def list_known_tokens(session: AsyncSession, token_hashes: Collection[str]) -> set[str]:
    """Those among them that are good still."""
    statement = select(VisitorToken.token_hash).where(VisitorToken.token_hash.in_(token_hashes))
    return {*await session.scalars(statement)} if token_hashes else set()


async def add_news_of(session: AsyncSession, conversation_id: int) -> bool:
    """Whether there is a visitor to be told."""
    key = select(Conversation.key_hash, literal(now(), VisitorNews.at.type)).where(Conversation.id == conversation_id)
    told = key.where(select(Visitor.id).where(Visitor.key_hash == Conversation.key_hash).exists())
    statement = insert_into(session, VisitorNews).from_select(["key_hash", "at"], told)
    return await session.scalar(statement.returning(VisitorNews.id)) is not None


async def last_news(session: AsyncSession) -> int:
    return await session.scalar(select(func.max(VisitorNews.id))) or 0


async def list_news(session: AsyncSession, *, after: int) -> Sequence[AnyRow]:
    statement = select(VisitorNews.id, VisitorNews.key_hash).where(VisitorNews.id > after)
    return (await session.execute(statement.order_by(VisitorNews.id))).all()


async def delete_news(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(delete(VisitorNews).where(VisitorNews.at < before))


async def delete_silent(session: AsyncSession, *, before: datetime) -> None:
    """Those who said nothing and were not seen since."""
    silent = select(Visitor.id).where(Visitor.seen_at < before, Visitor.spoke_at.is_(None))
    gone = (await session.scalars(silent.limit(1000))).all()
    if gone:
        await session.execute(delete(VisitorToken).where(VisitorToken.visitor_id.in_(gone)))
        await session.execute(delete(Visitor).where(Visitor.id.in_(gone), Visitor.spoke_at.is_(None)))


async def forget_token(session: AsyncSession, token_hash: str) -> None:
    await session.execute(delete(VisitorToken).where(VisitorToken.token_hash == token_hash))
