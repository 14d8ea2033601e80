"""What IMAP responses say, taken out of their text."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.email import folders
from connectors.email.imap_wire import Response

FETCH = re.compile(rb"\* \d+ FETCH \(", re.IGNORECASE)
UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
INTERNALDATE = re.compile(rb'INTERNALDATE " ?([^"]{1,40})"', re.IGNORECASE)
BODY = re.compile(rb'BODY\[\](?:<\d+>)? (?:\{(?P<literal>\d+)\}|(?P<quoted>"(?:[^"\\]|\\.)*"))', re.IGNORECASE)
EXISTS = re.compile(rb"\* (\d+) EXISTS", re.IGNORECASE)
EXPUNGE = re.compile(rb"\* \d+ EXPUNGE", re.IGNORECASE)
SEARCH = re.compile(rb"\* SEARCH((?: \d+)*)", re.IGNORECASE)
UIDVALIDITY = re.compile(rb"\[UIDVALIDITY (\d+)\]", re.IGNORECASE)
LISTED = re.compile(rb'\* LIST \([^)]*\) (?:"(?:\\.|[^"\\])*"|NIL) (.+)', re.IGNORECASE)
NOT_SELECTABLE = re.compile(rb"\* LIST \([^)]*\\(?:Noselect|NonExistent)", re.IGNORECASE)
UNKNOWN_SIZE = 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """One message on the server: where it lies, how big it says it is, when it came."""

    uid: int
    size: int
    received_at: datetime


def listed(response: Response) -> Listed | None:
    """The answer to UID, RFC822.SIZE and INTERNALDATE; None for any other response."""
    uid, size = UID.search(response.text), SIZE.search(response.text)
    if not FETCH.match(response.text) or uid is None or size is None:
        return None
    return Listed(int(uid[1]), int(size[1]), internal_date(response.text))


def dated(response: Response) -> Listed | None:
    """The answer to UID and INTERNALDATE alone."""
    found = UID.search(response.text)
    if not FETCH.match(response.text) or found is None:
        return None
    return Listed(int(found[1]), UNKNOWN_SIZE, internal_date(response.text))


def uid(response: Response) -> int | None:
    found = UID.search(response.text)
    return int(found[1]) if FETCH.match(response.text) and found else None


def searched(response: Response) -> list[int] | None:
    found = SEARCH.match(response.text)
    return [int(uid) for uid in found[1].split()] if found else None


def body(response: Response) -> tuple[int, bytes] | None:
    """UID and raw message; None when the response holds no message, as for NIL."""
    uid, found = UID.search(response.text), BODY.search(response.text)
    if not FETCH.match(response.text) or uid is None or found is None:
        return None
    if found["quoted"]:
        return int(uid[1]), folders.unquoted(found["quoted"])
    return (int(uid[1]), response.literals[-1]) if response.literals else None


def internal_date(text: bytes) -> datetime:
    """In UTC; the epoch when the server gives none that is one."""
    match = INTERNALDATE.search(text)
    try:
        written = match[1].decode("ascii") if match else ""
        return datetime.strptime(written, "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return EPOCH


def folder_name(response: Response) -> str | None:
    """The folder of a LIST response, None for other responses and for folders that hold no mail."""
    match = LISTED.match(response.text)
    if match is None or NOT_SELECTABLE.match(response.text):
        return None
    return folders.decode(response.literals[-1] if response.literals else folders.unquoted(match[1].strip()))


def exists(response: Response) -> int | None:
    match = EXISTS.match(response.text)
    return int(match[1]) if match else None


def uidvalidity(response: Response) -> int | None:
    match = UIDVALIDITY.search(response.text)
    return int(match[1]) if match else None


def capabilities(response: Response) -> frozenset[str] | None:
    text = response.text.decode("ascii", "replace").upper()
    return frozenset(text.split()[2:]) if text.startswith("* CAPABILITY ") else None
