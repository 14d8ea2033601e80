"""What can be chosen on a report's page, each choice with the address that it leads to or the value that it has."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.accounts.models import Agent
from app.core.i18n import gettext, mark
from app.inbox.choices import Choices
from app.inbox.desk import Sight
from app.inbox.words import PRIORITY_NAMES
from app.reports.asking import sees_everybody
from app.reports.measures import CLOCK_NAMES, MEASURES
from app.reports.page_asking import Asked
from app.reports.periods import AGAINST_NAMES, PRESET_NAMES, Preset, intervals_for
from app.reports.values import Axis, ReportName
from app.reports.wording import AXIS_NAMES, INTERVAL_NAMES, REPORT_NAMES


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of the form: a list, or words to be typed. `is_narrowing` is one of the conditions on tickets."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_narrowing: bool = False
    typed: str = ""

    @property
    def is_used(self) -> bool:
        return bool(self.typed) or any(option.is_chosen and option.value for option in self.options)


@dataclass(frozen=True, slots=True)
class Place:
    """A page among the reports."""

    key: str
    path: str
    title: str


FOR_LEADS = ("overview", "briefings")
"""Places of those who see everybody's work."""
NO_DAYS = {"from": "", "to": ""}
PLACES = (
    Place("overview", "/reports", mark("Overview")),
    *(Place(name.value, f"/reports/{name.value}", REPORT_NAMES[name]) for name in ReportName),
    Place("heatmap", "/reports/heatmap", mark("Weekday and hour")),
    Place("unclassified", "/reports/unclassified", mark("Without a category")),
    Place("markers", "/reports/markers", mark("Markers")),
    Place("history", "/reports/history", mark("History of inquiries")),
    Place("briefings", "/briefings", mark("Daily, weekly and monthly reports")),
    Place("definitions", "/reports/definitions", mark("What the numbers mean")),
)


def places_for(agent: Agent) -> list[Place]:
    return [each for each in PLACES if sees_everybody(agent) or each.key not in FOR_LEADS]


def presets(asked: Asked) -> list[tuple[Option, str]]:
    """Each with the address of the same page over its days; days of one's own have a form."""
    return [
        (
            Option(each.value, gettext(PRESET_NAMES[each]), asked.preset is each),
            asked.query(period=each.value, interval="", **NO_DAYS),
        )
        for each in Preset
        if each is not Preset.CUSTOM
    ]


def shapes(asked: Asked, report: ReportName, axes: Iterable[Axis], axis: Axis | None, measure: str) -> list[Choice]:
    """How it is shown."""
    has_clock = any(each.has_clock for each in MEASURES[report])
    found = [
        _choice("measure", mark("What is shown"), [(each.key, each.title) for each in MEASURES[report]], measure),
        _choice("clock", mark("Time"), list(CLOCK_NAMES.items()) if has_clock else [], asked.clock or "calendar"),
        _choice("interval", mark("Interval"), _intervals(asked), asked.interval.value),
        _choice("by", mark("Split by"), [(each.value, AXIS_NAMES[each]) for each in axes], axis.value if axis else ""),
        _choice("compare", mark("Compare with"), list(AGAINST_NAMES.items()), asked.against.value),
    ]
    return [each for each in found if len(each.options) > 1]


def _intervals(asked: Asked) -> list[tuple[str, str]]:
    return [(each.value, INTERVAL_NAMES[each]) for each in intervals_for(asked.period)]


def conditions(asked: Asked, sight: Sight, choices: Choices, *, has_people: bool) -> list[Choice]:
    """Which tickets count."""
    named: dict[str, tuple[str, list[tuple[object, str]]]] = {
        "channel": (mark("Channel"), [(each.id, each.name) for each in sight.channels]),
        "category": (mark("Category"), [(each.id, each.path) for each in choices.categories]),
        "team": (mark("Team"), [(each.id, each.name) for each in choices.teams]),
        "assignee": (mark("Assignee"), [(each.id, each.name) for each in choices.agents]),
        "label": (mark("Label"), [(each.id, each.name) for each in choices.labels]),
        "priority": (mark("Priority"), [(key.value, gettext(name)) for key, name in PRIORITY_NAMES.items()]),
        "complaint": (
            mark("Complaint"),
            [("true", gettext("Only complaints")), ("false", gettext("Without complaints"))],
        ),
    }
    if not has_people:
        del named["assignee"]
    found = []
    for name, (label, values) in named.items():
        chosen = asked.filters.get(name, "")
        options = [Option("", gettext("All")), *(Option(str(key), words, str(key) == chosen) for key, words in values)]
        if values:
            found.append(Choice(name, gettext(label), tuple(options), is_narrowing=True))
    company = asked.filters.get("company", "")
    return [*found, Choice("company", gettext("Company"), (), is_narrowing=True, typed=company)]


def hidden(asked: Asked, shown: Iterable[Choice]) -> dict[str, str]:
    """Conditions of the address that the form has no field for; they hold on."""
    fields = {each.name for each in shown}
    return {name: value for name, value in asked.filters.items() if name not in fields}


def _choice(name: str, label: str, values: Iterable[tuple[str, str]], chosen: str) -> Choice:
    options = tuple(Option(str(value), gettext(words), str(value) == chosen) for value, words in values)
    return Choice(name, gettext(label), options)
