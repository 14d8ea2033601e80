"""The 「対応履歴」 for programs: lines page by page, and files that are made beside the requests."""

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import FileResponse

from app.accounts.deps import CurrentAgent, ViewerDep
from app.core.clock import rfc3339
from app.core.cursors import open_time_cursor
from app.history import listing, service
from app.history.deps import ExportDep, file_answer
from app.history.forms import ExportForm, HistoryForm
from app.history.listing import HistoryLine
from app.history.models import HistoryExport
from app.inbox.documents import Document, page_document
from app.web.deps import BlobsDep, SessionDep, SettingsDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/history", tags=["history"])

HistoryQuery = Annotated[HistoryForm, Query()]


@router.get("")
async def show(session: SessionDep, viewer: ViewerDep, settings: SettingsDep, wish: HistoryQuery) -> Document:
    """One line for each ticket, by the conditions of `GET /tickets`."""
    asked = await listing.read_wish(session, viewer, wish, settings.zone)
    after = open_time_cursor(wish.cursor, wish.conditions)
    page = await listing.read_page(session, asked, after=after, limit=wish.limit)
    next_cursor = page.next.seal(wish.conditions) if page.next else None
    return page_document(map(_line_document, page.lines), next_cursor)


@router.post("/exports", status_code=201)
async def begin(
    session: SessionDep, viewer: ViewerDep, settings: SettingsDep, form: ExportForm, wish: HistoryQuery
) -> Document:
    await listing.read_wish(session, viewer, wish, settings.zone)
    return export_document(await service.begin(session, form.format, wish.given, by=viewer.agent))


@router.get("/exports/{export_id}")
async def show_export(export: ExportDep) -> Document:
    return export_document(export)


@router.post("/exports/{export_id}/cancel")
async def cancel(session: SessionDep, export: ExportDep) -> Document:
    await service.cancel(session, export)
    return export_document(export)


@router.get("/exports/{export_id}/file", response_class=FileResponse)
async def download(export: ExportDep, blobs: BlobsDep, agent: CurrentAgent) -> Any:
    return file_answer(export, blobs)


def _line_document(line: HistoryLine) -> Document:
    return {
        "number": line.number,
        "status": line.status,
        "category": line.category,
        "asked_at": rfc3339(line.asked_at),
        "customer_id": line.customer_id,
        "assignee": line.assignee,
        "question": line.question,
        "answer": line.answer,
        "updated_at": rfc3339(line.updated_at),
    }


def export_document(export: HistoryExport) -> Document:
    return {
        "id": export.id,
        "format": export.form,
        "state": export.state,
        "total": export.total,
        "done": export.done_count,
        "lost": {"count": export.lost_count, "characters": export.lost_characters, "cut": export.cut_count},
        "size": export.size,
        "created_at": rfc3339(export.created_at),
        "finished_at": rfc3339(export.finished_at),
    }
