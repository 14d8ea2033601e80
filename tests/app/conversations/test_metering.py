"""How much of the month is used: asked by one worker, told to the pages when it gets short."""

from datetime import timedelta

import pytest
import time_machine

from app.conversations import quota_queries
from app.conversations.metering import ASK_EVERY, read_meter
from app.conversations.models import Quota
from app.core.clock import now
from connectors.talks import Allowance
from tests.app.conversations.conftest import TalkDesk
from tests.support.platforms import UNREACHABLE


async def read(talk: TalkDesk, *, later: int = 0) -> Quota:
    with time_machine.travel(now() + later * ASK_EVERY + timedelta(seconds=later), tick=False):
        await read_meter(talk.database, talk.platform.of, talk.channel.id)
    async with talk.database.reading() as session:
        quota = await quota_queries.find_quota(session, talk.channel.id)
    assert quota is not None
    return quota


@pytest.mark.parametrize(
    ("used", "warned_at", "is_exhausted"), [(799, 0, False), (800, 80, False), (950, 95, False), (1000, 95, True)]
)
async def test_people_are_warned_in_time(talk: TalkDesk, used: int, warned_at: int, is_exhausted: bool) -> None:
    talk.platform.allowance = Allowance(limit=1000, used=used)
    quota = await read(talk)
    assert (quota.used, quota.warned_at, quota.is_exhausted) == (used, warned_at, is_exhausted)


async def test_more_to_use_ends_the_warning(talk: TalkDesk) -> None:
    talk.platform.allowance = Allowance(limit=1000, used=1000)
    await read(talk)
    talk.platform.allowance = Allowance(limit=None, used=1000)
    quota = await read(talk, later=1)
    assert (quota.allowance, quota.warned_at, quota.is_exhausted) == (None, 0, False)


async def test_what_is_known_stays_while_the_platform_is_away(talk: TalkDesk) -> None:
    talk.platform.allowance = Allowance(limit=1000, used=10)
    await read(talk)
    talk.platform.troubles = [UNREACHABLE]
    quota = await read(talk, later=1)
    assert (quota.used, bool(quota.error)) == (10, True)


async def test_it_is_asked_once_in_a_while(talk: TalkDesk) -> None:
    for _ in range(3):
        await read(talk)
    assert talk.platform.asked == ["allowance"]
