from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.blobs import Blob
from app.core.crypto import new_token
from app.core.leases import lease_clock
from app.history.models import ExportState, HistoryExport
from app.tickets.message_models import Attachment

CLAIM_DURATION = timedelta(minutes=2)
UNDER_WAY = (ExportState.WAITING, ExportState.RUNNING)


@dataclass(frozen=True, slots=True)
class ExportClaim:
    """The right of one worker to make one file."""

    export_id: int
    token: str
    attempts: int


async def find_export(session: AsyncSession, export_id: int, *, agent_id: int) -> HistoryExport | None:
    """One's own; the row is held in a unit of work that writes."""
    statement = select(HistoryExport).where(HistoryExport.id == export_id, HistoryExport.agent_id == agent_id)
    return await session.scalar(statement.with_for_update())


async def list_exports(session: AsyncSession, agent_id: int, *, limit: int) -> Sequence[HistoryExport]:
    statement = select(HistoryExport).where(HistoryExport.agent_id == agent_id)
    return (await session.scalars(statement.order_by(HistoryExport.id.desc()).limit(limit))).all()


async def count_under_way(session: AsyncSession, agent_id: int) -> int:
    own = (HistoryExport.agent_id == agent_id, HistoryExport.state.in_(UNDER_WAY))
    return await session.scalar(select(func.count()).select_from(HistoryExport).where(*own)) or 0


async def has_work(session: AsyncSession) -> bool:
    return await session.scalar(select(HistoryExport.id).where(_is_free(session)).limit(1)) is not None


async def claim_next(session: AsyncSession) -> ExportClaim | None:
    """The oldest that waits, or whose worker was lost."""
    clock, token = lease_clock(session), new_token()
    free = select(HistoryExport.id).where(_is_free(session)).order_by(HistoryExport.id).limit(1)
    statement = (
        update(HistoryExport)
        .where(HistoryExport.id == free.with_for_update(skip_locked=True).scalar_subquery(), _is_free(session))
        .values(
            state=ExportState.RUNNING,
            done_count=0,
            attempts=HistoryExport.attempts + 1,
            claim_token=token,
            claim_expires=clock.in_(CLAIM_DURATION),
            claim_boot_id=clock.boot_id,
        )
        .returning(HistoryExport.id, HistoryExport.attempts)
        .execution_options(synchronize_session=False)
    )
    row = (await session.execute(statement)).one_or_none()
    return ExportClaim(row.id, token, row.attempts) if row else None


def _is_free(session: AsyncSession) -> Any:
    clock = lease_clock(session)
    is_lost = clock.is_over(HistoryExport.claim_expires, HistoryExport.claim_boot_id)
    is_running = HistoryExport.state == ExportState.RUNNING
    return or_(HistoryExport.state == ExportState.WAITING, is_running & is_lost)


async def change_claimed(session: AsyncSession, claim: ExportClaim, **values: Any) -> bool:
    """False when it was cancelled, or another worker has it; the claim lasts anew from here."""
    clock = lease_clock(session)
    held = (HistoryExport.id == claim.export_id, HistoryExport.claim_token == claim.token)
    statement = (
        update(HistoryExport)
        .where(*held, HistoryExport.state == ExportState.RUNNING)
        .values(claim_expires=clock.in_(CLAIM_DURATION), **values)
        .returning(HistoryExport.id)
        .execution_options(synchronize_session=False)
    )
    return await session.scalar(statement) is not None


async def cancel(session: AsyncSession, export_id: int, *, at: datetime) -> bool:
    """One statement decides between this and being finished."""
    statement = (
        update(HistoryExport)
        .where(HistoryExport.id == export_id, HistoryExport.state.in_(UNDER_WAY))
        .values(state=ExportState.CANCELLED, finished_at=at, claim_token=None)
        .returning(HistoryExport.id)
    )
    return await session.scalar(statement) is not None


async def has_old(session: AsyncSession, *, before: datetime) -> bool:
    return await session.scalar(select(HistoryExport.id).where(*_old(before)).limit(1)) is not None


async def end_old(session: AsyncSession, *, before: datetime) -> Sequence[str]:
    """What was finished before is over. Returns the files that nothing else names, their blobs forgotten."""
    named = select(HistoryExport.id, HistoryExport.sha256).where(*_old(before)).order_by(HistoryExport.id)
    rows = (await session.execute(named)).all()
    if not rows:
        return ()
    ids = [row.id for row in rows]
    values = {"state": ExportState.OVER, "sha256": None}
    await session.execute(update(HistoryExport).where(HistoryExport.id.in_(ids)).values(**values))
    return await _forget_blobs(session, {row.sha256 for row in rows if row.sha256}, before=before)


def _old(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return HistoryExport.state == ExportState.DONE, HistoryExport.finished_at < before


async def _forget_blobs(session: AsyncSession, hashes: Collection[str], *, before: datetime) -> Sequence[str]:
    """Somebody may have attached the very file to a mail."""
    exports = select(HistoryExport.id).where(HistoryExport.sha256 == Blob.sha256)
    attachments = select(Attachment.id).where(Attachment.sha256 == Blob.sha256)
    is_free = (Blob.sha256.in_(hashes), Blob.touched_at < before, ~exports.exists(), ~attachments.exists())
    return (await session.scalars(delete(Blob).where(*is_free).returning(Blob.sha256))).all()


async def delete_old(session: AsyncSession, *, before: datetime) -> None:
    ended = (HistoryExport.finished_at < before, HistoryExport.sha256.is_(None))
    await session.execute(delete(HistoryExport).where(*ended))
