"""The month's allowance of messages: how much of it is gone, and how it will look at the month's end. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.conversations.models import Quota

QUOTA_ZONE = ZoneInfo("Asia/Tokyo")
"""Whose months the allowance has, wherever the desk is."""
WARNED_AT = (80, 95)
"""Percent of the allowance."""
LEAST_ELAPSED = timedelta(days=1)
"""The first hours of a month say little about the rest of it."""


@dataclass(frozen=True, slots=True)
class QuotaState:
    """`allowance`, `left` and `share` (percent) are None where there is no limit; `level` is 0, 80 or 95."""

    used: int
    allowance: int | None
    left: int | None
    share: int | None
    level: int
    forecast: int
    is_exhausted: bool
    asked_at: datetime | None
    error: str

    @property
    def is_forecast_over(self) -> bool:
        return self.allowance is not None and self.forecast > self.allowance


def state_of(quota: Quota, at: datetime) -> QuotaState:
    """What was used in another month than this counts no more."""
    used = quota.used if quota.month in ("", month_of(at)) else 0
    left = None if quota.allowance is None else max(0, quota.allowance - used)
    return QuotaState(
        used,
        quota.allowance,
        left,
        share(used, quota.allowance),
        level(used, quota.allowance),
        forecast(used, at),
        left == 0 or (quota.is_exhausted and used > 0),
        quota.asked_at,
        quota.error,
    )


def forecast(used: int, at: datetime) -> int:
    """How many it will be at the month's end if it goes on as it went so far."""
    begin, end = month_around(at)
    elapsed = max(at - begin, LEAST_ELAPSED)
    return max(used, round(used * ((end - begin) / elapsed)))


def month_around(at: datetime) -> tuple[datetime, datetime]:
    begin = at.astimezone(QUOTA_ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begin, (begin + timedelta(days=32)).replace(day=1)


def month_of(at: datetime) -> str:
    """As `2026-11`."""
    return f"{at.astimezone(QUOTA_ZONE):%Y-%m}"


def share(used: int, allowance: int | None) -> int | None:
    """In whole percent, never over 100."""
    if allowance is None:
        return None
    return min(100, used * 100 // allowance) if allowance else 100


def level(used: int, allowance: int | None) -> int:
    """The highest of the warnings that is reached; 0 for none."""
    reached = share(used, allowance)
    return max((each for each in WARNED_AT if reached is not None and reached >= each), default=0)
