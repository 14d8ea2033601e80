"""What a chart is made of. Across, all is in percent of its width; downwards in pixels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEIGHT = 220
TOP, BOTTOM = 14, 28
"""Room above for marks, below for the words of the axis."""

Amount = float | int | None
Write = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one colour of bars. Nothing (`None`) is a gap, not a nought."""

    name: str
    amounts: Sequence[Amount]
    is_past: bool = False
    """What the others are compared with; drawn more quietly."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the axis: its word on it, the whole of it for a pointer, and where it leads."""

    label: str
    name: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Label:
    at: float
    words: str
    is_minor: bool
    """Left out where there is little room."""


@dataclass(frozen=True, slots=True)
class Bar:
    left: float
    width: float
    top: float
    height: float
    style: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Dot:
    at: float
    top: float
    style: int


@dataclass(frozen=True, slots=True)
class Line:
    """`paths` are its stretches without a gap, as points of an SVG polyline."""

    paths: tuple[str, ...]
    style: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that can be pointed at and clicked, with what it says."""

    left: float
    width: float
    words: str
    link: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a place: a release, a campaign. Named below the legend, by its number."""

    at: float
    name: str


@dataclass(frozen=True, slots=True)
class Flag:
    """The numbers of marks that stand too near each other for one each."""

    at: float
    numbers: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend."""

    name: str
    style: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Chart:
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    hits: tuple[Hit, ...]
    legend: tuple[Entry, ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    marks: tuple[Mark, ...] = ()
    flags: tuple[Flag, ...] = ()
    height: int = HEIGHT
    bottom: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a heat map. `shade` is from 0 to 4; the number itself stands in it too."""

    amount: Amount
    shade: int
    name: str
    link: str


@dataclass(frozen=True, slots=True)
class HeatMap:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
