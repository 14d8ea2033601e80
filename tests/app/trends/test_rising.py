"""Loud where something rose, silent at small numbers, at the rhythm of weeks and at growth of all."""

import math
from random import Random

import pytest

from app.trends.rising import LOUD, MIN_COUNT, Rise, Series, log10_tail, score_all, without_parts

WEEKS = 8
TOTALS = Series(0, 1000, (1000,) * WEEKS)


def _score(now: int, before: tuple[int, ...], *, totals: Series = TOTALS, others: int = 200) -> Rise:
    """Beside others that stay as they are, as in a report."""
    quiet = [Series(key, 20, (20,) * WEEKS) for key in range(2, others + 2)]
    return next(each for each in score_all([Series(1, now, before), *quiet], totals) if each.series.key == 1)


def test_three_after_one_is_silent_and_sixty_after_twenty_is_loud() -> None:
    small, large = _score(3, (1,) * WEEKS), _score(60, (20,) * WEEKS)

    assert small.score == 0
    assert large.score >= LOUD
    assert large.expected == pytest.approx(20)


@pytest.mark.parametrize("now", range(MIN_COUNT))
def test_what_hardly_anybody_asks_is_no_trend(now: int) -> None:
    assert _score(now, (0,) * WEEKS).score == 0


def test_a_word_nobody_used_before_is_loud_when_many_do() -> None:
    assert _score(5, (0,) * WEEKS).score < LOUD
    assert _score(20, (0,) * WEEKS).score >= LOUD


def test_twice_as_many_of_everything_is_a_rise_of_nothing() -> None:
    totals = Series(0, 2000, (1000,) * WEEKS)

    rises = score_all([Series(key, 40, (20,) * WEEKS) for key in range(200)], totals)

    assert all(each.score == 0 for each in rises)


def test_a_rise_that_growth_does_not_explain_stays_one() -> None:
    totals = Series(0, 2000, (1000,) * WEEKS)

    assert _score(120, (20,) * WEEKS, totals=totals).score >= LOUD
    assert _score(50, (20,) * WEEKS, totals=totals).score < LOUD


def test_what_goes_up_and_down_all_the_time_is_less_surprising() -> None:
    steady, restless = _score(60, (20,) * WEEKS), _score(60, (5, 60, 2, 55, 1, 40, 3, 50))

    assert steady.score >= LOUD
    assert restless.score < LOUD


def test_what_fell_is_no_rise() -> None:
    assert _score(5, (50,) * WEEKS).score == 0


def test_without_a_past_nothing_rose() -> None:
    assert score_all([Series(1, 50, (0,) * WEEKS)], Series(0, 100, (0,) * WEEKS))[0].score == 0
    assert score_all([], Series(0, 0, ())) == []


def test_chance_alone_is_called_a_rise_once_in_a_hundred_reports() -> None:
    random = Random(1)
    loud = 0
    for _ in range(100):
        means = [random.choice((2, 5, 10, 30)) for _ in range(100)]
        counts = [
            Series(key, _poisson(random, mean), tuple(_poisson(random, mean) for _ in range(WEEKS)))
            for key, mean in enumerate(means)
        ]
        loud += any(each.score >= LOUD for each in score_all(counts, TOTALS))

    assert loud <= 3


def test_the_surest_comes_first() -> None:
    rises = score_all(
        [Series(1, 30, (20,) * WEEKS), Series(2, 90, (20,) * WEEKS), Series(3, 60, (20,) * WEEKS)], TOTALS
    )

    assert [each.series.key for each in rises] == [2, 3, 1]


def test_the_tail_is_that_of_the_distribution() -> None:
    assert 10 ** log10_tail(1, 2.0, 3.0) == pytest.approx(1 - (3 / 5) ** 3)
    assert 10 ** log10_tail(2, 2.0, 1.0) == pytest.approx((2 / 3) ** 2)
    assert 10 ** log10_tail(700, 500.0, 40.0) == pytest.approx(_tail(700, 500.0, 40.0))
    assert log10_tail(1_000_000, 10.0, 50.0) < -1000
    assert log10_tail(1_000_000, 900_000.0, 0.5) <= 0


def _tail(count: int, mean: float, size: float) -> float:
    """One probability after another, added up."""
    q = mean / (mean + size)
    logs = [
        math.lgamma(each + size) - math.lgamma(size) - math.lgamma(each + 1) + each * math.log(q)
        for each in range(count, count + 5000)
    ]
    return math.fsum(math.exp(each + size * math.log1p(-q)) for each in logs)


def test_of_two_terms_for_the_same_tickets_the_longer_is_told() -> None:
    keys = {1: "ろぐいん", 2: "ろぐいんできない", 3: "できない", 4: "返品"}
    rises = [Rise(Series(key, now, ()), 0.0, 1.0) for key, now in ((1, 50), (2, 45), (3, 200), (4, 10))]

    kept = without_parts(rises, keys)

    assert [each.series.key for each in kept] == [2, 3, 4]


def _poisson(random: Random, mean: float) -> int:
    count = 0
    total = random.expovariate(1)
    while total < mean:
        count += 1
        total += random.expovariate(1)
    return count
