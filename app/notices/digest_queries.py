from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, insert, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.crypto import new_token
from app.core.installation import is_sending_on
from app.core.leases import lease_clock
from app.core.rows import AnyRow
from app.notices.digest_models import Digest, DigestState, OwnMail
from app.notices.models import Notice
from app.notices.queries import is_visible, lines
from app.notices.watching_models import NoticePreference, Pace
from app.tickets.models import Ticket

CLAIM_DURATION = timedelta(seconds=60)
IS_TO_MAIL = (Notice.is_by_mail.is_(True), Notice.digest_id.is_(None), Notice.read_at.is_(None))


@dataclass(frozen=True, slots=True)
class DigestClaim:
    """The right of one worker to send one mail; whoever has another token has lost it."""

    digest_id: int
    agent_id: int
    channel_id: int
    mail_id: str
    attempts: int
    token: str


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


async def claim_next(session: AsyncSession) -> DigestClaim | None:
    clock, token = lease_clock(session), new_token()
    due = (
        select(Digest.id)
        .where(Digest.state == DigestState.QUEUED, Digest.not_before <= now(), is_sending_on())
        .order_by(Digest.not_before, Digest.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Digest)
        .where(Digest.id == due.scalar_subquery(), Digest.state == DigestState.QUEUED)
        .values(
            state=DigestState.SENDING,
            claim_token=token,
            claim_expires=clock.in_(CLAIM_DURATION),
            claim_boot_id=clock.boot_id,
            attempts=Digest.attempts + 1,
            handed_over_at=None,
        )
        .returning(Digest.id, Digest.agent_id, Digest.channel_id, Digest.mail_id, Digest.attempts)
    )
    row = (await session.execute(statement)).one_or_none()
    return DigestClaim(*row, token=token) if row else None


async def mark_handed_over(session: AsyncSession, claim: DigestClaim) -> bool:
    """The commit point (MODEL 19); False when the claim is lost: nothing may be handed over then."""
    return await _change(session, claim, handed_over_at=now())


async def settle(session: AsyncSession, claim: DigestClaim, **values: Any) -> bool:
    return await _change(session, claim, **values)


async def _change(session: AsyncSession, claim: DigestClaim, **values: Any) -> bool:
    held = (Digest.id == claim.digest_id, Digest.claim_token == claim.token, Digest.state == DigestState.SENDING)
    return await session.scalar(update(Digest).where(*held).values(**values).returning(Digest.id)) is not None


async def note_mailed(session: AsyncSession, digest_id: int) -> None:
    await session.execute(update(Notice).where(Notice.digest_id == digest_id).values(mailed_at=now()))


async def recover_lost(session: AsyncSession) -> None:
    """What a lost worker left: again before the commit point, after it nobody knows, and it is not sent again."""
    clock = lease_clock(session)
    is_unmarked = Digest.handed_over_at.is_(None)
    lost = (Digest.state == DigestState.SENDING, clock.is_over(Digest.claim_expires, Digest.claim_boot_id))
    states = case((is_unmarked, DigestState.QUEUED.value), else_=DigestState.UNCERTAIN.value)
    statement = update(Digest).where(*lost).values(state=states, claim_token=None)
    await session.execute(statement.execution_options(synchronize_session=False))


async def give_up_waiting(session: AsyncSession) -> None:
    """After a restore: what waited to be mailed may have been mailed long ago (MODEL 22); it stays behind the bell."""
    waiting = Digest.state.in_((DigestState.QUEUED, DigestState.SENDING))
    values = {"state": DigestState.UNCERTAIN, "claim_token": None, "settled_at": now()}
    await session.execute(update(Digest).where(waiting).values(**values))
    await session.execute(update(Notice).where(*IS_TO_MAIL).values(is_by_mail=False))


async def has_lost(session: AsyncSession) -> bool:
    clock = lease_clock(session)
    lost = (Digest.state == DigestState.SENDING, clock.is_over(Digest.claim_expires, Digest.claim_boot_id))
    return await session.scalar(select(func.count()).select_from(Digest).where(*lost)) != 0


async def list_ours(session: AsyncSession, mail_id_hashes: Collection[str]) -> set[str]:
    """Which of these are ids of mails of ours that are on no ticket."""
    digests = select(Digest.mail_id_hash).where(Digest.mail_id_hash.in_(mail_id_hashes))
    others = select(OwnMail.mail_id_hash).where(OwnMail.mail_id_hash.in_(mail_id_hashes))
    return set((await session.scalars(union_all(digests, others))).all())


async def add_own_mail(session: AsyncSession, mail_id_hash: str) -> None:
    """Of another room's mails: what machines answer to them is no inquiry."""
    await session.execute(insert(OwnMail).values(mail_id_hash=mail_id_hash))
