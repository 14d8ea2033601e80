"""The ledger: every step that the viewer may know of, page by page, the newest first."""

from collections.abc import AsyncIterator, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.clock import now
from app.core.cursors import Cursor, open_time_cursor
from app.core.database import Database
from app.core.moments import first_instant, instant_after
from app.escalations import ledger_queries, queries
from app.escalations.forms import LedgerForm
from app.escalations.ledger_queries import Wanted
from app.escalations.views import EscalationView, complete
from app.tickets.errors import Unknown

CHUNK = 200


async def read_page(
    session: AsyncSession, viewer: Viewer, form: LedgerForm, zone: ZoneInfo
) -> tuple[Sequence[EscalationView], str | None]:
    """Raises Invalid at the field whose value names nothing."""
    wanted = await read_wanted(session, form, zone)
    after = open_time_cursor(form.cursor, form.conditions)
    return await _read(session, viewer, wanted, after=after, limit=form.limit, conditions=form.conditions)


async def read_all(database: Database, viewer: Viewer, wanted: Wanted) -> AsyncIterator[Sequence[EscalationView]]:
    """For exports: a page at a time, by key. Between two pages nothing is held, however long its reader takes."""
    after = None
    while True:
        async with database.reading() as session:
            views, cursor = await _read(session, viewer, wanted, after=after, limit=CHUNK, conditions="")
        yield views
        if cursor is None:
            return
        after = open_time_cursor(cursor, "")


async def read_wanted(session: AsyncSession, form: LedgerForm, zone: ZoneInfo) -> Wanted:
    reason = await queries.find_reason(session, form.reason) if form.reason else None
    if form.reason and reason is None:
        raise Unknown("reason")
    return Wanted(
        state=form.state,
        outcome=form.outcome,
        level=form.level,
        reason_id=reason.id if reason else None,
        customer_id=form.customer,
        category_id=form.category,
        ticket_id=form.ticket,
        from_agent_id=form.asked_by,
        to_agent_id=form.to_agent,
        to_team_id=form.to_team,
        is_of_guest=form.guests,
        asked_from=first_instant(form.asked_from, zone) if form.asked_from else None,
        asked_before=instant_after(form.asked_to, zone) if form.asked_to else None,
        mine=form.mine,
        is_counted=bool(form.counted),
    )


async def _read(
    session: AsyncSession, viewer: Viewer, wanted: Wanted, *, after: Cursor | None, limit: int, conditions: str
) -> tuple[Sequence[EscalationView], str | None]:
    rows = await ledger_queries.list_steps(session, viewer, wanted, at=now(), after=after, limit=limit + 1)
    shown = rows[:limit]
    views = await complete(session, shown, viewer)
    if len(rows) <= limit:
        return views, None
    last = shown[-1].Escalation
    return views, Cursor.after(last.asked_at, last.id).seal(conditions)
