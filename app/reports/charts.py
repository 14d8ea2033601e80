"""Numbers to the geometry of a chart: pure, no database, no HTML, no words but those that were handed in.

Across, everything is in percent of the drawing's width, so that it fits every screen; downwards in pixels.
Lines are drawn in a box of their own that is WIDE units across.
"""

from collections.abc import Callable, Sequence
from math import ceil, floor, log10

from app.reports.drawings import (
    BOTTOM,
    HEIGHT,
    TOP,
    Amount,
    Bar,
    Cell,
    Chart,
    Dot,
    Entry,
    Flag,
    HeatMap,
    Hit,
    Label,
    Line,
    Mark,
    Series,
    Slot,
    Tick,
    Write,
)
from app.reports.values import Unit

WIDE = 1000
STEPS = 4
MAX_LABELS = 6
MAX_DOTS = 62
NEAR = 4
"""So far apart, in percent, a mark's number has room on the smallest screen."""
STYLES = 8
"""How many series a drawing tells apart; what is more is put together before."""

HOUR, DAY = 3600, 86400
ROUND_SECONDS = (1, 5, 15, 30, 60, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)
ROUND = (1.0, 2.0, 5.0, 10.0)


def nice_step(most: float, unit: Unit = Unit.NONE, steps: int = STEPS) -> float:
    """A round distance between lines of the axis, so that `steps` of them are not less than `most`."""
    if unit is Unit.SHARE:
        return 0.25
    least = max(most, 1) / steps
    if unit is Unit.SECONDS:
        return _round_seconds(least)
    return max(_round(least), 1)


def _round(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(each * power for each in ROUND if each * power >= least - 1e-9)


def _round_seconds(least: float) -> float:
    below = next((each for each in ROUND_SECONDS if each >= least), None)
    return below if below is not None else _round(least / DAY) * DAY


def ticks(most: float, unit: Unit, write: Write) -> tuple[float, tuple[Tick, ...]]:
    """The amount at the upper edge, and the lines from the bottom up."""
    step = nice_step(most, unit)
    count = max(ceil(most / step - 1e-9), 1)
    edge = step * count
    return edge, tuple(Tick(_down(step * number, edge), write(step * number)) for number in range(count + 1))


def _down(amount: float, edge: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * min(amount / edge, 1), 1)


def bar_chart(
    slots: Sequence[Slot],
    series: Sequence[Series],
    *,
    unit: Unit,
    write: Write,
    is_stacked: bool = False,
    marks: Sequence[Mark] = (),
) -> Chart:
    """Bars beside each other, or on each other; what they are compared with always stands beside."""
    edge, lines = ticks(_most(series, is_stacked=is_stacked), unit, write)
    return Chart(
        ticks=lines,
        labels=_labels(slots),
        hits=_hits(slots, series, write),
        legend=_legend(series),
        bars=tuple(_bars(len(slots), series, edge, is_stacked=is_stacked)),
        marks=tuple(marks),
        flags=_flags(marks),
    )


def line_chart(
    slots: Sequence[Slot], series: Sequence[Series], *, unit: Unit, write: Write, marks: Sequence[Mark] = ()
) -> Chart:
    edge, lines = ticks(_most(series, is_stacked=False), unit, write)
    return Chart(
        ticks=lines,
        labels=_labels(slots),
        hits=_hits(slots, series, write),
        legend=_legend(series),
        lines=tuple(_line(each, style, edge) for style, each in enumerate(series)),
        dots=tuple(_dots(series, edge)),
        marks=tuple(marks),
        flags=_flags(marks),
    )


def _flags(marks: Sequence[Mark]) -> tuple[Flag, ...]:
    """`marks` are in the order of their places."""
    found: list[Flag] = []
    for number, mark in enumerate(marks, start=1):
        if found and mark.at - found[-1].at < NEAR:
            found[-1] = Flag(found[-1].at, f"{found[-1].numbers}, {number}")
        else:
            found.append(Flag(mark.at, str(number)))
    return tuple(found)


def heat_map(
    names: Sequence[str], columns: Sequence[str], amounts: Sequence[Sequence[Amount]], cells: Callable[[int, int], Slot]
) -> HeatMap:
    """Shades by the share of the highest; nothing has none."""
    most = max((amount or 0 for row in amounts for amount in row), default=0)
    rows = []
    for y, name in enumerate(names):
        slots = [cells(y, x) for x in range(len(columns))]
        rows.append(
            (name, tuple(Cell(a, _shade(a, most), s.name, s.link) for a, s in zip(amounts[y], slots, strict=True)))
        )
    return HeatMap(tuple(columns), tuple(rows))


def _shade(amount: Amount, most: float) -> int:
    return min(ceil(4 * amount / most), 4) if amount and most else 0


def place_of(index: float, count: int) -> float:
    """The middle of a slot, in percent."""
    return round((index + 0.5) * 100 / max(count, 1), 3)


def _most(series: Sequence[Series], *, is_stacked: bool) -> float:
    single = [amount for each in series for amount in each.amounts if amount is not None]
    if is_stacked:
        present = [each.amounts for each in series if not each.is_past]
        single += [sum(amount or 0 for amount in column) for column in zip(*present, strict=True)]
    return max(single, default=0)


def _bars(count: int, series: Sequence[Series], edge: float, *, is_stacked: bool) -> list[Bar]:
    """Each slot leaves a fifth of its width free."""
    slot = 100 / max(count, 1)
    places = _places(series, is_stacked=is_stacked)
    width = slot * 0.8 / max(len(set(places)), 1)
    bars = []
    for index in range(count):
        under: dict[int, float] = {}
        for style, each in enumerate(series):
            amount, place = each.amounts[index], places[style]
            if amount:
                foot = under.get(place, 0.0)
                under[place] = foot + amount
                left = slot * (index + 0.1) + width * place
                top, bottom = _down(foot + amount, edge), _down(foot, edge)
                bars.append(Bar(round(left, 3), round(width, 3), top, round(bottom - top, 1), style, each.is_past))
    return bars


def _places(series: Sequence[Series], *, is_stacked: bool) -> list[int]:
    """At which place in its slot each series stands; what is past stands first, as time goes."""
    if not is_stacked:
        order = sorted(range(len(series)), key=lambda number: not series[number].is_past)
        return [order.index(number) for number in range(len(series))]
    has_past = any(each.is_past for each in series)
    return [0 if each.is_past else int(has_past) for each in series]


def _line(series: Series, style: int, edge: float) -> Line:
    paths: list[list[str]] = [[]]
    for index, amount in enumerate(series.amounts):
        if amount is None:
            paths.append([])
        else:
            across = round(place_of(index, len(series.amounts)) * WIDE / 100, 1)
            paths[-1].append(f"{across:g},{_down(amount, edge):g}")
    return Line(tuple(" ".join(path) for path in paths if len(path) > 1), style, series.is_past)


def _dots(series: Sequence[Series], edge: float) -> list[Dot]:
    """Where they are few enough; alone between gaps always, since no line shows it."""
    dots = []
    for style, each in enumerate(series):
        amounts = each.amounts
        for index, amount in enumerate(amounts):
            if amount is not None and (len(amounts) <= MAX_DOTS or _is_alone(amounts, index)):
                dots.append(Dot(place_of(index, len(amounts)), _down(amount, edge), style))
    return dots


def _is_alone(amounts: Sequence[Amount], index: int) -> bool:
    around = [amounts[place] for place in (index - 1, index + 1) if 0 <= place < len(amounts)]
    return all(each is None for each in around)


def _labels(slots: Sequence[Slot]) -> tuple[Label, ...]:
    """At most MAX_LABELS words, evenly apart; every second one is for wide screens only."""
    apart = max(ceil(len(slots) / MAX_LABELS), 1)
    shown = range(0, len(slots), apart)
    return tuple(
        Label(place_of(index, len(slots)), slots[index].label, is_minor=number % 2 == 1)
        for number, index in enumerate(shown)
    )


def _hits(slots: Sequence[Slot], series: Sequence[Series], write: Write) -> tuple[Hit, ...]:
    width = 100 / max(len(slots), 1)
    return tuple(
        Hit(round(index * width, 3), round(width, 3), _said(slot, index, series, write), slot.link)
        for index, slot in enumerate(slots)
    )


def _said(slot: Slot, index: int, series: Sequence[Series], write: Write) -> str:
    amounts = [(each.name, each.amounts[index]) for each in series]
    return "\n".join([slot.name, *(f"{name}: {write(amount)}" for name, amount in amounts if amount is not None)])


def _legend(series: Sequence[Series]) -> tuple[Entry, ...]:
    """What stands alone needs none."""
    if len(series) == 1:
        return ()
    return tuple(Entry(each.name, style, each.is_past) for style, each in enumerate(series))
