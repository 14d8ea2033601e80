"""What is done too often is refused, whoever of several processes is asked."""

from asyncio import gather
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.clock import now
from app.core.database import Database
from app.core.errors import TooManyRequests
from app.web import rates
from app.web.rate_models import RateCount
from app.web.rates import Rate

KNOCKS = Rate("knocks", 3, timedelta(minutes=10))


async def test_what_is_done_more_often_than_allowed_is_refused_until_the_window_is_over(database: Database) -> None:
    with clock.at(now() - timedelta(minutes=11)):
        for _ in range(3):
            await rates.require(database, KNOCKS, "203.0.113.7")
        with pytest.raises(TooManyRequests) as refused:
            await rates.require(database, KNOCKS, "203.0.113.7")

    assert 0 < refused.value.retry_after <= 600
    await rates.require(database, KNOCKS, "203.0.113.7")


async def test_somebody_else_and_another_act_are_counted_apart(database: Database) -> None:
    for _ in range(3):
        await rates.require(database, KNOCKS, "203.0.113.7")

    await rates.require(database, KNOCKS, "203.0.113.8")
    await rates.require(database, Rate("calls", 3, timedelta(minutes=10)), "203.0.113.7")


async def test_of_many_at_once_as_many_as_allowed_pass(database: Database) -> None:
    attempts = [rates.require(database, KNOCKS, "203.0.113.7") for _ in range(12)]

    answers = await gather(*attempts, return_exceptions=True)

    assert sum(answer is None for answer in answers) == 3
    assert all(answer is None or isinstance(answer, TooManyRequests) for answer in answers)


async def test_windows_that_are_over_are_forgotten(database: Database) -> None:
    with clock.at(now() - timedelta(minutes=11)):
        await rates.require(database, KNOCKS, "203.0.113.7")
    await rates.require(database, KNOCKS, "203.0.113.8")

    async with database.transaction() as session:
        await rates.forget_old(session)

    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(RateCount)) == 1
