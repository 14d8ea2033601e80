"""Tables of numbers made ready to be shown: words, links, shares, changes. Pure but for the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.i18n import gettext
from app.reports.cell_links import CellLinks
from app.reports.drawings import Chart, HeatMap
from app.reports.links import leads
from app.reports.values import Column, ColumnType, ReportName, Table, Unit
from app.reports.wording import NOTHING, written

Amount = float | int | None


@dataclass(frozen=True, slots=True)
class Head:
    title: str
    is_number: bool = True
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`bar` is its share of the highest in its column, in percent, where that is drawn behind it.

    `hint` is what its link does not say: how what it counts differs from what the link lists.
    """

    text: str
    link: str = ""
    is_number: bool = True
    is_past: bool = False
    bar: float | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A drawing with the table that says the same. `about` is what a screen reader is told of the drawing."""

    key: str
    title: str
    grid: Grid
    chart: Chart | None = None
    heat: HeatMap | None = None
    about: str = ""
    is_wide: bool = True


def numbers_of(table: Table, names: Iterable[str] = ()) -> tuple[Column, ...]:
    """The columns that hold amounts; those of `names` in their order, or all."""
    amounts = {column.name: column for column in table.columns if column.type is ColumnType.NUMBER}
    wanted = [name for name in names if name in amounts]
    return tuple(amounts[name] for name in wanted) if wanted else tuple(amounts.values())


def place_of(table: Table, name: str) -> int | None:
    return next((place for place, column in enumerate(table.columns) if column.name == name), None)


def values_of(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(table.columns, row, strict=True)}


def link_of(table: Table, number: int) -> str:
    return table.links[number] if number < len(table.links) else ""


def amount_cells(
    columns: Sequence[Column], values: Mapping[str, Any], links: CellLinks, row_link: str = ""
) -> list[Cell]:
    amounts = [(values.get(each.name), each) for each in columns]
    return [
        Cell(
            written(amount, each.unit),
            links.of(values, each.name, row_link) if leads(each.name, amount) else "",
            hint=hint_of(each.unit),
        )
        for amount, each in amounts
    ]


def total_cells(table: Table, columns: Sequence[Column], links: CellLinks) -> list[Cell]:
    amounts = [(table.totals.get(each.name), each) for each in columns]
    cells = [
        Cell(
            written(amount, each.unit),
            links.of_total(each.name) if leads(each.name, amount) else "",
            hint=hint_of(each.unit),
        )
        for amount, each in amounts
    ]
    is_standing = links.question.report is ReportName.BACKLOG
    return [Cell(gettext("At the end") if is_standing else gettext("Total"), is_number=False), *cells]


def hint_of(unit: Unit) -> str:
    """A number of messages opens a list of tickets, which may be fewer."""
    return gettext("Several on one ticket count each; the list shows the tickets.") if unit is Unit.MESSAGES else ""


def change_words(amount: Amount, before: Amount, unit: Unit = Unit.NONE) -> str:
    """By how much it is more or less; of shares in points."""
    if amount is None or before is None:
        return NOTHING
    if unit is Unit.SHARE:
        return gettext("{points} points", points=f"{(amount - before) * 100:+.1f}")
    if not before:
        return NOTHING if amount else "±0%"
    percent = round((amount - before) / before * 100)
    return f"{percent:+d}%" if percent else "±0%"


def heads_of(columns: Sequence[Column]) -> list[Head]:
    return [Head(gettext(column.title)) for column in columns]
