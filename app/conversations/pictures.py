"""Pictures of stickers and emoji out of LINE's public store, kept once for all tickets; where it cannot be reached,
the words of a sticker stand for it."""

from datetime import timedelta

from app.conversations import picture_queries
from app.core.blobs import BlobStore, register
from app.core.clock import now
from app.core.database import Database
from app.core.errors import NotFound
from app.core.outside import Outside, OutsideUnreachable
from app.core.pictures import picture_type

STORE = "https://stickershop.line-scdn.net"
MAX_BYTES = 1 << 20
ASK_AGAIN_AFTER = timedelta(hours=12)


def sticker_url(sticker_id: int) -> str:
    return f"{STORE}/stickershop/v1/sticker/{sticker_id}/android/sticker.png"


def emoji_url(product_id: str, emoji_id: str) -> str:
    return f"{STORE}/sticonshop/v1/sticon/{product_id}/android/{emoji_id}.png"


async def fetch_kept(database: Database, blobs: BlobStore, outside: Outside, url: str) -> tuple[str, str]:
    """SHA-256 and type, from our own store, or there from now on. Raises NotFound where there is none for now."""
    async with database.reading() as session:
        known = await picture_queries.find_picture(session, url)
    if known is not None and known.sha256 is not None:
        return known.sha256, known.content_type
    if known is not None and now() - known.asked_at < ASK_AGAIN_AFTER:
        raise NotFound(picture=url)
    return await _fetch(database, blobs, outside, url)


async def _fetch(database: Database, blobs: BlobStore, outside: Outside, url: str) -> tuple[str, str]:
    try:
        data = (await outside.fetch(url, max_bytes=MAX_BYTES, accept="image/*")).data
    except OutsideUnreachable:
        data = b""
    content_type = picture_type(data)
    sha256 = await blobs.put(data) if content_type else None
    async with database.transaction() as session:
        if sha256 is not None:
            await register(session, {sha256: len(data)})
        await picture_queries.keep_picture(session, url, sha256=sha256, content_type=content_type, at=now())
    if sha256 is None:
        raise NotFound(picture=url)
    return sha256, content_type
