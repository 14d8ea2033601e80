"""One way to every report: a question in, a table out."""

from collections.abc import Mapping
from importlib import import_module

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.inbox.choices import Choices, read_choices
from app.reports.values import Question, ReportName, Table


async def read_table(session: AsyncSession, question: Question, choices: Choices | None = None) -> Table:
    """Numbers of this moment, within the rights that the question's selection holds. Choices are read where the caller
    has none."""
    room = ROOMS.get(question.report)
    if room is None:
        raise NotFound(report=question.report)
    table: Table = await import_module(room).read(session, question, choices or await read_choices(session))
    return table


ROOMS: Mapping[ReportName, str] = {
    ReportName.VOLUME: "app.reports.volumes",
    ReportName.SPEED: "app.reports.speeds",
    ReportName.BACKLOG: "app.reports.backlogs",
    ReportName.WORK: "app.reports.work",
    ReportName.TRENDS: "app.reports.trending",
    ReportName.ESCALATIONS: "app.reports.escalating",
}
"""Loaded when they are first asked for: NumPy takes 19 MB, and a desk whose reports nobody reads needs none."""
