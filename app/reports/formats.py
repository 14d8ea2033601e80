"""A report's table as a file: titles and what is missing in words, numbers as numbers."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import BackgroundTasks
from fastapi.responses import FileResponse

from app.core.i18n import gettext
from app.core.table_files import FileForm
from app.reports.values import ColumnType, Question, Table
from app.reports.wording import REPORT_NAMES
from app.web.downloads import send_table


async def send_report(
    table: Table, question: Question, *, form: FileForm, zone: ZoneInfo, tasks: BackgroundTasks
) -> FileResponse:
    """In the reader's language."""
    report, period = question.report, question.period
    days = f"{period.first.isoformat()}_{period.last.isoformat()}"
    names = (f"{report.value}_{days}", f"{gettext(REPORT_NAMES[report])}_{days}")
    return await send_table(_rows(table), form=form, names=names, titles=_titles(table), zone=zone, tasks=tasks)


def _titles(table: Table) -> list[str]:
    """An id stands beside its name and is called as the API calls it."""
    return [each.name if each.type is ColumnType.ID else gettext(each.title) for each in table.columns]


async def _rows(table: Table) -> AsyncIterator[list[list[Any]]]:
    yield [_cells(table, row) for row in table.rows]


def _cells(table: Table, row: Sequence[Any]) -> list[Any]:
    nothing = gettext("(none)")
    return [
        nothing if cell is None and column.type is ColumnType.TEXT else cell
        for column, cell in zip(table.columns, row, strict=True)
    ]
