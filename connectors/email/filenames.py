"""Names of attachments: as the sender wrote them where that is safe, made up where there is none."""

import mimetypes
import re

from connectors.email.cleaning import clean_line
from connectors.email.mime import Part
from connectors.email.parameters import Parametrised, first_of

DRIVE_PATH = re.compile(r"(?:[A-Za-z]:|\\)\\.*\\")
UNSAFE = re.compile(r"[/\\\u202a-\u202e\u2066-\u2069\u200e\u200f]")
MAXIMUM_CHARACTERS = 200
WELL_KNOWN = {
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "text/rfc822-headers": "headers.txt",
    "text/calendar": "invite.ics",
    "text/plain": "text.txt",
    "image/jpeg": "image.jpg",
}


def given(part: Part, disposition: Parametrised) -> str:
    """The name in the part's headers, '' if there is none."""
    return safe(first_of((disposition.get("filename"), part.content_type.get("name"))))


def safe(name: str) -> str:
    """Without folders, controls and characters that turn the reading direction around."""
    name = UNSAFE.sub("_", DRIVE_PATH.sub("", clean_line(name))).strip()
    if name.strip(". ") == "":
        return ""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        return name[:MAXIMUM_CHARACTERS]
    return f"{stem[: MAXIMUM_CHARACTERS - len(ending)]}.{ending}"


def invented(content_type: str, subject: str = "") -> str:
    """A name that says what the part is; a forwarded mail is named after its subject."""
    if content_type == "message/rfc822":
        return safe(f"{subject[:80] or 'message'}.eml")
    return WELL_KNOWN.get(content_type) or f"attachment{mimetypes.guess_extension(content_type) or '.bin'}"
