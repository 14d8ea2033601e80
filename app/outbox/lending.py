"""Files of ours that a platform fetches: each has a signed address of its own, which ends after a while.

What such a platform can show, it shows; everything else is sent as a link.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePath
from urllib.parse import quote

from app.channels import endpoints
from app.channels.models import Channel
from app.core import films, rasters
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.pictures import HEAD_BYTES, picture_type
from app.tickets.message_models import ASKED, Attachment, Message
from connectors.contracts import DeliveryError
from connectors.talks import Media

LIFE = timedelta(days=30)
HOUR = 3600
PURPOSE = "media"
PATH = "/media/"
WHOLE, PREVIEW = "whole", "preview"
PICTURES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))
FILMS = frozenset(("video/mp4",))
SOUNDS = frozenset(("audio/mp4", "audio/x-m4a", "audio/m4a"))
UNITS = ((1 << 20, "MB"), (1 << 10, "KB"))
MAX_NAME = 100
"""Of a name in an address, as it is written there: many of them go in one message."""
NO_ADDRESS = "MADOGUCHI_BASE_URL is not an https address: the platform cannot fetch files from it."

_boxes: list[SecretBox] = []


def use(box: SecretBox) -> None:
    """For the whole process, as it starts."""
    _boxes[:] = [box]


@dataclass(frozen=True, slots=True)
class Loan:
    """What an address gives out: a file, or the picture that stands for it, until then (seconds of Unix)."""

    attachment_id: int
    variant: str
    until: int

    @property
    def signed_text(self) -> str:
        return f"{self.attachment_id}/{self.variant}/{self.until}"


def kind_of(content_type: str) -> str:
    """What a platform takes a file of this type for, if it is one."""
    kinds = (("image", PICTURES), ("video", FILMS), ("audio", SOUNDS))
    return next((kind for kind, types in kinds if content_type in types), "file")


def can_lend(channel: Channel) -> bool:
    """Whether the platform reaches us at an address that it fetches from."""
    return bool(endpoints.addresses_of(channel.kind)) and not endpoints.wants_https(channel)


async def lend_all(blobs: BlobStore, channel: Channel, attachments: Sequence[Attachment]) -> tuple[Media, ...]:
    """Raises DeliveryError where the platform cannot fetch, or a file is gone."""
    if attachments and not channel.is_demo and not can_lend(channel):
        raise DeliveryError(NO_ADDRESS, is_permanent=True)
    return tuple([await _lend(blobs, channel, attachment) for attachment in attachments])


async def _lend(blobs: BlobStore, channel: Channel, attachment: Attachment) -> Media:
    path = blobs.path(attachment.sha256)
    try:
        kind, duration_ms = await asyncio.to_thread(_look, path, kind_of(attachment.content_type))
    except FileNotFoundError as error:
        raise DeliveryError(f"the attachment {attachment.name} is not in the store", is_permanent=True) from error
    return Media(
        kind=kind,
        url=url_of(channel, attachment, WHOLE),
        preview_url=url_of(channel, attachment, PREVIEW) if kind in ("image", "video") else "",
        name=f"{attachment.name} ({in_units(attachment.size)})",
        duration_ms=duration_ms or 0,
    )


def _look(path: Path, kind: str) -> tuple[str, int | None]:
    """What it is in truth; what is not what it is called is a file like any other."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if kind == "image":
        return ("image" if picture_type(head) and _is_picture(path) else "file"), None
    if kind == "file":
        return kind, None
    duration_ms = films.duration_ms(path)
    return ("file" if duration_ms is None else kind), duration_ms


def _is_picture(path: Path) -> bool:
    try:
        rasters.size_of(path)
    except rasters.NoPicture:
        return False
    return True


def url_of(channel: Channel, attachment: Attachment, variant: str) -> str:
    """The same within an hour, so that an attempt that is made again asks for the same."""
    [box] = _boxes
    until = int((now() + LIFE).timestamp()) // HOUR * HOUR
    loan = Loan(attachment.id, variant, until)
    token = f"{loan.attachment_id}-{variant}-{until}-{box.sign(PURPOSE, loan.signed_text)}"
    base_url = endpoints.addresses_of(channel.kind).get(endpoints.OURS, "")
    return f"{base_url}{PATH}{token}/{_in_address(attachment.name)}"


def _in_address(name: str) -> str:
    """For the eyes only; of one that would be too long what it is."""
    written = quote(name or "file", safe="")
    return written if len(written) <= MAX_NAME else f"file{quote(PurePath(name).suffix[:10], safe='')}"


def link_to_question(box: SecretBox, escalation_id: int, nonce: str) -> str:
    """The secret part of a guest's link. It is made anew as the mail leaves, and kept nowhere but by its hash."""
    return box.sign(ASKED, f"{escalation_id}/{nonce}")


def with_link(message: Message) -> str:
    """The words as they leave: what only their reader may know stands nowhere else."""
    asked = (message.extras or {}).get(ASKED)
    if asked is None:
        return message.text
    [box] = _boxes
    token = link_to_question(box, asked["escalation_id"], asked["nonce"])
    return message.text.replace(asked["shown"], f"{asked['path']}{token}")


def read_token(box: SecretBox, token: str) -> Loan | None:
    """None for one that is not ours, or over."""
    parts = token.split("-", 3)
    if len(parts) != 4 or not (parts[0].isdecimal() and parts[2].isdecimal()):
        return None
    loan = Loan(int(parts[0][:18]), parts[1], int(parts[2][:12]))
    is_good = box.is_signed(PURPOSE, loan.signed_text, parts[3])
    return loan if is_good and now().timestamp() < loan.until else None


def in_units(size: int) -> str:
    for unit, name in UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"
