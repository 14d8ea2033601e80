"""What time it is. Leases do not use it: they have `core.leases`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)
"""Days that people may name: in every zone they begin and end at instants that a database can hold."""
END_OF_DAYS = datetime.combine(LAST_DAY, time.max, UTC)

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def is_nameable(day: date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY


def now() -> datetime:
    """The wall clock, aware UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """For what is written down after it happened: here `now()` stands still at an instant of the past.

    It holds for the task that asks and those that it starts, never for others of the process.
    """
    if instant > datetime.now(UTC):
        raise ValueError("the clock can be told a time of the past only")
    before = _told.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(before)


def rfc3339(instant: datetime | None) -> str | None:
    """As answers write instants: UTC to the microsecond, with a Z."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
