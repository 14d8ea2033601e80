from typing import Annotated, Any

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import ViewerDep
from app.core.cursors import Cursor, open_cursor
from app.letters import service
from app.letters.deps import Writing, writing_about
from app.letters.documents import Document, offer_document
from app.letters.forms import TemplateQuery
from app.letters.scenes import look_up
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["templates"])


@router.get("/templates")
async def templates(session: SessionDep, viewer: ViewerDep, query: Annotated[TemplateQuery, Query()]) -> Document:
    """Those that one may use, the best first; with a `ticket` filled for it."""
    writing = await writing_about(session, viewer, query.ticket) if query.ticket else Writing()
    offers = await service.find_offers(session, viewer, query.q, category_id=writing.category_id)
    conditions = f"templates {query.ticket} {query.q}"
    after = open_cursor(query.cursor, conditions)
    start = next((at + 1 for at, each in enumerate(offers) if after and each.template.id == after.id), 0)
    shown = offers[start : start + query.limit]
    is_more = len(offers) > start + query.limit
    next_cursor = Cursor.after(start, shown[-1].template.id).seal(conditions) if is_more else None
    return {"items": await _documents(session, shown, writing), "next_cursor": next_cursor}


async def _documents(session: AsyncSession, offers: list[service.Offer], writing: Writing) -> list[dict[str, Any]]:
    if writing.scene is None:
        return [offer_document(offer) for offer in offers]
    values = (await look_up(session, writing.scene)).values
    return [offer_document(offer, service.filled(offer.template, values)) for offer in offers]
