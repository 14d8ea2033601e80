from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.rows import AnyRow
from app.notices.digest_models import Digest, OwnMail
from app.notices.models import Notice
from app.notices.queries import is_visible, lines
from app.notices.watching_models import NoticePreference, Pace
from app.sending import queries as sending
from app.tickets.models import Ticket

IS_TO_MAIL = (Notice.is_by_mail.is_(True), Notice.digest_id.is_(None), Notice.read_at.is_(None))


async def list_due(session: AsyncSession, pace: Pace, *, until: datetime) -> Sequence[int]:
    """Agents who have something to be mailed, and whose last time was before this one."""
    waiting = select(Notice.id).where(Notice.agent_id == NoticePreference.agent_id, *IS_TO_MAIL)
    statement = (
        select(NoticePreference.agent_id)
        .join(Agent, Agent.id == NoticePreference.agent_id)
        .where(
            NoticePreference.pace == pace,
            NoticePreference.mailed_until < until,
            Agent.disabled_at.is_(None),
            waiting.exists(),
        )
    )
    return (await session.scalars(statement.order_by(NoticePreference.agent_id))).all()


async def take_turn(session: AsyncSession, agent_id: int, *, until: datetime) -> bool:
    """One statement decides which worker puts the mail together."""
    statement = (
        update(NoticePreference)
        .where(NoticePreference.agent_id == agent_id, NoticePreference.mailed_until < until)
        .values(mailed_until=until)
    )
    return await session.scalar(statement.returning(NoticePreference.agent_id)) is not None


async def list_to_mail(
    session: AsyncSession, agent_id: int, *, audience_ids: Sequence[int], since: datetime
) -> Sequence[int]:
    """Unread, not mailed yet, of tickets that the agent may still see."""
    statement = (
        select(Notice.id)
        .join(Ticket, Ticket.id == Notice.ticket_id)
        .where(
            Notice.agent_id == agent_id,
            Notice.created_at >= since,
            *IS_TO_MAIL,
            *is_visible(audience_ids),
        )
        .order_by(Notice.id)
    )
    return (await session.scalars(statement)).all()


async def put_into(session: AsyncSession, digest_id: int, notice_ids: Collection[int]) -> None:
    free = (Notice.id.in_(notice_ids), Notice.digest_id.is_(None))
    await session.execute(update(Notice).where(*free).values(digest_id=digest_id))


async def list_lines(session: AsyncSession, digest_id: int, *, audience_ids: Sequence[int]) -> Sequence[AnyRow]:
    """What is still worth mailing when the mail leaves."""
    statement = lines(audience_ids).where(
        Notice.digest_id == digest_id, Notice.read_at.is_(None), *is_visible(audience_ids)
    )
    return (await session.execute(statement.order_by(Notice.id))).all()


async def note_mailed(session: AsyncSession, digest_id: int) -> None:
    await session.execute(update(Notice).where(Notice.digest_id == digest_id).values(mailed_at=now()))


async def give_up_waiting(session: AsyncSession) -> None:
    """After a restore (MODEL 22): what waited stays behind the bell."""
    await sending.give_up_waiting(session, Digest)
    await session.execute(update(Notice).where(*IS_TO_MAIL).values(is_by_mail=False))


async def list_ours(session: AsyncSession, mail_id_hashes: Collection[str]) -> set[str]:
    """Which of these are ids of mails of ours that are on no ticket."""
    digests = select(Digest.mail_id_hash).where(Digest.mail_id_hash.in_(mail_id_hashes))
    others = select(OwnMail.mail_id_hash).where(OwnMail.mail_id_hash.in_(mail_id_hashes))
    return set((await session.scalars(union_all(digests, others))).all())


async def add_own_mail(session: AsyncSession, mail_id_hash: str) -> None:
    """Of another room's mails: what machines answer to them is no inquiry."""
    await session.execute(insert(OwnMail).values(mail_id_hash=mail_id_hash))
