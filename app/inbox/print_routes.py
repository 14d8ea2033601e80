"""A ticket on paper, and as one file. Both are in the audit log: they leave the desk."""

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.audiences import Viewer, viewer_of
from app.accounts.audit_models import AuditKind
from app.accounts.deps import authenticate
from app.core.errors import NotFound
from app.core.settings import Settings
from app.inbox import archiving, print_queries, printing
from app.inbox.archiving import Piece
from app.inbox.choices import read_choices
from app.inbox.entries import MessageView
from app.inbox.views import TicketPage
from app.tickets import queries as tickets
from app.tickets.deps import MAX_NUMBER
from app.web.deps import BlobsDep, DatabaseDep, SettingsDep
from app.web.templates import STATIC_DIR, asset, render, render_text

router = APIRouter()
"""Not a unit of work: what is written here is the audit log's line, and a download holds no database open."""

STYLESHEET = "print.css"


@dataclass(frozen=True, slots=True)
class Sheet:
    viewer: Viewer
    page: TicketPage
    files: list[Piece]


@router.get("/tickets/{number}/print")
async def show(
    request: Request, database: DatabaseDep, settings: SettingsDep, number: int, notes: bool = False
) -> Response:
    async with database.reading() as session:
        sheet = await _read(request, session, settings, number, with_notes=notes)
    await _note(database, sheet, form="print", notes=notes)
    context = printing.sheet_context(sheet.page, with_notes=notes, stylesheet=asset("css/print.css"))
    return render(request, "inbox/print.html", context)


@router.get("/tickets/{number}/export")
async def export(
    request: Request,
    database: DatabaseDep,
    settings: SettingsDep,
    blobs: BlobsDep,
    number: int,
    notes: bool = False,
) -> Response:
    """One ZIP file with the printed page, the entries, the mails as they came, and what was attached."""
    async with database.reading() as session:
        sheet = await _read(request, session, settings, number, with_notes=notes)
    await _note(database, sheet, form="file", notes=notes)
    context = printing.sheet_context(sheet.page, with_notes=notes, stylesheet=STYLESHEET)
    pieces = [
        Piece("ticket.html", text=render_text("inbox/printed.html", context)),
        Piece(STYLESHEET, text=(STATIC_DIR / "css" / "print.css").read_text(encoding="utf-8")),
        *sheet.files,
    ]
    made = await asyncio.to_thread(archiving.write_archive, blobs, settings.data_dir, f"ticket-{number}", pieces)
    headers = {"Content-Disposition": f'attachment; filename="ticket-{number}.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(archiving.chunks_of(made), media_type="application/zip", headers=headers)


async def _read(request: Request, session: AsyncSession, settings: Settings, number: int, *, with_notes: bool) -> Sheet:
    viewer = await viewer_of(session, await authenticate(request, session))
    if not 0 < number <= MAX_NUMBER:
        raise NotFound(number=number)
    ticket = await tickets.get_ticket(session, number, viewer=viewer)
    names = (await read_choices(session)).names
    page = await printing.read_sheet(
        session, ticket.id, viewer=viewer, names=names, zone=settings.zone, with_notes=with_notes
    )
    messages = [each for each in page.entries if isinstance(each, MessageView)]
    files = await print_queries.list_files(session, ticket.id)
    originals = await print_queries.list_originals(session, ticket.id)
    return Sheet(viewer, page, archiving.pieces_of(messages, files, originals))


async def _note(database: DatabaseDep, sheet: Sheet, **details: Any) -> None:
    number = sheet.page.ticket.number
    await audit.note_apart(
        database, AuditKind.EXPORT, by=sheet.viewer.agent, subject="tickets", subject_id=number, **details
    )
