from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse

from app.accounts.deps import ViewerDep, authenticate
from app.conversations import picture_queries, pictures
from app.core.blobs import BlobStore
from app.core.errors import NotFound
from app.core.pictures import HEAD_BYTES, picture_type
from app.web.deps import BlobsDep, DatabaseDep, OutsideDep, RowId, SessionDep
from app.web.security import HARMLESS
from app.web.unit_of_work import unit_of_work_router

HEADERS = {**HARMLESS, "Cache-Control": "private, max-age=86400"}

StickerId = Annotated[int, InPath(ge=1, lt=2**53)]
EmojiPart = Annotated[str, InPath(pattern=r"^[0-9A-Za-z]{1,40}$")]


async def _require_sign_in(request: Request, database: DatabaseDep) -> None:
    """In a unit of its own: none is open while LINE's store is asked."""
    async with database.reading() as session:
        await authenticate(request, session)


store_router = APIRouter(dependencies=[Depends(_require_sign_in)])
router = unit_of_work_router()


@store_router.get("/pictures/line/sticker/{sticker_id}")
async def show_sticker(sticker_id: StickerId, database: DatabaseDep, blobs: BlobsDep, outside: OutsideDep) -> Response:
    """404 where LINE's store has none or cannot be reached: the sticker's words stand there then."""
    kept = await pictures.fetch_kept(database, blobs, outside, pictures.sticker_url(sticker_id))
    return _picture(blobs, *kept)


@store_router.get("/pictures/line/emoji/{product_id}/{emoji_id}")
async def show_emoji(
    product_id: EmojiPart,
    emoji_id: EmojiPart,
    database: DatabaseDep,
    blobs: BlobsDep,
    outside: OutsideDep,
) -> Response:
    kept = await pictures.fetch_kept(database, blobs, outside, pictures.emoji_url(product_id, emoji_id))
    return _picture(blobs, *kept)


@router.get("/pictures/conversations/{conversation_id}")
async def show_portrait(conversation_id: RowId, session: SessionDep, viewer: ViewerDep, blobs: BlobsDep) -> Response:
    """The picture of a person or group, as they have set it on the platform."""
    sha256 = await picture_queries.find_portrait(session, conversation_id, viewer=viewer)
    if sha256 is None:
        raise NotFound(conversation_id=conversation_id)
    return _picture(blobs, sha256, picture_type(blobs.read_head(sha256, HEAD_BYTES)))


def _picture(blobs: BlobStore, sha256: str, content_type: str) -> Response:
    path: Path = blobs.path(sha256)
    if not path.exists():
        raise NotFound(picture=sha256)
    return FileResponse(path, media_type=content_type, headers=HEADERS)
