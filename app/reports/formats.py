"""A report's table as a file: titles and what is missing in words, numbers as numbers."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from app.core.i18n import gettext, mark
from app.core.table_files import FileForm, Losses, open_writer
from app.reports.values import ColumnType, Period, ReportName, Table

REPORT_TITLES: Mapping[ReportName, str] = {
    ReportName.VOLUME: mark("Volume"),
    ReportName.SPEED: mark("Speed"),
    ReportName.BACKLOG: mark("Backlog"),
    ReportName.WORK: mark("Work"),
    ReportName.TRENDS: mark("Trends"),
    ReportName.ESCALATIONS: mark("Escalations"),
}
REPLACED = "X-Replaced-Characters"


@dataclass(frozen=True, slots=True)
class TableFile:
    data: bytes
    form: FileForm
    losses: Losses


async def make_file(table: Table, form: FileForm, zone: ZoneInfo) -> TableFile:
    """Beside the event loop. In the reader's language."""
    titles = _titles(table)
    rows = [_cells(table, row) for row in table.rows]
    return await asyncio.to_thread(_write, form, titles, rows, zone)


def _write(form: FileForm, titles: Sequence[str], rows: Sequence[Sequence[Any]], zone: ZoneInfo) -> TableFile:
    with tempfile.TemporaryDirectory(prefix="madoguchi-report-") as folder:
        path = Path(folder) / "report"
        writer = open_writer(form, path, titles, zone)
        writer.add(rows)
        writer.close()
        return TableFile(path.read_bytes(), form, writer.losses)


def _titles(table: Table) -> list[str]:
    """An id stands beside its name and is called as the API calls it."""
    return [each.name if each.type is ColumnType.ID else gettext(each.title) for each in table.columns]


def _cells(table: Table, row: Sequence[Any]) -> list[Any]:
    nothing = gettext("(none)")
    return [
        nothing if cell is None and column.type is ColumnType.TEXT else cell
        for column, cell in zip(table.columns, row, strict=True)
    ]


def headers_of(report: ReportName, period: Period, file: TableFile) -> dict[str, str]:
    """With a name in the reader's language, and one for those who know ASCII alone; and how much was replaced."""
    days = f"{period.first.isoformat()}_{period.last.isoformat()}.{file.form.suffix}"
    named = quote(f"{gettext(REPORT_TITLES[report])}_{days}")
    found = {"Content-Disposition": f"attachment; filename=\"{report.value}_{days}\"; filename*=UTF-8''{named}"}
    if file.losses.count:
        found |= {REPLACED: f'{file.losses.count}; characters="{quote(file.losses.named)}"'}
    return found
