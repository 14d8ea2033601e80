"""What each report can show of its numbers, how it is drawn, and by what it can be split."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import mark
from app.reports.values import Axis, ReportName


class Drawing(StrEnum):
    BARS = "bars"
    STACK = "stack"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Measure:
    """`columns` are the table's; those with `{clock}` in them exist in calendar and in business time."""

    key: str
    title: str
    columns: tuple[str, ...]
    drawing: Drawing = Drawing.BARS
    fellows: tuple[str, ...] = ()
    """What else is said of the whole period; nothing is everything."""

    def names(self, clock: str) -> tuple[str, ...]:
        return tuple(name.format(clock=clock) for name in self.columns)

    @property
    def has_clock(self) -> bool:
        return any("{clock}" in name for name in self.columns)


def _counted(key: str, title: str) -> Measure:
    return Measure(key, title, (key,))


def _timed(key: str, title: str) -> Measure:
    columns = tuple(f"{key}_{{clock}}{name}" for name in ("median", "p90", "mean"))
    return Measure(key, title, columns, Drawing.LINES, (f"{key}_count", f"{key}_within"))


MEASURES = {
    ReportName.VOLUME: (
        _counted("received", mark("Tickets received")),
        _counted("inbound", mark("Messages received")),
        _counted("outbound", mark("Messages sent")),
    ),
    ReportName.SPEED: (
        _timed("first_reply", mark("First reply")),
        _timed("next_reply", mark("Next reply")),
        _timed("resolution", mark("Resolution")),
    ),
    ReportName.BACKLOG: (
        Measure("age", mark("By age"), ("under_1d", "1_3d", "3_7d", "over_7d"), Drawing.STACK, ("open",)),
        Measure("phase", mark("By phase"), ("new", "in_progress"), Drawing.STACK, ("open",)),
    ),
    ReportName.WORK: (
        _counted("handled", mark("Handled")),
        _counted("replies", mark("Replies")),
        _counted("done", mark("Done")),
        _counted("one_reply_done", mark("Done with one reply")),
        _counted("reopened", mark("Reopened")),
        Measure("resolution_rate", mark("Resolution rate"), ("resolution_rate",), Drawing.LINES),
    ),
    ReportName.TRENDS: (_counted("current", mark("This period")),),
    ReportName.ESCALATIONS: (
        _counted("count", mark("Escalations")),
        _counted("open", mark("Open")),
        _counted("answered", mark("Answered")),
        _counted("overdue", mark("Overdue")),
    ),
}
OF_TICKETS = (
    Axis.CHANNEL,
    Axis.CATEGORY,
    Axis.ASSIGNEE,
    Axis.TEAM,
    Axis.LABEL,
    Axis.COMPANY,
    Axis.PRIORITY,
)
AXES = {
    ReportName.VOLUME: OF_TICKETS,
    ReportName.SPEED: OF_TICKETS,
    ReportName.BACKLOG: (Axis.STATUS, Axis.ASSIGNEE, Axis.TEAM, Axis.CATEGORY, Axis.COMPANY, Axis.PRIORITY),
    ReportName.WORK: (Axis.ASSIGNEE, Axis.TEAM, Axis.PRIORITY),
    ReportName.TRENDS: (Axis.CATEGORY, Axis.LABEL, Axis.TERM),
    ReportName.ESCALATIONS: (Axis.LEVEL, Axis.REASON, Axis.FROM, Axis.TO),
}
FIRST_AXIS = {
    ReportName.VOLUME: Axis.CATEGORY,
    ReportName.SPEED: Axis.CATEGORY,
    ReportName.BACKLOG: Axis.ASSIGNEE,
    ReportName.WORK: Axis.ASSIGNEE,
    ReportName.TRENDS: Axis.CATEGORY,
    ReportName.ESCALATIONS: Axis.REASON,
}
CALENDAR, BUSINESS = "", "business_"
CLOCKS = {"calendar": CALENDAR, "business": BUSINESS}
CLOCK_NAMES = {"calendar": mark("Calendar time"), "business": mark("Business time")}


def measure_of(report: ReportName, key: str) -> Measure:
    """The first one where none is named."""
    return next((each for each in MEASURES[report] if each.key == key), MEASURES[report][0])
