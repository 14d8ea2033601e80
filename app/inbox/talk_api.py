"""What a platform told of an account beside messages, with and without somebody whom it is about."""

from typing import Annotated

from fastapi import Query

from app.accounts.deps import LeadDep, ViewerDep
from app.channels import queries as channel_queries
from app.core.clock import rfc3339
from app.core.cursors import Cursor, open_cursor
from app.core.errors import NotFound
from app.core.rows import AnyRow
from app.inbox import talk_queries
from app.inbox.documents import Document, page_document
from app.web.deps import RowId, SessionDep
from app.web.forms import PageForm
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["channels"])


@router.get("/channels/{channel_id}/happenings")
async def happenings(
    channel_id: RowId, session: SessionDep, lead: LeadDep, viewer: ViewerDep, page: Annotated[PageForm, Query()]
) -> Document:
    """The newest first; for leads and administrators who see the channel."""
    if channel_id not in {each.id for each in await channel_queries.list_visible(session, viewer)}:
        raise NotFound(channel_id=channel_id)
    conditions = f"happenings of {channel_id}"
    after = open_cursor(page.cursor, conditions)
    found = await talk_queries.list_of_channel(
        session, channel_id, before=after.id if after else None, limit=page.limit + 1
    )
    shown = found[: page.limit]
    is_more = len(found) > page.limit
    return page_document(
        map(_document, shown), Cursor.after(shown[-1].id, shown[-1].id).seal(conditions) if is_more else None
    )


def _document(row: AnyRow) -> Document:
    return {
        "id": row.id,
        "kind": row.kind,
        "at": rfc3339(row.at),
        "conversation_id": row.conversation_id,
        "ticket_number": row.ticket_id,
        "detail": row.detail,
    }
