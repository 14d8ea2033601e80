"""What was asked of others, by when it was asked, and how it ended (C8, E2).

`open` waits for an answer, or for what whoever is asked needs; `overdue` is open past its time; `late` was answered
after it. Seconds run from asking to the answer, in calendar and in business time of the ticket's channel.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.calendars import Calendars, read_calendars
from app.core.clock import now, rfc3339
from app.core.i18n import gettext, mark
from app.core.rows import AnyRow
from app.escalations.models import EscalationState, Outcome
from app.escalations.reasons import reason_name
from app.inbox.choices import Choices
from app.reports.escalating_queries import list_asked
from app.reports.intervals import Slot, slots_of
from app.reports.speeds import summary
from app.reports.tables import INTERVAL_TITLES
from app.reports.values import Axis, Column, ColumnType, Interval, Question, Table, Unit

MICROSECOND = timedelta(microseconds=1)
LEDGER = "/escalations"
KNOWN = {
    "state",
    "from",
    "to",
    "category",
    "customer",
    "level",
    "reason",
    "from_agent",
    "to_agent",
    "to_team",
    "guests",
}
"""What the ledger can be asked for, of what a report knows."""

COUNTS = {
    "count": ("", ""),
    "open": ("state", "unfinished"),
    "overdue": ("state", "overdue"),
    "late": ("state", "late"),
}
"""How the ledger is asked for what a column counts; every other one is of what was answered."""

TITLES: Mapping[Axis, str] = {
    Axis.LEVEL: mark("Level"),
    Axis.REASON: mark("Reason"),
    Axis.FROM: mark("Asked by"),
    Axis.TO: mark("Asked of"),
    Axis.CATEGORY: mark("Category"),
    Axis.CHANNEL: mark("Came in by"),
    Axis.TEAM: mark("Team"),
}
MEASURES: tuple[Column, ...] = (
    Column("count", ColumnType.NUMBER, mark("Escalations")),
    Column("open", ColumnType.NUMBER, mark("Open")),
    Column("answered", ColumnType.NUMBER, mark("Answered")),
    Column("overdue", ColumnType.NUMBER, mark("Overdue")),
    Column("late", ColumnType.NUMBER, mark("Answered late")),
    Column("answer_mean", ColumnType.NUMBER, mark("Until the answer, mean"), Unit.SECONDS),
    Column("answer_median", ColumnType.NUMBER, mark("Until the answer, median"), Unit.SECONDS),
    Column("answer_p90", ColumnType.NUMBER, mark("Until the answer, p90"), Unit.SECONDS),
    Column("answer_business_mean", ColumnType.NUMBER, mark("Until the answer in business time, mean"), Unit.SECONDS),
    Column(
        "answer_business_median", ColumnType.NUMBER, mark("Until the answer in business time, median"), Unit.SECONDS
    ),
    Column("answer_business_p90", ColumnType.NUMBER, mark("Until the answer in business time, p90"), Unit.SECONDS),
)


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """Of one axis: what it is put in order by, what it is called, its id, and how the ledger asks for it."""

    rank: tuple[Any, ...]
    name: Any = field(compare=False)
    id: int | None = field(compare=False)
    asks: tuple[tuple[str, Any], ...] = field(compare=False)


@dataclass(slots=True)
class Sums:
    count: int = 0
    open: int = 0
    answered: int = 0
    overdue: int = 0
    late: int = 0
    calendar: list[int] = field(default_factory=list)
    business: list[int] = field(default_factory=list)

    def add(self, row: AnyRow, calendars: Calendars, at: datetime) -> None:
        self.count += 1
        is_open = row.state is not EscalationState.OVER
        self.open += is_open
        self.overdue += row.state is EscalationState.OPEN and row.due_at is not None and row.due_at <= at
        if row.outcome is Outcome.ANSWERED:
            self.answered += 1
            self.late += row.due_at is not None and row.ended_at > row.due_at
            self.calendar.append(int((row.ended_at - row.asked_at).total_seconds()))
            self.business.append(calendars.of(row.home_channel_id).business_seconds(row.asked_at, row.ended_at))

    def numbers(self) -> tuple[int | None, ...]:
        counted = (self.count, self.open, self.answered, self.overdue, self.late)
        times = (summary(self.calendar), summary(self.business))
        return (*counted, *(each[part] for each in times for part in ("mean", "median", "p90")))


Key = tuple[int, tuple[Cell, ...]]


async def read(session: AsyncSession, question: Question, choices: Choices) -> Table:
    slots = slots_of(question.period, question.interval).slots if question.interval else ()
    calendars = await read_calendars(session)
    sums: dict[Key, Sums] = {(place, ()): Sums() for place in range(len(slots) or 1)} if not question.by else {}
    whole, at = Sums(), now()
    for row in await list_asked(session, question):
        key = (_place(slots, row.asked_at), tuple(_cell(axis, row, choices) for axis in question.by))
        sums.setdefault(key, Sums()).add(row, calendars, at)
        whole.add(row, calendars, at)
    keys = sorted(sums)
    return Table(
        columns=(*_columns(question), *MEASURES),
        rows=[(*_cells(question, slots, key), *sums[key].numbers()) for key in keys],
        totals=dict(zip((each.name for each in MEASURES), whole.numbers(), strict=True)),
        links=[_address(question, slots, key) for key in keys],
    )


def _place(slots: Sequence[Slot], at: datetime) -> int:
    return max(0, bisect_right([slot.begins for slot in slots], at) - 1) if slots else 0


def _columns(question: Question) -> list[Column]:
    columns: list[Column] = []
    if question.interval is not None:
        kind = ColumnType.INSTANT if question.interval is Interval.HOUR else ColumnType.DATE
        columns.append(Column(question.interval.value, kind, INTERVAL_TITLES[question.interval]))
    for axis in question.by:
        kind = ColumnType.NUMBER if axis is Axis.LEVEL else ColumnType.TEXT
        columns.append(Column(axis.value, kind, TITLES[axis]))
        if axis is not Axis.LEVEL:
            columns.append(Column(f"{axis.value}_id", ColumnType.ID, TITLES[axis]))
    return columns


def _cells(question: Question, slots: Sequence[Slot], key: Key) -> list[Any]:
    place, found = key
    cells: list[Any] = [slots[place].label] if slots else []
    for axis, cell in zip(question.by, found, strict=True):
        cells += [cell.name] if axis is Axis.LEVEL else [cell.name, cell.id]
    return cells


def _cell(axis: Axis, row: AnyRow, choices: Choices) -> Cell:
    if axis is Axis.LEVEL:
        return Cell((row.level,), row.level, None, (("level", row.level),))
    if axis is Axis.REASON:
        name = reason_name(row.reason_key, row.reason_name)
        return Cell((row.reason_id,), name, row.reason_id, (("reason", row.reason_key),))
    if axis is Axis.FROM:
        return Cell((row.asker_name, row.from_agent_id), row.asker_name, row.from_agent_id, _asks("from_agent", row))
    if axis is Axis.TO:
        return _asked(row)
    return _of_ticket(axis, row, choices)


def _asked(row: AnyRow) -> Cell:
    """All guests are one: whoever answers once is nobody's axis."""
    if row.to_agent_id is not None:
        return Cell((0, row.asked_name, row.to_agent_id), row.asked_name, row.to_agent_id, _asks("to_agent", row))
    if row.to_team_id is not None:
        return Cell((1, row.team_name, row.to_team_id), row.team_name, row.to_team_id, _asks("to_team", row))
    return Cell((2, "", 0), gettext("Guests"), None, (("guests", "true"),))


def _asks(name: str, row: AnyRow) -> tuple[tuple[str, Any], ...]:
    return ((name, getattr(row, f"{name}_id")),)


def _of_ticket(axis: Axis, row: AnyRow, choices: Choices) -> Cell:
    row_id = row.home_channel_id if axis is Axis.CHANNEL else getattr(row, f"{axis.value}_id")
    name = choices.names[axis.value].get(row_id) if row_id is not None else None
    asks = (("category", row_id),) if axis is Axis.CATEGORY and row_id is not None else (("", None),)
    return Cell((row_id is None, name or "", row_id or 0), name, row_id, asks)


def _address(question: Question, slots: Sequence[Slot], key: Key) -> str:
    place, found = key
    first = slots[place].begins if slots else question.period.begins
    ends = slots[place].ends if slots else question.period.ends
    asked = _days(*(each.astimezone(question.period.zone) for each in (first, ends)))
    return ledger_address(question, asked | dict(pair for cell in found for pair in cell.asks))


def _days(first: datetime, ends: datetime) -> dict[str, Any]:
    """As the ledger's own form writes them, where they are whole."""
    if first.time() == ends.time() == time():
        return {"from": first.date(), "to": ends.date() - timedelta(days=1)}
    return {"from": rfc3339(first), "to": rfc3339(ends - MICROSECOND)}


def total_address(question: Question) -> str:
    return _address(question, (), (0, ()))


def ledger_address(question: Question, asked: Mapping[str, Any]) -> str:
    """The ledger of what the question's numbers count; '' where it does not know one of the conditions."""
    conditions = {**question.conditions, **asked}
    is_known = conditions.keys() <= KNOWN and "none" not in conditions.values()
    return f"{LEDGER}?{urlencode({'counted': 'true', **conditions})}" if is_known else ""


def of_column(address: str, column: str) -> str:
    """Of the steps at an address those that one number counts."""
    name, value = COUNTS.get(column) or ("outcome", Outcome.ANSWERED.value)
    return f"{address}&{name}={value}" if address and name else address
