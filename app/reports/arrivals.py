"""Tickets of each period by what they are about: from the columns of days, else counted one by one."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app.reports.tallying import Plan, plan_of, read_facts
from app.reports.trending_queries import NONE, sum_tickets
from app.reports.values import Axis, Period, Question
from app.tallies.frames import Frame, Numbers, count_each
from app.tallies.properties import TERM_COUNT, TERMS
from app.tickets.history_models import FactKind
from app.trends.rising import MIN_COUNT, MIN_FACTOR, Series

COMPLAINT = "complaint"
RANKED = 200
"""Of terms that did not rise no more are ranked."""


@dataclass(frozen=True, slots=True)
class Counts:
    """`totals` are of all tickets: one may have several labels and terms, or none. `looked_at` keys have enough of this
    period's; those are left out that neither rose nor grew much."""

    series: Sequence[Series]
    totals: Series
    looked_at: int


async def count_arrivals(session: AsyncSession, question: Question, axis: Axis, periods: Sequence[Period]) -> Counts:
    """Within the question's conditions, of this period and those before it. There are too many terms to rank all."""
    plan = await _plan(session, question, axis, periods)
    add_up = partial(_add_up, axis=axis, periods=periods)
    found = await read_facts(session, plan, (FactKind.ARRIVAL,), add_up) if plan else None
    return found or await _count_tickets(session, question, axis, periods)


async def _plan(session: AsyncSession, question: Question, axis: Axis, periods: Sequence[Period]) -> Plan | None:
    """One over all days from the first period's to the last one's."""
    period = replace(question.period, first=min(each.first for each in periods))
    by, further = ((), (TERM_COUNT, TERMS)) if axis is Axis.TERM else ((axis,), ())
    return await plan_of(session, replace(question, period=period, by=by), None, further=(COMPLAINT, *further))


def _add_up(plan: Plan, frames: Mapping[FactKind, Frame], *, axis: Axis, periods: Sequence[Period]) -> Counts:
    frame = frames[FactKind.ARRIVAL]
    parts = [frame.within(bisect_left(plan.days, each.first), bisect_right(plan.days, each.last)) for each in periods]
    complaints = parts[0].take(parts[0].columns[COMPLAINT] == 1)
    counted = [count_each(_keys(each, axis)) for each in (complaints, *parts)]
    counts = np.zeros((len(counted), max(map(len, counted))), np.int64)
    for row, each in zip(counts, counted, strict=True):
        row[: len(each)] = each
    now, *before = (each.length for each in parts)
    totals = Series(NONE, now, tuple(before), complaints.length)
    return _told(counts, totals, axis)


def _told(counts: Numbers, totals: Series, axis: Axis) -> Counts:
    """Complaints, this period, and those before it, by key."""
    enough = counts[1] >= MIN_COUNT
    keys = np.flatnonzero(_may_lead(counts, totals) & enough if axis is Axis.TERM else counts.any(axis=0))
    series = [
        Series(key, now, tuple(before), complained)
        for key, (complained, now, *before) in zip(keys.tolist(), counts[:, keys].T.tolist(), strict=True)
    ]
    return Counts(series, totals, int(np.count_nonzero(enough)))


def _may_lead(counts: Numbers, totals: Series) -> Numbers:
    """A mask: what may have risen, and of the others those that grew most."""
    share = totals.now / (sum(totals.before) or 1)
    past = counts[2:].sum(axis=0)
    growth = counts[1] - past * share
    found: Numbers = counts[1] >= MIN_FACTOR * share * past
    found[np.argsort(growth, kind="stable")[-RANKED:]] = True
    return found


def _keys(frame: Frame, axis: Axis) -> Numbers:
    if axis is Axis.TERM:
        return frame.terms
    return frame.labels if axis is Axis.LABEL else frame.columns["category"]


async def _count_tickets(session: AsyncSession, question: Question, axis: Axis, periods: Sequence[Period]) -> Counts:
    rows = await sum_tickets(session, axis, periods, question.selection)
    whole = await sum_tickets(session, None, periods, question.selection)
    totals = next((_series(*row) for row in whole), Series(NONE, 0, (0,) * (len(periods) - 1)))
    series = [_series(*row) for row in rows]
    enough = [each for each in series if each.now >= MIN_COUNT]
    return Counts(enough if axis is Axis.TERM else series, totals, len(enough))


def _series(key: int, complaints: int, now: int, *before: int) -> Series:
    return Series(key, int(now), tuple(map(int, before)), int(complaints))
