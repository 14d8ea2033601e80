"""「送信待ち」: everything that has not left yet, each with its decision (C4, C7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.clock import now
from app.core.rows import AnyRow
from app.inbox import row_queries, sending_queries
from app.inbox.home import About
from app.inbox.service import position_of
from app.outbox.models import UNDECIDED, OutboxState


class Waiting(StrEnum):
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    SCHEDULED = "scheduled"
    HELD = "held"
    RETRIED = "retried"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True)
class HoldLine:
    """Sent a moment ago; `seconds` are left for taking it back."""

    ticket: About
    entry_id: int
    seconds: float


@dataclass(frozen=True, slots=True)
class UnsentLine:
    ticket: About
    entry_id: int
    kind: Waiting
    error: str
    attempts: int
    leaves_at: datetime
    at: datetime
    author: str
    channel: str
    is_paused: bool


@dataclass(frozen=True, slots=True)
class Sending:
    position: str
    is_mine: bool
    lines: Sequence[UnsentLine]


async def read_holding(session: AsyncSession, viewer: Viewer) -> list[HoldLine]:
    at = now()
    rows = await sending_queries.list_held(session, viewer, at=at)
    return [HoldLine(_about(row), row.entry_id, (row.not_before - at).total_seconds()) for row in rows]


async def read_sending(session: AsyncSession, viewer: Viewer, *, is_mine: bool) -> Sending:
    moment = await row_queries.read_moment(session)
    rows = await sending_queries.list_unsent(session, viewer, is_mine=is_mine)
    return Sending(position_of(moment), is_mine, [_line(row) for row in rows])


def _line(row: AnyRow) -> UnsentLine:
    return UnsentLine(
        ticket=_about(row),
        entry_id=row.entry_id,
        kind=_kind(row),
        error=row.error,
        attempts=row.attempts,
        leaves_at=row.not_before,
        at=row.at,
        author=row.author or "",
        channel=row.channel,
        is_paused=row.is_paused,
    )


def _kind(row: AnyRow) -> Waiting:
    if row.state in UNDECIDED:
        return Waiting(row.state.value)
    if row.state is OutboxState.QUEUED and row.is_deferred:
        return Waiting.SCHEDULED if row.is_scheduled else Waiting.HELD
    return Waiting.RETRIED if row.state is OutboxState.QUEUED and row.attempts else Waiting.QUEUED


def _about(row: AnyRow) -> About:
    return About(row.number, row.subject, row.customer or "")
