"""Names of attachments: as the sender wrote them where that is safe, made up where there is none."""

import mimetypes
import re
from urllib.parse import unquote

from connectors.email import charsets, headers
from connectors.email.cleaning import clean_line
from connectors.email.mime import Part
from connectors.email.parameters import first_of
from connectors.email.words import decode_words

DRIVE_PATH = re.compile(r"(?:[A-Za-z]:|\\)\\.*\\")
UNSAFE = re.compile(r"[/\\\u202a-\u202e\u2066-\u2069\u200e\u200f]")
PLAIN_LOCATION = re.compile(r"[^/?#<>]*\.[A-Za-z0-9]{1,8}")
MAXIMUM_CHARACTERS = 200
MAXIMUM_IDENTIFIER = 998
WELL_KNOWN = {
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/rfc822-headers": "headers.txt",
    "text/calendar": "invite.ics",
    "text/plain": "text.txt",
    "image/jpeg": "image.jpg",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
}


def of(part: Part, data: bytes) -> str:
    """Given by its headers, by its address on some page, or made up."""
    name = given(part) or _in_location(part)
    return name or invented(part.kind, _subject(part.kind, data))


def given(part: Part) -> str:
    """The name in the part's headers, '' if there is none."""
    return safe(first_of((part.disposition.get("filename"), part.content_type.get("name"))))


def decoded(name: bytes) -> str:
    """A name in whatever charset it was written."""
    return decode_words(charsets.decode(name))


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
    if content_type in {"message/rfc822", "message/global"}:
        return safe(f"{subject[:80] or 'message'}.eml")
    return WELL_KNOWN.get(content_type) or f"attachment{mimetypes.guess_extension(content_type) or '.bin'}"


def guessed_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def content_id(part: Part) -> str:
    return identifier(part.headers.raw_text("content-id"))


def identifier(written: str) -> str:
    return clean_line(written).strip("<> ")[:MAXIMUM_IDENTIFIER]


def _in_location(part: Part) -> str:
    """The last piece of a Content-Location, where it is the name of a file."""
    location = clean_line(part.headers.raw_text("content-location")).rpartition("/")[2]
    return safe(unquote(decode_words(location))) if PLAIN_LOCATION.fullmatch(location) else ""


def _subject(kind: str, data: bytes) -> str:
    if not kind.startswith("message/"):
        return ""
    head = data[:65_536]
    return headers.split(head, headers.beginning(head))[0].text("subject")
