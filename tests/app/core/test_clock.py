import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core import clock

PAST = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_the_clock_can_be_told_a_time_of_the_past() -> None:
    with clock.at(PAST):
        told = clock.now()

    assert told == PAST
    assert told.tzinfo is UTC
    assert clock.now() > PAST


def test_nobody_writes_in_the_future() -> None:
    with pytest.raises(ValueError, match="past"), clock.at(datetime.now(UTC) + timedelta(minutes=1)):  # noqa: TID251
        pass


async def test_others_keep_their_own_time() -> None:
    is_told, is_read = asyncio.Event(), asyncio.Event()

    async def tell() -> datetime:
        with clock.at(PAST):
            is_told.set()
            await is_read.wait()
            return await asyncio.to_thread(clock.now)

    async def read() -> datetime:
        await is_told.wait()
        seen = clock.now()
        is_read.set()
        return seen

    told, seen = await asyncio.gather(tell(), read())

    assert told == PAST
    assert seen > PAST
