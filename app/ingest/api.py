"""A mail as it came, and read again in another charset (A3)."""

from typing import Any

from fastapi import Response
from fastapi.responses import FileResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.audit_models import AuditKind
from app.accounts.deps import TrailDep, ViewerDep
from app.accounts.models import Role
from app.accounts.trail import Trail
from app.channels import queries as channel_queries
from app.channels.models import FORM
from app.ingest import originals, reread_queries, rereading
from app.ingest.errors import NoOriginal
from app.ingest.forms import CharsetForm
from app.ingest.models import RawMessage
from app.tickets import queries
from app.tickets.deps import DocumentsDep, MessageDep, TicketDep
from app.tickets.history_models import Actor
from app.tickets.message_models import Message
from app.web.deps import BlobsDep, DatabaseDep, SessionDep
from app.web.reading import reading_router
from app.web.security import HARMLESS

MAIL_FILE = (".eml", "message/rfc822")
EVENT_FILE = (".json", "application/json")

router = reading_router(tags=["messages"])


@router.get("/tickets/{number}/messages/{message_id}/original", response_class=FileResponse)
async def download(
    message: MessageDep, ticket: TicketDep, viewer: ViewerDep, trail: TrailDep, session: SessionDep, blobs: BlobsDep
) -> Response:
    """The bytes as they came: a mail as a file `.eml`, an event of a talk and what a form sent as `.json`.

    What was unsent is for admins.
    """
    if message.hidden_at is not None:
        _note_unsent(message, viewer, trail)
    find = reread_queries.find_raw if message.hidden_at is None else reread_queries.find_original
    raw = await find(session, message.id)
    if raw is None or not raw.is_here:
        raise NoOriginal
    ending, media_type = await _file_kind(session, message, raw)
    name = f"{ticket.number}-{message.id}{ending}"
    if raw.blob is None:
        headers = {**HARMLESS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(originals.read(blobs, raw), media_type=media_type, headers=headers)
    if not blobs.path(raw.blob).exists():
        raise NoOriginal
    return FileResponse(blobs.path(raw.blob), media_type=media_type, filename=name, headers=HARMLESS)


def _note_unsent(message: Message, viewer: Viewer, trail: Trail) -> None:
    """Raises NoOriginal for whoever is no admin."""
    if viewer.agent.role is not Role.ADMIN:
        raise NoOriginal
    trail.note(AuditKind.VIEW, subject="messages", subject_id=message.id)


async def _file_kind(session: AsyncSession, message: Message, raw: RawMessage) -> tuple[str, str]:
    kinds = await channel_queries.map_kinds(session, [raw.channel_id])
    return EVENT_FILE if message.conversation_id is not None or kinds[raw.channel_id] == FORM else MAIL_FILE


@router.put("/tickets/{number}/messages/{message_id}/charset")
async def reread(
    message: MessageDep,
    form: CharsetForm,
    ticket: TicketDep,
    viewer: ViewerDep,
    session: SessionDep,
    database: DatabaseDep,
    blobs: BlobsDep,
    documents: DocumentsDep,
) -> dict[str, Any]:
    """Reads the message from its raw bytes in this charset; '' takes that back. A large one is read for a while."""
    await session.close()
    arrival = await rereading.prepare(database, blobs, message.id, form.charset)
    async with database.transaction() as writing:
        held = await queries.get_ticket(writing, ticket.number, viewer=viewer)
        await rereading.reread(writing, held, message.id, arrival, charset=form.charset, by=Actor.agent(viewer.agent))
        await writing.flush()
        return await documents.message(writing, message.id)
