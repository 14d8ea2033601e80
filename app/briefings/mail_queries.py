from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.briefings.mail_models import BriefingMail, MailPurpose, MailState
from app.briefings.models import Briefing, BriefingState
from app.core.clock import now
from app.core.crypto import new_token
from app.core.installation import is_sending_on
from app.core.leases import lease_clock

CLAIM_DURATION = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class MailClaim:
    """The right of one worker to send one mail; whoever has another token has lost it."""

    mail_id: int
    attempts: int
    token: str


async def add_mail(session: AsyncSession, mail: BriefingMail) -> None:
    session.add(mail)
    await session.flush()


async def list_reports(session: AsyncSession, briefing_id: int) -> Sequence[BriefingMail]:
    """To whom it was mailed."""
    reports = (BriefingMail.briefing_id == briefing_id, BriefingMail.purpose == MailPurpose.REPORT)
    return (await session.scalars(select(BriefingMail).where(*reports).order_by(BriefingMail.id))).all()


async def has_due(session: AsyncSession) -> bool:
    due = (BriefingMail.state == MailState.QUEUED, BriefingMail.not_before <= now(), is_sending_on())
    return await session.scalar(select(BriefingMail.id).where(*due).limit(1)) is not None


async def claim_next(session: AsyncSession) -> MailClaim | None:
    clock, token = lease_clock(session), new_token()
    due = (
        select(BriefingMail.id)
        .where(BriefingMail.state == MailState.QUEUED, BriefingMail.not_before <= now(), is_sending_on())
        .order_by(BriefingMail.not_before, BriefingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(BriefingMail)
        .where(BriefingMail.id == due.scalar_subquery(), BriefingMail.state == MailState.QUEUED)
        .values(
            state=MailState.SENDING,
            claim_token=token,
            claim_expires=clock.in_(CLAIM_DURATION),
            claim_boot_id=clock.boot_id,
            attempts=BriefingMail.attempts + 1,
            handed_over_at=None,
        )
        .returning(BriefingMail.id, BriefingMail.attempts)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(statement)).one_or_none()
    return MailClaim(row.id, row.attempts, token) if row else None


async def settle(session: AsyncSession, claim: MailClaim, **values: Any) -> bool:
    """False when the claim is lost."""
    held = (BriefingMail.id == claim.mail_id, BriefingMail.claim_token == claim.token)
    statement = update(BriefingMail).where(*held, BriefingMail.state == MailState.SENDING).values(**values)
    returning = statement.returning(BriefingMail.id).execution_options(synchronize_session=False)
    return await session.scalar(returning) is not None


async def mark_handed_over(session: AsyncSession, claim: MailClaim) -> bool:
    """The commit point (MODEL 19); False when the claim is lost: nothing may be handed over then."""
    return await settle(session, claim, handed_over_at=now())


async def has_lost(session: AsyncSession) -> bool:
    return await session.scalar(select(BriefingMail.id).where(*_lost(session)).limit(1)) is not None


async def recover_lost(session: AsyncSession) -> None:
    """What a lost worker left: again before the commit point, after it nobody knows, and it is not sent again."""
    is_unmarked = BriefingMail.handed_over_at.is_(None)
    states = case((is_unmarked, MailState.QUEUED.value), else_=MailState.UNCERTAIN.value)
    statement = update(BriefingMail).where(*_lost(session)).values(state=states, claim_token=None)
    await session.execute(statement.execution_options(synchronize_session=False))


def _lost(session: AsyncSession) -> tuple[Any, ...]:
    clock = lease_clock(session)
    is_over = clock.is_over(BriefingMail.claim_expires, BriefingMail.claim_boot_id)
    return BriefingMail.state == MailState.SENDING, is_over


async def give_up_waiting(session: AsyncSession) -> None:
    """After a restore: what waited to be mailed may have been mailed long ago (MODEL 22)."""
    waiting = BriefingMail.state.in_((MailState.QUEUED, MailState.SENDING))
    values = {"state": MailState.UNCERTAIN, "claim_token": None, "settled_at": now()}
    await session.execute(update(BriefingMail).where(waiting).values(**values))
    unmailed = (Briefing.state == BriefingState.FROZEN, Briefing.mailed_at.is_(None))
    await session.execute(update(Briefing).where(*unmailed).values(mailed_at=now()))
