"""The address of the list that holds the tickets behind a number: the report's own conditions, and the row's."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from app.core.clock import now, rfc3339
from app.inbox.choices import Choices
from app.inbox.values import Act
from app.reports.tables import Line
from app.reports.values import Axis, Question, ReportName

LIST = "/tickets"
MICROSECOND = timedelta(microseconds=1)
DAY = timedelta(days=1)
OF_TICKET: Mapping[Axis, str] = {
    Axis.CHANNEL: "came_in",
    Axis.CATEGORY: "category",
    Axis.ASSIGNEE: "assignee",
    Axis.TEAM: "team",
    Axis.LABEL: "label",
    Axis.COMPANY: "company",
    Axis.STATUS: "status",
    Axis.PRIORITY: "priority",
    Axis.TERM: "term",
}
OF_ACTOR: Mapping[Axis, str] = {**OF_TICKET, Axis.ASSIGNEE: "actor", Axis.TEAM: "actor_team"}
THEN: Mapping[Axis, str] = {
    **OF_TICKET,
    Axis.ASSIGNEE: "then_assignee",
    Axis.TEAM: "then_team",
    Axis.CATEGORY: "then_category",
    Axis.STATUS: "then_status",
}
"""What a backlog is told apart by is as it was at that hour."""

ACTS: Mapping[str, Act] = {
    "inbound": Act.INBOUND,
    "outbound": Act.OUTBOUND,
    "first_reply": Act.FIRST_REPLY,
    "next_reply": Act.NEXT_REPLY,
    "resolution": Act.RESOLUTION,
    "handled": Act.HANDLED,
    "replies": Act.OUTBOUND,
    "done": Act.RESOLUTION,
    "one_reply_done": Act.RESOLUTION,
    "resolution_rate": Act.RESOLUTION,
    "reopened": Act.REOPENING,
}
WITHIN = "_within"
"""A share of what came in time; it opens what did not."""
FIRST_MEASURE: Mapping[ReportName, str] = {
    ReportName.VOLUME: "received",
    ReportName.SPEED: "first_reply",
    ReportName.WORK: "handled",
    ReportName.BACKLOG: "open",
}
"""What a row's own link opens; its other numbers have `address` with their column."""

AGES: Mapping[str, tuple[timedelta | None, timedelta | None]] = {
    "under_1d": (None, DAY),
    "1_3d": (DAY, DAY * 3),
    "3_7d": (DAY * 3, DAY * 7),
    "over_7d": (DAY * 7, None),
}
"""From this age on, and younger than that."""


def row_address(question: Question, line: Line, choices: Choices) -> str:
    return address(question, line, FIRST_MEASURE[question.report], choices)


def leads(column: str, amount: Any) -> bool:
    """What counts nothing leads nowhere, nor does a share of which nothing is late."""
    return amount is not None and amount < 1 if column.endswith(WITHIN) else bool(amount)


def address(question: Question, line: Line, column: str, choices: Choices) -> str:
    """For one number of a row; what counts acts opens the tickets on which they happened."""
    measure = _measure(column)
    asked = {**question.conditions, **_keys(question, line, choices)}
    if question.report is ReportName.BACKLOG:
        return _write({**asked, **_standing(question, line, measure)})
    first = line.slot.begins if line.slot else question.period.begins
    last = (line.slot.ends if line.slot else question.period.ends) - MICROSECOND
    if measure == "received":
        return _write(asked | _narrower(question, first, last))
    if measure == "one_reply_done":
        asked["replies"] = 1
    if column.endswith(WITHIN):
        asked["in_time"] = False
    return _write(asked | {"act": ACTS[measure], "act_from": rfc3339(first), "act_to": rfc3339(last)})


def _measure(column: str) -> str:
    """`first_reply_business_p90` is of first replies."""
    return next((name for name in ("first_reply", "next_reply", "resolution") if column.startswith(f"{name}_")), column)


def _keys(question: Question, line: Line, choices: Choices) -> dict[str, Any]:
    names = {ReportName.BACKLOG: THEN, ReportName.SPEED: OF_ACTOR, ReportName.WORK: OF_ACTOR}.get(
        question.report, OF_TICKET
    )
    found: dict[str, Any] = {}
    for axis, key in line.keys.items():
        if axis is Axis.WEEKDAY_HOUR:
            found["weekday"], found["hour"] = key
        elif axis is Axis.STATUS:
            found[names[axis]] = choices.names["status_key"][key]
        elif axis is Axis.COMPANY:
            found["company"] = key
        else:
            found[names[axis]] = "none" if key is None else key
    return found


def _standing(question: Question, line: Line, measure: str) -> dict[str, Any]:
    at = instant_of(question, line)
    found: dict[str, Any] = {"open_at": rfc3339(at)}
    if measure in ("new", "in_progress"):
        found["then_phase"] = measure
    if measure in AGES:
        oldest_from, younger_than = AGES[measure]
        first = at - younger_than + MICROSECOND if younger_than is not None else None
        found |= _narrower(question, first, at - oldest_from if oldest_from is not None else None)
    return found


def instant_of(question: Question, line: Line) -> datetime:
    """When a backlog is looked at: the end of its interval, or now where that still runs."""
    return min(line.slot.ends if line.slot else question.period.ends, now())


def _narrower(question: Question, first: datetime | None, last: datetime | None) -> dict[str, Any]:
    """A report that is asked for some arrivals only counts those in both."""
    asked_from, asked_before = question.selection.created_from, question.selection.created_before
    begins = max((each for each in (first, asked_from) if each is not None), default=None)
    ends = min((each for each in (last, asked_before and asked_before - MICROSECOND) if each is not None), default=None)
    found = {"created_from": begins, "created_to": ends}
    return {name: rfc3339(each) for name, each in found.items() if each is not None}


def _write(asked: Mapping[str, Any]) -> str:
    return f"{LIST}?{urlencode({name: _text(value) for name, value in asked.items() if value is not None}, doseq=True)}"


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return [str(each) for each in value] if isinstance(value, list | tuple) else str(value)
