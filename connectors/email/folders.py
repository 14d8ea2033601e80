"""Folder names on the wire: modified UTF-7 (RFC 3501, 5.1.3), quoted."""

import binascii
import re
from base64 import b64decode, b64encode

NOT_ASCII = re.compile(r"[^\x20-\x7e]+")
SHIFTED = re.compile(r"&([^-]*)-")


def encode(name: str) -> bytes:
    return NOT_ASCII.sub(_shifted, name.replace("&", "&-")).encode("ascii")


def decode(name: bytes) -> str:
    """The name as people write it; a name in no known encoding comes back as it is."""
    return SHIFTED.sub(_plain, name.decode("utf-8", "replace"))


def quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def unquoted(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", text[1:-1]) if text.startswith(b'"') else text


def _shifted(match: re.Match[str]) -> str:
    encoded = b64encode(match[0].encode("utf-16-be", "replace")).decode("ascii")
    return "&" + encoded.rstrip("=").replace("/", ",") + "-"


def _plain(match: re.Match[str]) -> str:
    if not match[1]:
        return "&"
    letters = match[1].replace(",", "/")
    try:
        return b64decode(letters + "=" * (-len(letters) % 4), validate=True).decode("utf-16-be", "replace")
    except (binascii.Error, ValueError):
        return match[0]
