"""Where a page of a list ended: sort value and id, bound to the conditions of the list (MODEL 18)."""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from app.core.clock import is_nameable
from app.core.errors import Invalid
from app.core.i18n import mark

HASH_LENGTH = 12
MAX_ID = 2**63 - 1
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class WrongCursor(Invalid):
    def __init__(self) -> None:
        super().__init__("cursor", mark("This is not a page of this list."))


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; `value` is what the list is sorted by."""

    value: str
    id: int

    @classmethod
    def after(cls, value: datetime | str | int, row_id: int) -> Self:
        return cls(value.isoformat() if isinstance(value, datetime) else str(value), row_id)

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.value)

    def seal(self, conditions: str) -> str:
        text = json.dumps([_hash(conditions), self.value, self.id])
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def open_cursor(sealed: str | None, conditions: str) -> Cursor | None:
    """Raises WrongCursor for one that was made for other conditions, or by nobody."""
    if not sealed:
        return None
    try:
        padded = sealed + "=" * (-len(sealed) % 4)
        made_for, value, row_id = json.loads(urlsafe_b64decode(padded.encode()))
        cursor = Cursor(str(value), int(row_id))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise WrongCursor from error
    if made_for != _hash(conditions) or not _is_storable(cursor):
        raise WrongCursor
    return cursor


def open_time_cursor(sealed: str | None, conditions: str) -> Cursor | None:
    """For lists that are sorted by an instant."""
    cursor = open_cursor(sealed, conditions)
    if cursor is not None:
        try:
            is_instant = cursor.instant.tzinfo is not None and is_nameable(cursor.instant.date())
        except ValueError as error:
            raise WrongCursor from error
        if not is_instant:
            raise WrongCursor
    return cursor


def _is_storable(cursor: Cursor) -> bool:
    """Whether a database can compare with it."""
    return 0 <= cursor.id <= MAX_ID and UNSTORABLE.search(cursor.value) is None


def _hash(conditions: str) -> str:
    return hashlib.sha256(conditions.encode()).hexdigest()[:HASH_LENGTH]
