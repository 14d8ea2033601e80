"""How often somebody whom nobody knows may do something: counted in the database, for all processes together."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import Database
from app.core.errors import TooManyRequests
from app.core.rows import AnyRow
from app.web import rate_queries


@dataclass(frozen=True, slots=True)
class Rate:
    """`what` names the act, so that each is counted apart."""

    what: str
    limit: int
    window: timedelta


async def require(database: Database, rate: Rate, *who: object) -> None:
    """Counts one more, in a unit of work of its own. Raises TooManyRequests, with when to come again."""
    at = now()
    row = await _count(database, rate, who, at)
    if row.times > rate.limit:
        raise TooManyRequests(retry_after=max(1, round((row.ends_at - at).total_seconds())))


async def is_within(database: Database, rate: Rate, *who: object) -> bool:
    """Counts one more too; for what is passed over in silence."""
    row = await _count(database, rate, who, now())
    return bool(row.times <= rate.limit)


async def _count(database: Database, rate: Rate, who: tuple[object, ...], at: datetime) -> AnyRow:
    async with database.transaction() as session:
        return await rate_queries.count_one(session, _hash(rate, who), at=at, window=rate.window)


async def forget_old(session: AsyncSession) -> None:
    """For the schedule: windows that are over decide nothing any more."""
    await rate_queries.forget(session, before=now())


def caller_of(request: Request) -> str:
    """The address that a request came from; a proxy's are those that the server was told to believe."""
    return request.client.host if request.client else ""


def _hash(rate: Rate, who: tuple[object, ...]) -> str:
    """Addresses of visitors are not kept."""
    return hashlib.sha256("\0".join([rate.what, *map(str, who)]).encode("utf-8", "replace")).hexdigest()
