from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.crypto import new_token
from app.core.installation import is_sending_on
from app.core.leases import lease_clock
from app.sending.models import MailState, OwnMailing

CLAIM_DURATION = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to send one mail; whoever has another token has lost it."""

    kind: type[OwnMailing]
    row_id: int
    attempts: int
    token: str


async def has_due(session: AsyncSession, kind: type[OwnMailing]) -> bool:
    return await session.scalar(select(kind.id).where(*_due(kind)).limit(1)) is not None


async def claim_next(session: AsyncSession, kind: type[OwnMailing]) -> Claim | None:
    clock, token = lease_clock(session), new_token()
    oldest = select(kind.id).where(*_due(kind)).order_by(kind.not_before, kind.id).limit(1)
    statement = (
        update(kind)
        .where(
            kind.id == oldest.with_for_update(skip_locked=True).scalar_subquery(),
            kind.state == MailState.QUEUED,
        )
        .values(
            state=MailState.SENDING,
            claim_token=token,
            claim_expires=clock.in_(CLAIM_DURATION),
            claim_boot_id=clock.boot_id,
            attempts=kind.attempts + 1,
            handed_over_at=None,
        )
        .returning(kind.id, kind.attempts)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(statement)).one_or_none()
    return Claim(kind, row.id, row.attempts, token) if row else None


def _due(kind: type[OwnMailing]) -> tuple[Any, ...]:
    return kind.state == MailState.QUEUED, kind.not_before <= now(), is_sending_on()


async def mark_handed_over(session: AsyncSession, claim: Claim) -> bool:
    """The commit point (MODEL 19); False when the claim is lost: nothing may be handed over then."""
    return await change(session, claim, handed_over_at=now())


async def change(session: AsyncSession, claim: Claim, **values: Any) -> bool:
    """False when the claim is lost."""
    kind = claim.kind
    held = (kind.id == claim.row_id, kind.claim_token == claim.token, kind.state == MailState.SENDING)
    statement = update(kind).where(*held).values(**values).returning(kind.id)
    return await session.scalar(statement.execution_options(synchronize_session=False)) is not None


async def has_lost(session: AsyncSession, kind: type[OwnMailing]) -> bool:
    return await session.scalar(select(kind.id).where(*_lost(session, kind)).limit(1)) is not None


async def recover_lost(session: AsyncSession, kind: type[OwnMailing]) -> None:
    """What a lost worker left: again before the commit point, after it nobody knows, and it is not sent again."""
    states = case((kind.handed_over_at.is_(None), MailState.QUEUED.value), else_=MailState.UNCERTAIN.value)
    statement = update(kind).where(*_lost(session, kind)).values(state=states, claim_token=None)
    await session.execute(statement.execution_options(synchronize_session=False))


def _lost(session: AsyncSession, kind: type[OwnMailing]) -> tuple[Any, ...]:
    clock = lease_clock(session)
    return kind.state == MailState.SENDING, clock.is_over(kind.claim_expires, kind.claim_boot_id)


async def give_up_waiting(session: AsyncSession, kind: type[OwnMailing]) -> None:
    """After a restore: what waited to be mailed may have been mailed long ago (MODEL 22)."""
    waiting = kind.state.in_((MailState.QUEUED, MailState.SENDING))
    values = {"state": MailState.UNCERTAIN, "claim_token": None, "settled_at": now()}
    await session.execute(update(kind).where(waiting).values(**values))
