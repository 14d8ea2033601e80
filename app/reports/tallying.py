"""Volume from counters where they can answer: clean days by them, marked days by the facts (MODEL 26)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.inbox.counting_queries import NOBODY, Counted
from app.inbox.list_queries import Selection
from app.reports.intervals import slots_of
from app.reports.values import Axis, Interval, Period, Question
from app.tallies import queries, service
from app.tallies.models import NOTHING, TallyAxis
from app.tickets.models import Phase

TALLIED: Mapping[Axis, TallyAxis] = {
    Axis.CHANNEL: TallyAxis.CHANNEL,
    Axis.CATEGORY: TallyAxis.CATEGORY,
    Axis.ASSIGNEE: TallyAxis.ASSIGNEE,
    Axis.TEAM: TallyAxis.TEAM,
    Axis.LABEL: TallyAxis.LABEL,
    Axis.WEEKDAY_HOUR: TallyAxis.HOUR,
}
NARROWING: Mapping[str, TallyAxis] = {
    "category_id": TallyAxis.CATEGORY,
    "assignee_id": TallyAxis.ASSIGNEE,
    "team_id": TallyAxis.TEAM,
    "label_id": TallyAxis.LABEL,
}
LACKED: Mapping[str, TallyAxis] = {
    "category": TallyAxis.CATEGORY,
    "team": TallyAxis.TEAM,
    "label": TallyAxis.LABEL,
}
FREE = frozenset({"audience_ids", "phases", "sort", "has_snoozed"})
"""What is asked for in another way, or says nothing of which tickets count."""

MOST_RANGES = 12
"""Of marked days: with more of them all facts are read at once."""

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """Which counters answer a question."""

    axis: TallyAxis
    key_id: int | None


@dataclass(frozen=True, slots=True)
class Sum:
    """As a row of the facts: the place of the slot, the keys of the axes, the counts by measure."""

    place: int
    key: tuple[int | None, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shares:
    """What the counters know, and of which stretches of days the facts are to be asked."""

    sums: Sequence[Sum]
    facts: Sequence[Period]


def tally_of(question: Question) -> Tally | None:
    """None where only the facts know: two things at once, parts of days, what counters are not told apart by."""
    period = question.period
    if question.interval is Interval.HOUR or period.since or period.until or len(question.by) > 1:
        return None
    narrowed = _narrowed(question.selection)
    if narrowed is None:
        return None
    by = TALLIED.get(question.by[0]) if question.by else None
    if question.by and by is None:
        return None
    named = {axis for axis in (by, *narrowed) if axis is not None}
    if len(named) > 1 or (by is TallyAxis.LABEL and narrowed):
        return None  # what has one label may have another too
    return Tally(next(iter(named), TallyAxis.ALL), next(iter(narrowed.values()), None))


def _narrowed(selection: Selection) -> Mapping[TallyAxis, int] | None:
    """The conditions beside rights, by axis; None where one of them is of another kind."""
    given = {
        each.name: value
        for each in fields(selection)
        if each.name not in FREE and (value := getattr(selection, each.name)) != each.default
    }
    counted = _of_counted(given.pop("counted", None))
    if counted is None or given.keys() - NARROWING.keys() or set(selection.phases) != set(Phase):
        return None
    return {NARROWING[name]: NOTHING if value == NOBODY else value for name, value in given.items()} | counted


def _of_counted(counted: Counted | None) -> dict[TallyAxis, int] | None:
    if counted is None:
        return {}
    if counted != Counted(home_channel_id=counted.home_channel_id, lacks=counted.lacks):
        return None
    found = {LACKED[name]: NOTHING for name in counted.lacks}
    return found | ({TallyAxis.CHANNEL: counted.home_channel_id} if counted.home_channel_id is not None else {})


async def read_shares(session: AsyncSession, question: Question, tally: Tally) -> Shares | None:
    """None where the facts are to answer alone: no counters of this zone, too much marked, or never a quiet moment."""
    for _ in range(ATTEMPTS):
        before = await _moment(session, question.period)
        if before[0] is None:
            return None
        shares = await _read(session, question, tally)
        if shares is None or await _moment(session, question.period) == before:
            return shares
    return None


async def _moment(session: AsyncSession, period: Period) -> tuple[int | None, tuple[int, int]]:
    """Every change of the facts marks a day, and every count ends marks: the same twice is one moment."""
    return await queries.find_generation(session, str(period.zone)), await queries.count_marks(session)


async def _read(session: AsyncSession, question: Question, tally: Tally) -> Shares | None:
    period = question.period
    marked = await _marked_days(session, period)
    ranges = list(_ranges(marked))
    if len(ranges) > MOST_RANGES:
        return None
    is_of_hours = tally.axis is TallyAxis.HOUR
    rows = await queries.sum_counts(
        session,
        tally.axis,
        question.selection.audience_ids,
        (period.first, period.last),
        key_id=tally.key_id,
        stretch=queries.weekday() if is_of_hours else queries.from_starts(_starts(question)),
        but=marked,
    )
    sums = [
        Sum(
            0 if is_of_hours else row.stretch,
            (row.stretch, row.key_id) if is_of_hours else _key(question, row.key_id),
            {name: int(getattr(row, name)) for name in queries.MEASURES},
        )
        for row in rows
    ]
    return Shares(sums, [replace(period, first=first, last=last) for first, last in ranges])


def _starts(question: Question) -> Sequence[date]:
    """The days on which the further slots begin."""
    if question.interval is None:
        return ()
    labels = (slot.label for slot in slots_of(question.period, question.interval).slots)
    return [each for each in labels if not isinstance(each, datetime)][1:]


def _key(question: Question, key_id: int) -> tuple[int | None, ...]:
    return (None if key_id == NOTHING else key_id,) if question.by else ()


async def _marked_days(session: AsyncSession, period: Period) -> Sequence[date]:
    first, _ = service.utc_days(period.first, period.zone)
    _, last = service.utc_days(period.last, period.zone)
    found = {
        touched
        for day in await queries.list_dirty_days(session, first, last)
        for touched in service.days_touched(day, period.zone)
    }
    return sorted(day for day in found if period.first <= day <= period.last)


def _ranges(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """Days that follow each other, by their first and last."""
    begun: date | None = None
    before: date | None = None
    for day in days:
        if begun is None or before is None or day != before + timedelta(days=1):
            if begun is not None and before is not None:
                yield begun, before
            begun = day
        before = day
    if begun is not None and before is not None:
        yield begun, before
