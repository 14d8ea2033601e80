"""Message ids and dates."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from connectors.email.cleaning import clean_line

IN_BRACKETS = re.compile(r"<([^<>]+)>")
MAXIMUM_CHARACTERS = 998
MAXIMUM_COUNT = 100
JST = timedelta(hours=9)


def message_id(text: str) -> str:
    return next(iter(_ids(text)), "") or _normal(text)


def message_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order; of very many the first and the newest are kept."""
    ids = list(dict.fromkeys(found for text in texts for found in _ids(text)))
    return tuple(ids if len(ids) <= MAXIMUM_COUNT else [ids[0], *ids[1 - MAXIMUM_COUNT :]])


def date(text: str) -> datetime | None:
    """The instant of a Date header in UTC, None if it is not one. Without a zone it is taken for UTC."""
    try:
        return _rfc5322_date(text) or _iso_date(text)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _ids(text: str) -> list[str]:
    found = IN_BRACKETS.findall(text) or [word for word in text.split() if "@" in word]
    return [identifier for identifier in map(_normal, found) if identifier]


def _normal(text: str) -> str:
    return re.sub(r"\s+", "", clean_line(text)).strip("<>")[:MAXIMUM_CHARACTERS]


def _rfc5322_date(text: str) -> datetime | None:
    parts = parsedate_tz(text[:200])
    if parts is None:
        return None
    offset = timedelta(seconds=parts[9] or 0)
    if not parts[9] and " JST" in text:
        offset = JST
    return datetime(*parts[:6], tzinfo=UTC) - offset


def _iso_date(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text.strip()[:40])
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
