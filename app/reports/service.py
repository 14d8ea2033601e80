"""One way to every report: a question in, a table out."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.reports import backlogs, escalating, speeds, trending, volumes, work
from app.reports.values import Question, ReportName, Table

Reader = Callable[[AsyncSession, Question], Awaitable[Table]]


async def read_table(session: AsyncSession, question: Question) -> Table:
    """Numbers of this moment, within the rights that the question's selection holds."""
    reader = READERS.get(question.report)
    if reader is None:
        raise NotFound(report=question.report)
    return await reader(session, question)


READERS: Mapping[ReportName, Reader] = {
    ReportName.VOLUME: volumes.read,
    ReportName.SPEED: speeds.read,
    ReportName.BACKLOG: backlogs.read,
    ReportName.WORK: work.read,
    ReportName.TRENDS: trending.read,
    ReportName.ESCALATIONS: escalating.read,
}
