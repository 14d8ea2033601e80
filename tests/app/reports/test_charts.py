"""The geometry of charts: round axes, nothing outside the drawing, sums that are as high as their parts."""

from hypothesis import given
from hypothesis import strategies as st

from app.reports.charts import MAX_LABELS, bar_chart, heat_map, line_chart, nice_step, ticks
from app.reports.drawings import BOTTOM, HEIGHT, TOP, Mark, Series, Slot
from app.reports.values import Unit

FOOT = HEIGHT - BOTTOM
HOUR = 3600


def _slots(count: int) -> list[Slot]:
    return [Slot(f"{number}", f"day {number}", f"/tickets?day={number}") for number in range(count)]


def _plain(amount: float) -> str:
    return f"{amount:g}"


def test_axes_are_round() -> None:
    assert [nice_step(most) for most in (0, 1, 3, 4, 7, 20, 41, 999)] == [1, 1, 1, 1, 2, 5, 20, 500]
    assert nice_step(3 * HOUR, Unit.SECONDS) == HOUR
    assert nice_step(50 * HOUR, Unit.SECONDS) == 24 * HOUR
    assert nice_step(40 * 24 * HOUR, Unit.SECONDS) == 10 * 24 * HOUR
    assert nice_step(0.3, Unit.SHARE) == 0.25


@given(st.floats(min_value=0, max_value=1e9), st.sampled_from([Unit.TICKETS, Unit.SECONDS]))
def test_an_axis_holds_its_highest_amount_in_few_lines(most: float, unit: Unit) -> None:
    edge, lines = ticks(most, unit, _plain)

    assert edge >= most * (1 - 1e-6)
    assert 2 <= len(lines) <= 6
    assert (lines[0].at, lines[-1].at) == (FOOT, TOP)


def test_bars_stand_beside_each_other_and_the_past_stands_first() -> None:
    series = [Series("now", [4, 2]), Series("before", [1, 4], is_past=True)]

    chart = bar_chart(_slots(2), series, unit=Unit.TICKETS, write=_plain)

    first_now, first_past, second_now, second_past = chart.bars
    assert (first_now.top, first_now.height) == (TOP, FOOT - TOP)
    assert first_past.left < first_now.left < second_past.left < second_now.left
    assert second_now.height * 2 == second_past.height
    assert [entry.is_past for entry in chart.legend] == [False, True]


def test_a_stack_is_as_high_as_its_sum() -> None:
    series = [Series("a", [3]), Series("b", [0]), Series("c", [1])]

    chart = bar_chart(_slots(1), series, unit=Unit.TICKETS, write=_plain, is_stacked=True)

    assert [bar.style for bar in chart.bars] == [0, 2]
    assert sum(bar.height for bar in chart.bars) == FOOT - TOP
    assert chart.bars[1].top + chart.bars[1].height == chart.bars[0].top


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), max_size=120), st.booleans())
def test_nothing_is_drawn_outside(amounts: list[int | None], is_stacked: bool) -> None:
    series = [Series("a", amounts), Series("b", amounts[::-1]), Series("past", amounts, is_past=True)]
    slots = _slots(len(amounts))

    bars = bar_chart(slots, series, unit=Unit.TICKETS, write=_plain, is_stacked=is_stacked)
    lines = line_chart(slots, series, unit=Unit.TICKETS, write=_plain)

    assert all(bar.left >= 0 and bar.left + bar.width <= 100.01 for bar in bars.bars)
    assert all(bar.top >= TOP - 0.2 and bar.top + bar.height <= FOOT + 0.2 for bar in bars.bars)
    assert all(0 <= dot.at <= 100 and TOP <= dot.top <= FOOT for dot in lines.dots)
    assert len(lines.labels) <= MAX_LABELS
    assert len(lines.hits) == len(amounts)


def test_a_gap_is_no_nought() -> None:
    chart = line_chart(_slots(5), [Series("a", [1, 2, None, None, 3])], unit=Unit.TICKETS, write=_plain)

    assert len(chart.lines[0].paths) == 1
    assert [dot.at for dot in chart.dots] == [10, 30, 90]
    assert chart.legend == ()


def test_a_place_says_its_amounts_and_leads_to_its_tickets() -> None:
    chart = bar_chart(_slots(2), [Series("a", [1, None]), Series("b", [2, 3])], unit=Unit.TICKETS, write=_plain)

    assert [hit.words for hit in chart.hits] == ["day 0\na: 1\nb: 2", "day 1\nb: 3"]
    assert chart.hits[1].link == "/tickets?day=1"


def test_nothing_at_all_is_an_empty_drawing() -> None:
    chart = bar_chart([], [Series("a", [])], unit=Unit.TICKETS, write=_plain)

    assert (chart.bars, chart.labels, chart.hits) == ((), (), ())
    assert [tick.label for tick in chart.ticks] == ["0", "1"]


def test_a_heat_map_is_darkest_where_most_is() -> None:
    found = heat_map(["Mon", "Tue"], ["0", "1"], [[0, 1], [4, None]], lambda y, x: Slot("", f"{y} {x}", f"/{y}/{x}"))

    assert [[cell.shade for cell in cells] for _, cells in found.rows] == [[0, 1], [4, 0]]
    assert found.rows[1][1][0].link == "/1/0"


def test_marks_that_stand_near_each_other_share_a_flag() -> None:
    marks = [Mark(10.0, "発売"), Mark(50.0, "改定"), Mark(52.0, "画面"), Mark(90.0, "祭")]

    drawn = bar_chart(_slots(1), [Series("件数", [3])], unit=Unit.TICKETS, write=_plain, marks=marks)

    assert [(flag.at, flag.numbers) for flag in drawn.flags] == [(10.0, "1"), (50.0, "2, 3"), (90.0, "4")]
    assert [mark.name for mark in drawn.marks] == ["発売", "改定", "画面", "祭"]
