"""Whether something rose, and how surely; pure.

What is counted is a share: of all tickets of a period those with a key. If nothing had changed, the share would be that
of the periods before, and the count would vary around its share of this period's tickets. How much it varies is
told by three things: that counts are small (Poisson), that the past is known from few counts itself (which makes of a
Poisson distribution a negative binomial one), and that shares differ from period to period anyway, as the periods
before show. The score says how improbable so large a count is, after many keys were looked at (Bonferroni).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MIN_COUNT = 5
"""What fewer tickets of a period are about is no trend, whatever it was before."""
MIN_FACTOR = 1.3
LOUD = 2.0
"""The score from which something rises: one in a hundred such reports says so where nothing does."""
QUIET_SPREAD = 0.02
"""Shares differ by a seventh (its root) from period to period although nothing happened."""
PRIOR = 0.5
"""As if each period before had had so many more: new words come up all the time."""
MAX_SCORE = 99.0
_MAX_STEPS = 20_000
_ENOUGH = 1e-12


@dataclass(frozen=True, slots=True)
class Series:
    """Tickets with a key, of this period and of those before it, the nearest first."""

    key: int
    now: int
    before: tuple[int, ...]
    complaints: int = 0


@dataclass(frozen=True, slots=True)
class Rise:
    """`expected` is what this period would have had by the share of those before; the score is 0 where nothing rose."""

    series: Series
    expected: float
    score: float


def score_all(counts: Sequence[Series], totals: Series, *, looked_at: int | None = None) -> list[Rise]:
    """The surest first; then what grew most. `totals` are the tickets of each period, with whatever key.

    `looked_at` is of how many keys with enough tickets these are the ones that may have risen.
    """
    candidates = sum(each.now >= MIN_COUNT for each in counts) if looked_at is None else looked_at
    rises = [_rise(each, totals, candidates) for each in counts]
    return sorted(rises, key=lambda each: (-each.score, each.expected - each.series.now, each.series.key))


def _rise(series: Series, totals: Series, candidates: int) -> Rise:
    exposure = sum(totals.before)
    share = totals.now / exposure if exposure else 0.0
    expected = sum(series.before) * share
    known = sum(series.before) + PRIOR * len(series.before)
    mean = known * share
    if series.now < max(MIN_COUNT, MIN_FACTOR * mean) or not mean:
        return Rise(series, expected, 0.0)
    size = 1 / (1 / known + max(QUIET_SPREAD, _spread(series, totals)))
    score = -log10_tail(series.now, mean, size) - math.log10(max(candidates, 1))
    return Rise(series, expected, round(min(max(score, 0.0), MAX_SCORE), 1))


def _spread(series: Series, totals: Series) -> float:
    """How much more the past varied than chance, relative to its mean: (variance - mean) / mean²."""
    periods = [(count, total) for count, total in zip(series.before, totals.before, strict=True) if total]
    if len(periods) < 3 or not sum(series.before):
        return 0.0
    share = sum(series.before) / sum(totals.before)
    means = [share * total for _, total in periods]
    surplus = sum((count - mean) ** 2 - mean for (count, _), mean in zip(periods, means, strict=True))
    return max(surplus / sum(mean**2 for mean in means), 0.0)


def log10_tail(count: int, mean: float, size: float) -> float:
    """log₁₀ P(X ≥ count) of a negative binomial distribution with this mean and variance mean + mean²/size.

    It is the regularised incomplete beta function of mean/(mean + size) at (count, size). Of a count of 1 or more.
    """
    q = mean / (mean + size)
    first = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    first += size * math.log1p(-q) + count * math.log(q)
    return min((first + math.log(_fraction(count, size, q))) / math.log(10), 0.0)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function by Lentz' way; above the mean some ten steps are enough.

    Source: Press et al., Numerical Recipes, 6.4.
    """
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    found = d
    for step in range(1, _MAX_STEPS):
        place = a + 2 * step
        even = step * (b - step) * x / ((place - 1) * place)
        odd = -(a + step) * (a + b + step) * x / (place * (place + 1))
        factor = 1.0
        for each in (even, odd):
            d, c = 1 / _not_zero(1 + each * d), _not_zero(1 + each / c)
            factor = d * c
            found *= factor
        if abs(factor - 1) < _ENOUGH:
            break
    return found


def _not_zero(number: float) -> float:
    return number or 1e-300


def without_parts(rises: Sequence[Rise], keys: Mapping[int, str]) -> list[Rise]:
    """Of two terms that say the same of the same tickets the longer: 「ログインできない」, not 「ログイン」 too."""
    kept: list[Rise] = []
    for rise in rises:
        key = keys[rise.series.key]
        if not any(_says(rise, key, other, keys[other.series.key]) for other in rises):
            kept.append(rise)
    return kept


def _says(rise: Rise, key: str, other: Rise, other_key: str) -> bool:
    return key != other_key and key in other_key and other.series.now >= _NEARLY * rise.series.now


_NEARLY = 0.8
