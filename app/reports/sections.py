"""The parts of a report's page: over time, by an axis, by weekday and hour, or a table as it is."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.core.i18n import gettext
from app.reports import charts
from app.reports.cell_links import CellLinks
from app.reports.comparing import Place, Values, beside, by_axis, in_time
from app.reports.drawings import Chart, Mark, Series, Slot
from app.reports.grids import (
    Cell,
    Grid,
    Head,
    Section,
    amount_cells,
    change_words,
    heads_of,
    link_of,
    numbers_of,
    total_cells,
    values_of,
)
from app.reports.intervals import Slot as Stretch
from app.reports.intervals import midnight, slots_of
from app.reports.measures import Drawing, Measure
from app.reports.values import Axis, Column, ColumnType, Interval, Period, Table, Unit
from app.reports.wording import AXIS_NAMES, slot_of, weekday_name, writer, written

TIMES = (ColumnType.DATE, ColumnType.INSTANT)
SHOWN = 50
"""How many rows of an axis a page shows; the file has all."""

WEEKDAYS, HOURS = range(1, 8), range(24)
COUNTS = (Unit.TICKETS, Unit.MESSAGES)
"""Of these no row is nought; of times and shares it is nothing."""

COUNTED = ("current", "count")
"""What the link of a whole row counts, in tables that have only that."""


@dataclass(frozen=True, slots=True)
class View:
    """How a table is looked at."""

    measure: Measure
    clock: str
    interval: Interval
    period: Period
    other: Period | None
    until: datetime
    marks: Sequence[tuple[str, date, date]] = ()
    """Releases and campaigns: name, first and last day."""

    def columns(self, table: Table) -> tuple[Column, ...]:
        return numbers_of(table, self.measure.names(self.clock))


def over_time(table: Table, past: Table | None, view: View, links: CellLinks) -> Section:
    places = _in_time(table, view, view.period)
    if past is not None and view.other is not None:
        places = beside(places, _in_time(past, view, view.other))
    columns = view.columns(table)
    slots = [_slot(place, view.interval, view.period.zone, columns, links) for place in places]
    series = _series(places, columns, has_past=past is not None)
    return Section(
        key="time",
        title=gettext(view.measure.title),
        grid=_time_grid(table, past, list(zip(places, slots, strict=True)), columns, links),
        chart=_draw(view, slots, series, columns[0].unit),
        about=_about(slots, series, columns[0].unit),
    )


def _in_time(table: Table, view: View, period: Period) -> list[Place]:
    """Nothing begins after now."""
    return in_time([each.label for each in stretches(view, period)], table, time_key(table))


def stretches(view: View, period: Period) -> list[Stretch]:
    return [each for each in slots_of(period, view.interval).slots if each.begins <= view.until]


def time_key(table: Table) -> Callable[[Values], Any]:
    name = next((column.name for column in table.columns if column.type in TIMES), "")
    return lambda values: values.get(name)


def _slot(place: Place, interval: Interval, zone: ZoneInfo, columns: Sequence[Column], links: CellLinks) -> Slot:
    """A bar leads where the number under it leads."""
    shown = [each.name for each in columns if place.values.get(each.name)]
    link = links.of(place.values, shown[0], place.link) if len(shown) == 1 else links.back(place.link) if shown else ""
    return replace(slot_of(place.key, interval, zone), link=link)


def _series(places: Sequence[Place], columns: Sequence[Column], *, has_past: bool) -> list[Series]:
    now = [Series(gettext(column.title), [place.values.get(column.name) for place in places]) for column in columns]
    if not has_past:
        return now
    first = columns[0]
    amounts = [place.past.get(first.name) for place in places]
    return [*now, Series(gettext("{name}, compared", name=gettext(first.title)), amounts, is_past=True)]


def _draw(view: View, slots: Sequence[Slot], series: Sequence[Series], unit: Unit) -> Chart:
    if view.measure.drawing is Drawing.LINES:
        return charts.line_chart(slots, series, unit=unit, write=writer(unit), marks=marks_of(view))
    is_stacked = view.measure.drawing is Drawing.STACK
    return charts.bar_chart(slots, series, unit=unit, write=writer(unit), is_stacked=is_stacked, marks=marks_of(view))


def marks_of(view: View) -> list[Mark]:
    """Where they begin, or at the edge when that was before; in the order of time."""
    begins = [each.begins for each in stretches(view, view.period)]
    places = [bisect_right(begins, midnight(max(first, view.period.first), view.period)) for _, first, _ in view.marks]
    named = zip(view.marks, places, strict=True)
    found = [Mark(charts.place_of(max(place - 1, 0), len(begins)), name) for (name, _, _), place in named if begins]
    return sorted(found, key=lambda each: each.at)


def _about(slots: Sequence[Slot], series: Sequence[Series], unit: Unit) -> str:
    """What one sees at a glance: from where to where, and the highest."""
    amounts = [(amount, slot.name) for amount, slot in zip(series[0].amounts, slots, strict=True) if amount]
    if not amounts:
        return gettext("There is nothing in this period.")
    most, where = max(amounts, key=lambda pair: pair[0])
    params = {"first": slots[0].name, "last": slots[-1].name, "most": written(most, unit), "where": where}
    return gettext("From {first} to {last}. The highest is {most} ({where}).", **params)


def _time_grid(
    table: Table,
    past: Table | None,
    places: Sequence[tuple[Place, Slot]],
    columns: Sequence[Column],
    links: CellLinks,
) -> Grid:
    heads = [Head(gettext("Time"), is_number=False), *heads_of(columns)]
    totals = total_cells(table, columns, links) if table.totals else []
    rows = []
    for place, slot in places:
        cells = amount_cells(columns, place.values, links, place.link)
        past_cells = _past_cells(place.values, place.past, columns[0]) if past else []
        rows.append((Cell(slot.name, is_number=False), *cells, *past_cells))
    if past is not None:
        heads += _past_heads()
        totals += _past_cells(table.totals, past.totals, columns[0]) if totals else []
    return Grid(tuple(heads), tuple(rows), tuple(totals))


def _past_heads() -> list[Head]:
    return [Head(gettext("Compared with"), is_past=True), Head(gettext("More or less"), is_past=True)]


def _past_cells(values: Values, past: Values, column: Column) -> list[Cell]:
    nothing = 0 if column.unit in COUNTS else None
    amount, before = values.get(column.name, nothing), past.get(column.name, nothing)
    change = change_words(amount, before, column.unit)
    return [Cell(written(before, column.unit), is_past=True), Cell(change, is_past=True)]


def ranking(
    table: Table, past: Table | None, axis: Axis, view: View, links: CellLinks, *, is_short: bool = False
) -> Section:
    """One row for each team, category …, the most first."""
    columns = view.columns(table)
    is_alone = is_short or view.measure.drawing is not Drawing.BARS
    shown = columns if is_alone else _first(columns, numbers_of(table))
    first = columns[0].name
    places = sorted(by_axis(table, past, axis), key=lambda place: -(place.values.get(first) or 0))
    most = max((place.values.get(first) or 0 for place in places), default=0)
    heads = [Head(gettext(AXIS_NAMES[axis]), is_number=False), *heads_of(shown)]
    totals = total_cells(table, shown, links) if table.totals else []
    rows = []
    for place in places[:SHOWN]:
        past_cells = _past_cells(place.values, place.past, columns[0]) if past else []
        rows.append((*_ranked(place, axis, shown, most, links), *past_cells))
    if past is not None:
        heads += _past_heads()
        totals += _past_cells(table.totals, past.totals, columns[0]) if totals else []
    title = gettext("By {axis}", axis=gettext(AXIS_NAMES[axis]).lower())
    return Section("axis", title, Grid(tuple(heads), tuple(rows), tuple(totals)), is_wide=False)


def _first(columns: Sequence[Column], others: Sequence[Column]) -> tuple[Column, ...]:
    """The chosen one before its fellows."""
    return (*columns, *(each for each in others if each not in columns))


def _ranked(place: Place, axis: Axis, columns: Sequence[Column], most: float, links: CellLinks) -> tuple[Cell, ...]:
    share = round(100 * (place.values.get(columns[0].name) or 0) / most, 1) if most else 0
    cells = amount_cells(columns, place.values, links, place.link)
    cells[0] = replace(cells[0], bar=share)
    return (Cell(name_of(place.values, axis), is_number=False), *cells)


def name_of(values: Values, axis: Axis) -> str:
    name = values.get(axis.value)
    return str(name) if name not in (None, "") else gettext("(none)")


def by_weekday(table: Table, view: View, links: CellLinks) -> Section:
    """When customers write: a row for each day of the week, a column for each hour."""
    column = view.columns(table)[0]
    rows = [(values_of(table, row), link_of(table, number)) for number, row in enumerate(table.rows)]
    found = {(values["weekday"], values["hour"]): (values, link) for values, link in rows}
    names = [weekday_name(day) for day in WEEKDAYS]

    def amount(y: int, x: int) -> Any:
        values, _ = found.get((y + 1, x), ({}, ""))
        return values.get(column.name) or 0

    def cell(y: int, x: int) -> Slot:
        values, link = found.get((y + 1, x), ({}, ""))
        shown = written(amount(y, x), column.unit)
        words = gettext("{day} {hour}:00, {amount}", day=names[y], hour=x, amount=shown)
        return Slot("", words, links.of(values, column.name, link) if amount(y, x) else "")

    amounts = [[amount(day - 1, hour) for hour in HOURS] for day in WEEKDAYS]
    heat = charts.heat_map(names, [str(hour) for hour in HOURS], amounts, cell)
    return Section("heat", gettext(view.measure.title), Grid((), ()), heat=heat, about=_busiest(amounts, names))


def _busiest(amounts: Sequence[Sequence[Any]], names: Sequence[str]) -> str:
    most, day, hour = max((amount, -y, -x) for y, row in enumerate(amounts) for x, amount in enumerate(row))
    if not most:
        return gettext("There is nothing in this period.")
    return gettext("The busiest hour is {day} {hour}:00 with {most}.", day=names[-day], hour=-hour, most=most)


def plain(table: Table, key: str, title: str, links: CellLinks, *, limit: int = SHOWN) -> Section:
    """A table as it is; text, then numbers. Its ids are for programs."""
    shown = [(place, column) for place, column in enumerate(table.columns) if column.type is not ColumnType.ID]
    heads = tuple(Head(gettext(column.title), column.type is ColumnType.NUMBER) for _, column in shown)
    rows = []
    for number, row in enumerate(list(table.rows)[:limit]):
        link = links.back(link_of(table, number))
        rows.append(tuple(_plain_cell(row[place], column, link) for place, column in shown))
    return Section(key, title, Grid(heads, tuple(rows)))


def _plain_cell(value: Any, column: Column, link: str) -> Cell:
    if column.type is ColumnType.NUMBER:
        return Cell(written(value, column.unit), link if value and column.name in COUNTED else "")
    return Cell(str(value) if value not in (None, "") else gettext("(none)"), is_number=False)
