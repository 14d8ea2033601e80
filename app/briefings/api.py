"""Briefings for programs: what was drafted and frozen, as it was written down."""

from typing import Annotated

from fastapi import Depends, Query

from app.accounts.deps import ViewerDep
from app.briefings import queries, service
from app.briefings.forms import BriefingPage, day_cursor
from app.briefings.models import Briefing
from app.core.clock import rfc3339
from app.core.cursors import Cursor
from app.inbox.documents import Document, page_document
from app.web.deps import RowId, SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/briefings", tags=["briefings"])


async def _briefing(briefing_id: RowId, session: SessionDep, viewer: ViewerDep) -> Briefing:
    return await service.get_briefing(session, briefing_id, viewer)


@router.get("")
async def show_list(session: SessionDep, viewer: ViewerDep, page: Annotated[BriefingPage, Query()]) -> Document:
    """The newest first, without their contents."""
    service.require_reader(viewer)
    conditions = f"briefings {page.kind}"
    after = day_cursor(page.cursor, conditions)
    found = await queries.page_briefings(
        session, viewer.audience_ids, kind=page.kind, after=after, limit=page.limit + 1
    )
    shown = found[: page.limit]
    is_more = len(found) > page.limit
    cursor = Cursor.after(shown[-1].last_on.isoformat(), shown[-1].id).seal(conditions) if is_more else None
    return page_document(map(_line, shown), cursor)


@router.get("/{briefing_id}")
async def show(briefing: Annotated[Briefing, Depends(_briefing)]) -> Document:
    """Numbers as values, beside the words in the language that the briefing is made in."""
    return {**_line(briefing), "contents": briefing.contents, "comment": briefing.comment, "writer": briefing.writer}


def _line(briefing: Briefing) -> Document:
    return {
        "id": briefing.id,
        "kind": briefing.kind,
        "name": briefing.name,
        "locale": briefing.locale,
        "first_on": briefing.first_on.isoformat(),
        "last_on": briefing.last_on.isoformat(),
        "state": briefing.state,
        "drafted_at": rfc3339(briefing.drafted_at),
        "frozen_at": rfc3339(briefing.frozen_at),
    }
