from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import viewer_of
from app.accounts.deps import authenticate
from app.core.errors import NotFound
from app.tickets import attachment_queries, attachments
from app.tickets.message_models import Attachment
from app.web.deps import BlobsDep, RowId, SecretBoxDep, SessionDep
from app.web.reading import reading_router
from app.web.security import HARMLESS

HEADERS = {**HARMLESS, "Cache-Control": "private, max-age=600"}

router = reading_router()


@router.get("/attachments/{attachment_id}/{name}")
async def download(
    request: Request,
    attachment_id: RowId,
    session: SessionDep,
    box: SecretBoxDep,
    blobs: BlobsDep,
    until: int = 0,
    signature: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Answers to a session, to a token, and to an address that was signed a moment ago."""
    is_signed = attachments.is_signed(box, attachment_id, until=until, signature=signature)
    if is_signed:
        attachment = await attachment_queries.get_attachment(session, attachment_id)
    else:
        attachment = await _get_by_rights(request, session, attachment_id)
    path = blobs.path(attachment.sha256)
    if not path.exists():
        raise NotFound(attachment_id=attachment_id)
    is_shown = is_signed and attachment.content_type in attachments.SHOWN_TYPES | attachments.PLAYED_TYPES
    return FileResponse(
        path,
        media_type=attachment.content_type,
        filename=attachment.name or "file",
        content_disposition_type="inline" if is_shown else "attachment",
        headers=HEADERS,
    )


async def _get_by_rights(request: Request, session: AsyncSession, attachment_id: int) -> Attachment:
    viewer = await viewer_of(session, await authenticate(request, session))
    return await attachments.get_for_viewer(session, attachment_id, viewer=viewer)
