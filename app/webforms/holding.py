"""Files between the page where they are chosen and the one where they are sent: in the store, named by a signed token.

The token is all that is known of them meanwhile, so that nothing is kept of those who go away.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Garbled
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.blobs import register
from app.core.clock import now
from app.core.crypto import SecretBox

PURPOSE = "file of a form"
HELD_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class HeldFile:
    """`field` is the name of the field that it was chosen in; `token` is what stands for it in the page."""

    field: str
    name: str
    content_type: str
    size: int
    sha256: str
    token: str


def seal(box: SecretBox, key: str, file: HeldFile) -> str:
    """For the form with this key alone."""
    record = [key, file.field, file.name, file.content_type, file.size, file.sha256, now().isoformat()]
    text = urlsafe_b64encode(json.dumps(record, ensure_ascii=False).encode()).decode().rstrip("=")
    return f"{text}.{box.sign(PURPOSE, text)}"


def open_token(box: SecretBox, key: str, token: str) -> HeldFile | None:
    """None for what nobody sealed, what is another form's, and what was held too long ago."""
    text, _, signature = token.partition(".")
    if not box.is_signed(PURPOSE, text, signature):
        return None
    try:
        own, field, name, content_type, size, sha256, held_at = json.loads(
            urlsafe_b64decode(text + "=" * (-len(text) % 4))
        )
    except (ValueError, Garbled):
        return None
    if own != key or now() - datetime.fromisoformat(held_at) > HELD_FOR:
        return None
    return HeldFile(field, name, content_type, size, sha256, token)


async def note_held(session: AsyncSession, files: Sequence[HeldFile]) -> None:
    """What is stored is known to the store, and cleared away like all that nothing refers to."""
    await register(session, {file.sha256: file.size for file in files})
