"""Files on messages: what an agent uploads before sending, and signed addresses of what is there."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent
from app.core import blobs
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.errors import Invalid, NotFound
from app.core.i18n import mark
from app.tickets import attachment_queries
from app.tickets.message_models import Attachment

MAX_BYTES = 25 * 1024 * 1024
MAX_NAME_LENGTH = 200
MAX_ENDING_LENGTH = 20
UNSENT_LIFE = timedelta(hours=48)
ADDRESS_LIFE = timedelta(minutes=10)
PURPOSE = "attachment"
UNKNOWN_TYPE = "application/octet-stream"
SHOWN_TYPES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
"""Raster images: a browser draws them and runs nothing."""

PLAYED_TYPES = frozenset(
    (
        *("audio/aac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "audio/x-m4a"),
        *("video/mp4", "video/quicktime", "video/webm"),
    )
)
"""Sound and film: players read them, and nothing in them runs."""

MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
SEPARATORS = re.compile(r"[/\\]")
NO_TEXT = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Controls, marks that turn the direction of reading, halves of characters, line ends."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is in the blob store already."""

    name: str
    content_type: str
    sha256: str
    size: int


class FileTooLarge(Invalid):
    def __init__(self, field: str = "file") -> None:
        super().__init__(field, mark("Files may have {limit} MB together."), limit=MAX_BYTES // 1024 // 1024)


async def add_upload(session: AsyncSession, upload: Upload, *, by: Agent | None) -> Attachment:
    """It belongs to nobody's message until its uploader, or, without one, a customer, sends it."""
    if upload.size > MAX_BYTES:
        raise FileTooLarge
    await blobs.register(session, {upload.sha256: upload.size})
    attachment = Attachment(
        uploader_id=by.id if by else None,
        sha256=upload.sha256,
        name=clean_name(upload.name),
        content_type=clean_type(upload.content_type),
        size=upload.size,
    )
    session.add(attachment)
    await session.flush()
    return attachment


async def get_for_viewer(session: AsyncSession, attachment_id: int, *, viewer: Viewer) -> Attachment:
    """On a ticket that they may see, or their own upload; anything else does not exist."""
    attachment, audience_id = await attachment_queries.get_with_audience(session, attachment_id)
    if audience_id is None:
        is_allowed = attachment.uploader_id == viewer.agent.id
    else:
        is_allowed = audience_id in viewer.audience_ids
    if not is_allowed:
        raise NotFound(attachment_id=attachment_id)
    return attachment


async def delete_unsent(session: AsyncSession, *, but: Collection[int] = ()) -> None:
    """Uploads that were never sent; their blobs are collected by themselves."""
    await attachment_queries.delete_unsent(session, before=now() - UNSENT_LIFE, but=but)


def signed_url(box: SecretBox, attachment_id: int, name: str, at: datetime) -> str:
    """An address that answers to whoever has it, for at most ten minutes and at least nine.

    It stays the same within a minute, so that a page drawn again loads nothing again.
    """
    until = int((at + ADDRESS_LIFE).timestamp()) // 60 * 60
    query = urlencode({"until": until, "signature": box.sign(PURPOSE, _signed_text(attachment_id, until))})
    return f"/attachments/{attachment_id}/{quote(name or 'file', safe='')}?{query}"


def is_signed(box: SecretBox, attachment_id: int, *, until: int, signature: str) -> bool:
    is_good = box.is_signed(PURPOSE, _signed_text(attachment_id, until), signature)
    return is_good and now().timestamp() < until


def clean_name(name: str) -> str:
    """Without folders, controls and characters that turn the reading direction around."""
    last = SEPARATORS.split(name)[-1]
    readable = "".join(each for each in last if unicodedata.category(each) not in NO_TEXT).strip()
    if not readable.strip(". "):
        return "file"
    stem, dot, ending = readable.rpartition(".")
    if not dot or len(ending) > MAX_ENDING_LENGTH:
        return readable[:MAX_NAME_LENGTH]
    return f"{stem[: MAX_NAME_LENGTH - len(ending)]}.{ending}"


def clean_type(content_type: str) -> str:
    """Without parameters; what is no media type is just bytes."""
    bare = content_type.partition(";")[0].strip().lower()
    return bare if MEDIA_TYPE.fullmatch(bare) else UNKNOWN_TYPE


def _signed_text(attachment_id: int, until: int) -> str:
    return f"{attachment_id}/{until}"
