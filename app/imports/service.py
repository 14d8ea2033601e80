"""Begins to take in the older mail of a folder, holds it up, ends it; the background half does it (G7)."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import CHANNELS
from app.imports import queries
from app.imports.errors import BackToFront, Ended, UnderWay
from app.imports.forms import BackfillForm
from app.imports.models import Backfill, BackfillState

SUBJECT = "channels"


async def begin(session: AsyncSession, channel: Channel, form: BackfillForm, *, by: Agent) -> Backfill:
    """Raises BackToFront, UnderWay."""
    if form.until is not None and form.until < form.since:
        raise BackToFront
    if any(each.is_open and each.folder == form.folder for each in await queries.list_of_channel(session, channel.id)):
        raise UnderWay
    before = form.until + timedelta(days=1) if form.until else None
    backfill = Backfill(channel_id=channel.id, agent_id=by.id, folder=form.folder, since=form.since, before=before)
    session.add(backfill)
    audit.note_setting(session, SUBJECT, channel.id, by=by, backfill_since=(None, form.since.isoformat()))
    wake_at_commit(session, CHANNELS)
    return backfill


def pause(backfill: Backfill) -> None:
    _move(backfill, BackfillState.PAUSED)


def resume(session: AsyncSession, backfill: Backfill) -> None:
    _move(backfill, BackfillState.RUNNING)
    wake_at_commit(session, CHANNELS)


def cancel(backfill: Backfill) -> None:
    """What came in stays."""
    _move(backfill, BackfillState.CANCELLED)
    backfill.finished_at = now()


def _move(backfill: Backfill, state: BackfillState) -> None:
    if not backfill.is_open:
        raise Ended
    backfill.state = state
