"""How much of the month's messages is used: asked of the platform now and then, and people warned in time."""

import asyncio
from datetime import timedelta

from app.channels import queries as channel_queries
from app.channels.platforms import PlatformOf
from app.channels.service import in_words
from app.conversations import quota_queries, quotas
from app.conversations.models import Quota
from app.core.clock import now
from app.core.database import Database
from app.core.log import get_logger
from app.core.wakeups import CHANNELS
from app.live.signals import signal_desk
from connectors.contracts import ConnectionProblem
from connectors.talks import Allowance

LOOK_SECONDS = 60.0
ASK_EVERY = timedelta(minutes=10)
ATTEMPT_SECONDS = 30.0

log = get_logger(__name__)


async def run(database: Database, platform_of: PlatformOf) -> None:
    """Run until cancelled."""
    async with database.wakeups.subscribe(CHANNELS) as waiter:
        while True:
            async with database.reading() as session:
                due = await quota_queries.list_due(session, before=now() - ASK_EVERY)
            for channel_id in due:
                await read_meter(database, platform_of, channel_id)
            await waiter.wait(LOOK_SECONDS)


async def read_meter(database: Database, platform_of: PlatformOf, channel_id: int) -> None:
    """Unless another worker has just done so."""
    at = now()
    async with database.transaction() as session:
        if not await quota_queries.claim(session, channel_id, at=at, before=at - ASK_EVERY):
            return
    async with database.reading() as session:
        channel = await channel_queries.get_channel(session, channel_id)
    error, allowance = "", None
    try:
        async with asyncio.timeout(ATTEMPT_SECONDS):
            allowance = await platform_of(channel).read_allowance()
    except ConnectionProblem as problem:
        error = in_words(problem)
    except TimeoutError:
        error = in_words(ConnectionProblem("timeout", field="api_url"))
    async with database.transaction() as session:
        quota = await quota_queries.hold_quota(session, channel_id)
        before = quota.warned_at, quota.is_exhausted, bool(quota.error)
        quota.error = error
        if allowance is not None:
            note(quota, allowance, month=quotas.month_of(at))
        if before != (quota.warned_at, quota.is_exhausted, bool(quota.error)):
            await signal_desk(session)


def note(quota: Quota, allowance: Allowance, *, month: str) -> None:
    """What the platform told. A warning stands until the month is over, or there is more to use."""
    quota.month, quota.allowance, quota.used = month, allowance.limit, allowance.used
    quota.is_exhausted = allowance.limit is not None and allowance.used >= allowance.limit
    quota.warned_at = quotas.level(allowance.used, allowance.limit)
