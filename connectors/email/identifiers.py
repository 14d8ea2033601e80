"""Message ids and dates."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from connectors.email.cleaning import clean_line

IN_BRACKETS = re.compile(r"<([^<>]+)>")
MAXIMUM_CHARACTERS = 998
MAXIMUM_COUNT = 100
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
JAPANESE_WEEKDAY = re.compile(r"^\s*[(（]?[月火水木金土日](?:曜日?)?[)）]?\s*[,，、]?\s*")
JAPANESE_MONTH = re.compile(r"(?<!\d)\s*(1[0-2]|0?[1-9])月\s*")
OFFSET_WITH_COLON = re.compile(r"([+-]\d{2}):(\d{2})\b")
NAMED_ZONE = re.compile(r"\s([A-Z]{2,5})\s*(?:\(|$)", re.IGNORECASE)
ZONES = {
    "JST": 9,
    "KST": 9,
    "HKT": 8,
    "SGT": 8,
    "ICT": 7,
    "IST": 5.5,
    "MSK": 3,
    "EET": 2,
    "EEST": 3,
    "CET": 1,
    "MET": 1,
}
ZONES |= {
    "CEST": 2,
    "MEST": 2,
    "BST": 1,
    "WET": 0,
    "WEST": 1,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
    "BRT": -3,
}
"""Hours ahead of UTC of the names that the standard library does not know."""


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
    text = _usual(text[:200])
    parts = parsedate_tz(text)
    if parts is None:
        return None
    zone = NAMED_ZONE.search(text)
    offset = timedelta(seconds=parts[9] or 0)
    if not parts[9] and zone and zone[1].upper() in ZONES:
        offset = timedelta(hours=ZONES[zone[1].upper()])
    return datetime(*parts[:6], tzinfo=UTC) - offset


def _usual(text: str) -> str:
    """With a month of three letters and an offset of four digits."""
    text = JAPANESE_MONTH.sub(lambda month: f" {MONTHS[int(month[1]) - 1]} ", JAPANESE_WEEKDAY.sub("", text))
    return OFFSET_WITH_COLON.sub(r"\1\2", text)


def _iso_date(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text.strip()[:40])
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
