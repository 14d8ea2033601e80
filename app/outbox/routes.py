"""Files that a platform fetches for its users: by a signed address, without a session (A6)."""

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Response
from fastapi.responses import FileResponse

from app.core import rasters
from app.core.errors import NotFound
from app.core.pictures import HEAD_BYTES, picture_type
from app.outbox import lending
from app.tickets import attachment_queries
from app.tickets.message_models import Attachment
from app.web.deps import BlobsDep, DatabaseDep, SecretBoxDep
from app.web.reading import reading_router
from app.web.security import HARMLESS

WHOLE_SIDE, WHOLE_BYTES = 4096, 10_000_000
PREVIEW_SIDE, PREVIEW_BYTES = 1024, 1_000_000
AS_THEY_ARE = ("image/jpeg", "image/png")
JPEG = "image/jpeg"
AT_ONCE = 2
HEADERS = {
    **HARMLESS,
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, max-age=3600",
    "Referrer-Policy": "no-referrer",
}

router = reading_router()
_few = asyncio.Semaphore(AT_ONCE)


@router.api_route("/media/{token}/{name}", methods=["GET", "HEAD"])
async def fetch(
    token: Annotated[str, InPath(max_length=200)],
    database: DatabaseDep,
    box: SecretBoxDep,
    blobs: BlobsDep,
) -> Response:
    """A picture as the platform can show it, or a file as it is; parts of it on demand."""
    loan = lending.read_token(box, token)
    if loan is None:
        raise NotFound(media=token)
    async with database.reading() as session:
        attachment = await attachment_queries.get_attachment(session, loan.attachment_id)
    path = blobs.path(attachment.sha256)
    if not path.exists() or attachment.message_id is None:
        raise NotFound(media=token)
    return await _given(attachment, path, is_preview=loan.variant == lending.PREVIEW)


async def _given(attachment: Attachment, path: Path, *, is_preview: bool) -> Response:
    kind = lending.kind_of(attachment.content_type)
    if is_preview and kind == "video":
        return Response(_film(), media_type=JPEG, headers=HEADERS)
    if kind == "image" and (is_preview or await asyncio.to_thread(_must_change, path)):
        return await _small(path, is_preview=is_preview)
    return FileResponse(
        path,
        media_type=attachment.content_type,
        filename=attachment.name or "file",
        content_disposition_type="attachment" if kind == "file" else "inline",
        headers=HEADERS,
    )


async def _small(path: Path, *, is_preview: bool) -> Response:
    side, max_bytes = (PREVIEW_SIDE, PREVIEW_BYTES) if is_preview else (WHOLE_SIDE, WHOLE_BYTES)
    try:
        async with _few:
            data = await asyncio.to_thread(rasters.shrink, path, side=side, max_bytes=max_bytes)
    except rasters.NoPicture as error:
        raise NotFound(media=path.name) from error
    return Response(data, media_type=JPEG, headers=HEADERS)


def _must_change(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return picture_type(head) not in AS_THEY_ARE or path.stat().st_size > WHOLE_BYTES


@lru_cache
def _film() -> bytes:
    return rasters.draw_film()
