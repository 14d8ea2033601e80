from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import EMAIL, Channel
from app.core.database import insert_into
from app.notices.digest_models import DigestMailbox
from app.notices.models import NoticeKind
from app.notices.watching_models import NoticeChoice, NoticePreference, Pace
from app.notices.ways import Ways


async def find_preference(session: AsyncSession, agent_id: int) -> NoticePreference | None:
    return await session.scalar(select(NoticePreference).where(NoticePreference.agent_id == agent_id))


async def set_preference(
    session: AsyncSession, agent_id: int, *, pace: Pace, shows_text: bool, begun_at: datetime
) -> None:
    """Who begins to get mails gets no mail of what was before."""
    chosen = {"pace": pace, "shows_text": shows_text}
    statement = insert_into(session, NoticePreference).values(agent_id=agent_id, mailed_until=begun_at, **chosen)
    await session.execute(statement.on_conflict_do_update(index_elements=[NoticePreference.agent_id], set_=chosen))


async def set_choices(session: AsyncSession, agent_id: int, ways: Mapping[NoticeKind, Ways]) -> None:
    """These and no others."""
    await session.execute(delete(NoticeChoice).where(NoticeChoice.agent_id == agent_id))
    rows = [{"agent_id": agent_id, "kind": kind, **each._asdict()} for kind, each in ways.items()]
    if rows:
        await session.execute(insert(NoticeChoice), rows)


async def list_mailboxes(session: AsyncSession) -> Sequence[Channel]:
    statement = select(Channel).where(Channel.kind == EMAIL, Channel.address != "").order_by(Channel.id)
    return (await session.scalars(statement)).all()


async def find_chosen_mailbox_id(session: AsyncSession) -> int | None:
    return await session.scalar(select(DigestMailbox.channel_id))


async def find_mailbox(session: AsyncSession) -> Channel | None:
    """The one that admins chose, else the first that is not paused; a demo's keeps mails as files."""
    can_send = or_(Channel.paused_at.is_(None), Channel.is_demo.is_(True))
    is_chosen = select(DigestMailbox.channel_id).where(DigestMailbox.channel_id == Channel.id).exists()
    statement = (
        select(Channel)
        .where(Channel.kind == EMAIL, Channel.address != "", or_(can_send, is_chosen))
        .order_by(is_chosen.desc(), Channel.id)
        .limit(1)
    )
    return await session.scalar(statement)


async def set_mailbox(session: AsyncSession, channel_id: int | None) -> None:
    await session.execute(delete(DigestMailbox))
    if channel_id is not None:
        session.add(DigestMailbox(channel_id=channel_id))
