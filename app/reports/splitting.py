"""Over time and by an axis at once: a colour for each of those that have most, the others put together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.i18n import gettext
from app.reports import charts
from app.reports.cell_links import CellLinks
from app.reports.charts import STYLES
from app.reports.drawings import Series, Slot
from app.reports.grids import Cell, Grid, Head, Section, link_of, values_of
from app.reports.sections import View, marks_of, name_of, stretches, time_key
from app.reports.values import Axis, Table, Unit
from app.reports.wording import AXIS_NAMES, slot_of, writer, written

SPLIT = "split"


@dataclass(slots=True)
class Strand:
    """One team, category …: its amounts by the beginnings of intervals, and where they lead."""

    name: str
    amounts: dict[Any, float] = field(default_factory=lambda: defaultdict(int))
    links: dict[Any, str] = field(default_factory=dict)

    @property
    def total(self) -> float:
        return sum(self.amounts.values())


def split(table: Table, axis: Axis, view: View, links: CellLinks) -> Section:
    column = view.columns(table)[0]
    keys = [each.label for each in stretches(view, view.period)]
    strands = _shown(_strands(table, axis, column.name, links))
    slots = [slot_of(key, view.interval, view.period.zone) for key in keys]
    series = [Series(each.name, [each.amounts.get(key, 0) for key in keys]) for each in strands]
    return Section(
        key=SPLIT,
        title=gettext(
            "{measure} by {axis}", measure=gettext(view.measure.title), axis=gettext(AXIS_NAMES[axis]).lower()
        ),
        grid=_grid(keys, slots, strands, column.unit),
        chart=charts.bar_chart(
            slots, series, unit=column.unit, write=writer(column.unit), is_stacked=True, marks=marks_of(view)
        ),
        about=gettext("One colour for each; the table below has the numbers."),
    )


def _strands(table: Table, axis: Axis, column: str, links: CellLinks) -> list[Strand]:
    """By id where there is one: two may have the same name. The most first."""
    found: dict[Any, Strand] = {}
    read = time_key(table)
    for number, row in enumerate(table.rows):
        values = values_of(table, row)
        strand = found.setdefault(
            (values.get(f"{axis.value}_id"), values.get(axis.value)), Strand(name_of(values, axis))
        )
        strand.amounts[read(values)] += values.get(column) or 0
        strand.links[read(values)] = links.of(values, column, link_of(table, number))
    return sorted(found.values(), key=lambda each: -each.total)


def _shown(strands: list[Strand]) -> list[Strand]:
    if len(strands) <= STYLES:
        return strands
    others = Strand(gettext("Others"))
    for each in strands[STYLES - 1 :]:
        for key, amount in each.amounts.items():
            others.amounts[key] += amount
    return [*strands[: STYLES - 1], others]


def _grid(keys: Sequence[Any], slots: Sequence[Slot], strands: Sequence[Strand], unit: Unit) -> Grid:
    heads = (Head(gettext("Time"), is_number=False), *(Head(each.name) for each in strands))
    rows = [
        (Cell(slot.name, is_number=False), *(_cell(each.amounts, each.links, key, unit) for each in strands))
        for key, slot in zip(keys, slots, strict=True)
    ]
    totals = (Cell(gettext("Total"), is_number=False), *(Cell(written(each.total, unit)) for each in strands))
    return Grid(heads, tuple(rows), totals)


def _cell(amounts: Mapping[Any, float], links: Mapping[Any, str], key: Any, unit: Unit) -> Cell:
    amount = amounts.get(key, 0)
    return Cell(written(amount, unit), links.get(key, "") if amount else "")
