"""From what was asked to a question: which tickets, which days, told apart by what, and whose numbers one may see."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, Role
from app.core.clock import now
from app.core.errors import Forbidden, Invalid
from app.core.i18n import mark
from app.inbox import selecting
from app.inbox.counting_queries import Counted
from app.inbox.desk import Sight
from app.inbox.forms import first_instant, instant_after
from app.inbox.list_queries import Selection
from app.reports.forms import ReportForm
from app.reports.values import Axis, Period, Question, ReportName

OF_TICKETS = frozenset({Axis.CHANNEL, Axis.CATEGORY, Axis.ASSIGNEE, Axis.TEAM, Axis.LABEL, Axis.COMPANY, Axis.PRIORITY})
AXES: Mapping[ReportName, frozenset[Axis]] = {
    ReportName.VOLUME: OF_TICKETS | {Axis.STATUS, Axis.WEEKDAY_HOUR},
    ReportName.SPEED: OF_TICKETS | {Axis.WEEKDAY_HOUR},
    ReportName.BACKLOG: OF_TICKETS | {Axis.STATUS},
    ReportName.WORK: frozenset({Axis.ASSIGNEE, Axis.TEAM, Axis.CHANNEL, Axis.CATEGORY, Axis.LABEL, Axis.PRIORITY}),
    ReportName.TRENDS: frozenset({Axis.CATEGORY, Axis.LABEL, Axis.TERM}),
    ReportName.ESCALATIONS: frozenset(
        {Axis.LEVEL, Axis.REASON, Axis.FROM, Axis.TO, Axis.CATEGORY, Axis.CHANNEL, Axis.TEAM}
    ),
}
DAYS_UNASKED = 30


async def question_of(
    session: AsyncSession, report: ReportName, form: ReportForm, *, sight: Sight, zone: ZoneInfo
) -> Question:
    """Raises Invalid for what the report does not know, Forbidden for others' numbers."""
    for axis in form.by:
        if axis not in AXES[report]:
            raise Invalid("by", mark("This report cannot be split by that."))
    period = period_of(form.from_, form.to, zone)
    by = form.by or ((Axis.ASSIGNEE,) if report is ReportName.WORK else ())
    selection = await selecting.of_filters(session, form, sight=sight, zone=zone)
    question = Question(report, period, selection, form.interval, by, form.filters)
    return question if sees_everybody(sight.viewer.agent) else _own(question, sight.viewer.agent)


def sees_everybody(agent: Agent) -> bool:
    return agent.role is not Role.AGENT


def period_of(first: str | None, last: str | None, zone: ZoneInfo) -> Period:
    """Dates, both included, or instants. Without any, the last thirty days."""
    today = now().astimezone(zone).date()
    begins = first_instant("from", first, zone) if first else None
    ends = instant_after("to", last, zone) if last else None
    last_day = _day_before(ends, zone) if ends else max(today, _day(begins, zone) if begins else today)
    first_day = _day(begins, zone) if begins else last_day - timedelta(days=DAYS_UNASKED - 1)
    plain = Period(first_day, last_day, zone)
    period = replace(
        plain,
        since=begins if begins and begins != plain.begins else None,
        until=ends - timedelta(microseconds=1) if ends and ends != plain.ends else None,
    )
    if period.begins >= period.ends:
        raise Invalid("to", mark("The period ends before it begins."))
    return period


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _day_before(at: datetime, zone: ZoneInfo) -> date:
    return _day(at - timedelta(microseconds=1), zone)


def _own(question: Question, agent: Agent) -> Question:
    """What an agent did, or what is theirs; what others do is for who leads them."""
    parameter = OWN[question.report]
    if question.conditions.get(parameter, agent.id) not in (agent.id, "me"):
        raise Forbidden(role=agent.role)
    conditions = {**question.conditions, parameter: agent.id}
    return replace(question, selection=narrowed(question.selection, parameter, agent.id), conditions=conditions)


def narrowed(selection: Selection, parameter: str, agent_id: int) -> Selection:
    if parameter == "assignee":
        return replace(selection, assignee_id=agent_id)
    counted: dict[str, Any] = {f"{parameter}_id": agent_id}
    return replace(selection, counted=replace(selection.counted or Counted(), **counted))


OWN: Mapping[ReportName, str] = {
    ReportName.VOLUME: "assignee",
    ReportName.BACKLOG: "then_assignee",
    ReportName.SPEED: "actor",
    ReportName.WORK: "actor",
    ReportName.TRENDS: "assignee",
    ReportName.ESCALATIONS: "assignee",
}
