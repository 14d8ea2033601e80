"""Begins one act over many tickets; the background half carries it out, ticket by ticket (B14)."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.bulk import queries
from app.bulk.errors import NotFinished, UndoneBefore
from app.bulk.forms import BulkChanges, BulkForm
from app.bulk.models import BulkRun
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.errors import NotFound
from app.core.wakeups import BULK
from app.tickets import assignment, closing, labels

KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 20
"""Runs of up to a thousand tickets; the others in an hour."""


async def begin(session: AsyncSession, form: BulkForm, *, viewer: Viewer) -> BulkRun:
    """Raises NotFound for a ticket that is not seen, Unknown at the change that names nothing."""
    seen = {each.number: each.version for each in form.tickets}
    await _require_seen(session, seen, viewer)
    await _require_known(session, form.changes)
    run = BulkRun(agent_id=viewer.agent.id, changes=form.changes.model_dump(mode="json", exclude_unset=True))
    await _add(session, run, ({"ticket_id": number, "seen_version": seen[number]} for number in sorted(seen)))
    return run


async def undo(session: AsyncSession, run: BulkRun) -> BulkRun:
    """Another run, that takes back what this one did where nobody changed it since."""
    if run.finished_at is None:
        raise NotFinished
    if await queries.has_undo(session, run.id):
        raise UndoneBefore
    undoing = BulkRun(agent_id=run.agent_id, changes={}, undoes_id=run.id)
    done = await queries.list_done_ids(session, run.id)
    await _add(session, undoing, ({"ticket_id": ticket_id, "seen_version": None} for ticket_id in done))
    return undoing


async def forget_old(session: AsyncSession) -> None:
    await queries.delete_old(session, before=now() - KEPT_FOR, limit=FORGOTTEN_AT_ONCE)


async def _add(session: AsyncSession, run: BulkRun, items: Iterable[dict[str, int | None]]) -> None:
    session.add(run)
    await session.flush()
    rows = [{"run_id": run.id, **item} for item in items]
    if rows:
        await queries.add_items(session, rows)
    wake_at_commit(session, BULK)


async def _require_seen(session: AsyncSession, numbers: Iterable[int], viewer: Viewer) -> None:
    wanted = set(numbers)
    missing = wanted - await queries.list_visible(session, wanted, viewer.audience_ids)
    if missing:
        raise NotFound(number=min(missing))


async def _require_known(session: AsyncSession, changes: BulkChanges) -> None:
    """What names nothing is said at once, and not a thousand times afterwards."""
    await assignment.agent_by_id(session, changes.assignee_id)
    await assignment.team_by_id(session, changes.team_id)
    await assignment.category_by_id(session, changes.category_id)
    await labels.labels_by_id(session, changes.add_labels, field="add_labels")
    if "status" in changes.model_fields_set:
        await closing.status_by_key(session, changes.status)
