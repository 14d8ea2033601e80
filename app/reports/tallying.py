"""Reports from the columns of days: which of them answer a question, and what they say (MODEL 26).

Where a question has conditions that columns know nothing of, the database counts alone (`app.reports.queries`).
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time
from typing import Any, TypeVar

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.inbox.counting_queries import Counted
from app.inbox.list_queries import Selection
from app.reports.intervals import Slots
from app.reports.tables import Key
from app.reports.values import Axis, Interval, Period, Question
from app.tallies import queries, reading
from app.tallies.frames import Condition, Frame, Groups, Numbers, facts_of, group, spans_of
from app.tallies.models import Tally
from app.tallies.properties import LABELS, MINUTE, NOTHING, PRIORITIES
from app.tallies.reading import Columns, Wanted
from app.tickets.history_models import FactKind
from app.tickets.models import Phase

OF_TICKET: Mapping[Axis, str] = {
    Axis.CHANNEL: "channel",
    Axis.CATEGORY: "category",
    Axis.ASSIGNEE: "assignee",
    Axis.TEAM: "team",
    Axis.LABEL: LABELS,
    Axis.COMPANY: "customer",
    Axis.STATUS: "status",
    Axis.PRIORITY: "priority",
    Axis.WEEKDAY_HOUR: MINUTE,
}
OF_ACTOR = {**OF_TICKET, Axis.ASSIGNEE: "actor", Axis.TEAM: "actor_team"}
THEN = {
    **OF_TICKET,
    Axis.STATUS: "then_status",
    Axis.ASSIGNEE: "then_assignee",
    Axis.TEAM: "then_team",
    Axis.CATEGORY: "then_category",
}
SELECTED: Mapping[str, str] = {
    "status_id": "status",
    "assignee_id": "assignee",
    "team_id": "team",
    "category_id": "category",
    "customer_id": "customer",
    "label_id": LABELS,
    "is_complaint": "complaint",
}
COUNTED: Mapping[str, str] = {"home_channel_id": "channel"}
THEN_COUNTED: Mapping[str, str] = {
    "then_status_id": "then_status",
    "then_assignee_id": "then_assignee",
    "then_team_id": "then_team",
    "then_category_id": "then_category",
}
ACTED: Mapping[str, str] = {"actor_id": "actor", "actor_team_id": "actor_team"}
LACKED: Mapping[str, str] = {"category": "category", "team": "team", "label": LABELS}
MINUTES_OF_HOUR = 60
FREE = frozenset({"audience_ids", "phases", "sort", "has_snoozed"})
"""What is asked for in another way, or says nothing of which tickets count."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Companies:
    """`codes[customer_id]` is a place in `names`, whose first is none; the last code is of all further customers."""

    codes: Numbers
    names: Sequence[str]

    def of(self, customers: Numbers) -> Numbers:
        found: Numbers = self.codes[np.minimum(customers, len(self.codes) - 1)]
        return found

    def numbers_of(self, company: str) -> frozenset[int]:
        code = self.names.index(company) if company in self.names[1:] else -1
        return frozenset(np.flatnonzero(self.codes == code).tolist())


@dataclass(frozen=True, slots=True)
class Plan:
    """Which columns answer a question, by what its entries are told apart, and which of them count."""

    question: Question
    wanted: Wanted
    names: Mapping[Axis, str]
    conditions: Sequence[Condition]
    further: Collection[str]
    slots: Slots | None
    companies: Companies | None = None
    until: int | None = None
    """The first minute of the last day that is no longer asked for."""

    days: Sequence[date] = field(default=())

    def whole(self) -> "Plan":
        """The same, not told apart."""
        return replace(self, question=replace(self.question, by=(), interval=None), slots=None)

    def narrowed(self, frame: Frame) -> Frame:
        """What may be seen and fulfils the conditions."""
        kept = {*self.further, *(self.names[axis] for axis in self.question.by)}
        if self.until is not None and self.wanted.last in self.days:
            is_last = frame.day == self.days.index(self.wanted.last)
            frame = frame.take(~(is_last & (frame.columns[MINUTE] >= self.until)))
        return frame.narrowed(self.conditions, kept)

    def spread(self, frame: Frame) -> Frame:
        """An entry for each label where labels tell apart: who has two is in two groups."""
        return frame.spread() if Axis.LABEL in self.question.by else frame

    def groups(self, frame: Frame) -> Groups:
        """By the place of the interval and by the axes."""
        keys: list[Numbers] = [self._places()[frame.day]] if self.slots else []
        for axis in self.question.by:
            column = frame.columns[self.names[axis]]
            if axis is Axis.WEEKDAY_HOUR:
                weekdays = np.array([day.isoweekday() for day in self.days], np.intp)
                keys += [weekdays[frame.day], column // MINUTES_OF_HOUR]
            else:
                keys.append(self.companies.of(column) if axis is Axis.COMPANY and self.companies else column)
        return group(frame.length, keys)

    def cell_of(self, key: tuple[int, ...]) -> tuple[int, Key]:
        """The place of the interval, and the keys as rows of the database have them."""
        place, values = (key[0], key[1:]) if self.slots else (0, key)
        found: list[Any] = []
        numbers = iter(values)
        for axis in self.question.by:
            found.append(self._value(axis, next(numbers)))
            if axis is Axis.WEEKDAY_HOUR:
                found.append(next(numbers))
        return place, tuple(found)

    def _value(self, axis: Axis, number: int) -> Any:
        if axis is Axis.PRIORITY:
            return PRIORITIES[number - 1]
        if axis is Axis.COMPANY and self.companies:
            return self.companies.names[number]
        return None if number == NOTHING else number

    def _places(self) -> Numbers:
        assert self.slots is not None
        starts = [slot.label for slot in self.slots.slots if not isinstance(slot.label, datetime)]
        return np.array([bisect_right(starts, day) - 1 for day in self.days], np.intp)


async def plan_of(
    session: AsyncSession,
    question: Question,
    slots: Slots | None,
    *,
    names: Mapping[Axis, str] = OF_TICKET,
    further: Collection[str] = (),
    tally: Tally = Tally.FACTS,
    can_end_early: bool = False,
) -> Plan | None:
    """None where columns do not know what is asked for. `can_end_early`: at a minute of the last day."""
    period = question.period
    until = _minute_of_end(period) if can_end_early and period.until else None
    is_whole = question.interval is not Interval.HOUR and not period.since and (not period.until or until is not None)
    conditions = conditions_of(question.selection, tally, is_by_actor=names is OF_ACTOR)
    if conditions is None or (tally is Tally.FACTS and not is_whole):
        return None
    company = question.selection.counted.company if question.selection.counted else None
    companies = await _companies(session) if company or Axis.COMPANY in question.by else None
    if companies and company:
        conditions.append(Condition("customer", companies.numbers_of(company)))
    wanted = frozenset({*further, *(each.name for each in conditions), *(names[axis] for axis in question.by)})
    wanted |= {MINUTE} if until is not None else set()
    last = _day_of_end(period) if tally is Tally.SPANS else period.last
    days = Wanted(tally, period.first, last, period.zone, wanted)
    return Plan(question, days, names, conditions, further, slots, companies, until)


def _minute_of_end(period: Period) -> int | None:
    """None where the end is between two minutes or on another day, and on days on which clocks are changed."""
    begins, ends = datetime.combine(period.last, time(), period.zone), period.ends.astimezone(period.zone)
    is_minute = not ends.second and not ends.microsecond and ends.date() == period.last
    return ends.hour * MINUTES_OF_HOUR + ends.minute if is_minute and begins.utcoffset() == ends.utcoffset() else None


def _day_of_end(period: Period) -> date:
    """What begins at that very instant stands at it."""
    return period.ends.astimezone(period.zone).date()


def conditions_of(selection: Selection, tally: Tally, *, is_by_actor: bool) -> list[Condition] | None:
    """None where one of them is of another kind than columns are; that of a company comes later."""
    given = {
        each.name: value
        for each in fields(selection)
        if each.name not in FREE and (value := getattr(selection, each.name)) != each.default
    }
    counted = _of_counted(given.pop("counted", None), tally, is_by_actor=is_by_actor)
    priority = given.pop("priority", None)
    if counted is None or given.keys() - SELECTED.keys() or set(selection.phases) != set(Phase):
        return None
    found = [Condition("audience", frozenset(selection.audience_ids)), *counted]
    found += [Condition(SELECTED[name], frozenset({int(value)})) for name, value in given.items()]
    if priority is not None:
        found.append(Condition("priority", frozenset({PRIORITIES.index(priority) + 1})))
    return found


def _of_counted(counted: Counted | None, tally: Tally, *, is_by_actor: bool) -> list[Condition] | None:
    if counted is None:
        return []
    known = {**COUNTED, **(THEN_COUNTED if tally is Tally.SPANS else ACTED if is_by_actor else {})}
    given = {each.name: value for each in fields(counted) if (value := getattr(counted, each.name)) != each.default}
    lacks = given.pop("lacks", frozenset())
    is_of_none = given.pop("company", None) == ""
    if is_of_none or given.keys() - known.keys():
        return None
    found = [Condition(known[name], frozenset({value})) for name, value in given.items()]
    return found + [Condition(LACKED[name], frozenset({NOTHING})) for name in sorted(lacks)]


async def _companies(session: AsyncSession) -> Companies:
    return await asyncio.to_thread(_coded, await queries.list_companies(session))


def _coded(rows: Sequence[AnyRow]) -> Companies:
    ids, given = [row[0] for row in rows], [row[1] for row in rows]
    names = ["", *sorted(set(given))]
    code_of = {name: code for code, name in enumerate(names)}
    codes = np.zeros(max(ids, default=0) + 2, np.intp)
    codes[np.array(ids, np.intp)] = [code_of[name] for name in given]
    return Companies(codes, names)


async def read_facts(
    session: AsyncSession,
    plan: Plan,
    kinds: Collection[FactKind],
    count: Callable[[Plan, Mapping[FactKind, Frame]], Found],
) -> Found | None:
    """What `count` finds in what may be seen, beside the event loop; None where the database is to count alone."""

    def work(days: Mapping[date, Columns]) -> Found:
        here = replace(plan, days=tuple(days))
        frames = facts_of(days, plan.wanted, kinds)
        return count(here, {kind: here.narrowed(frame) for kind, frame in frames.items()})

    days = await reading.read(session, plan.wanted)
    return await asyncio.to_thread(work, days) if days is not None else None


async def read_spans(session: AsyncSession, plan: Plan, count: Callable[[Plan, Frame], Found]) -> Found | None:
    """The same for stretches of not being done."""

    def work(days: Mapping[date, Columns]) -> Found:
        here = replace(plan, days=tuple(days))
        return count(here, here.narrowed(spans_of(days, plan.wanted)))

    days = await reading.read(session, plan.wanted)
    return await asyncio.to_thread(work, days) if days is not None else None


def cells_of(plan: Plan, groups: Groups) -> Iterator[tuple[int, Key, int]]:
    """Of each group the place, the keys, and how many."""
    for key, total in groups.counts():
        yield *plan.cell_of(key), total


def parts_of(plan: Plan, frame: Frame) -> Iterator[tuple[int, Key, Mapping[str, Numbers]]]:
    """Of each group the place, the keys, and its entries."""
    groups = plan.groups(frame)
    order = groups.order()
    columns = {name: column[order] for name, column in frame.columns.items() if name in plan.further}
    begins = 0
    for key, total in groups.counts():
        part = slice(begins, begins + total)
        yield *plan.cell_of(key), {name: column[part] for name, column in columns.items()}
        begins += total


def tickets_of(plan: Plan, frame: Frame) -> Iterator[tuple[int, Key, int]]:
    """Of each group the place, the keys, and of how many tickets it is."""
    groups = plan.groups(frame)
    for number, total in enumerate(groups.distinct(frame.columns["ticket"]).tolist()):
        if total:
            yield *plan.cell_of(groups.key_of(number)), total
