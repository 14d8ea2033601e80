"""Tables as files of any length, written row by row: one chunk at a time is in the memory.

What a writer does blocks, so: off the event loop. `losses` says what the file's form could not hold.
"""

import asyncio
import csv
from collections import Counter
from collections.abc import AsyncIterable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import xlsxwriter

from app.core.csv_files import BYTE_ORDER_MARK, harmless

UNWRITABLE = "〓"
"""What Japanese printers put where they have no type."""
SAME = str.maketrans("〜−‖—¢£¬", "～－∥―￠￡￢")
"""Characters that CP932 knows under another number of Unicode: nothing is lost by these."""
NAMED_LOSSES = 50
CELL_LENGTH = 32_767
SHEET_ROWS = 1_048_576
"""What Excel takes."""


class FileForm(StrEnum):
    CSV = "csv"
    CP932 = "cp932"
    XLSX = "xlsx"

    @property
    def suffix(self) -> str:
        return "xlsx" if self is FileForm.XLSX else "csv"

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self]


MEDIA_TYPES = {
    FileForm.CSV: "text/csv; charset=utf-8",
    FileForm.CP932: "text/csv; charset=windows-31j",
    FileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass
class Losses:
    """`characters` could not be written, and how often each; `cut_count` cells were longer than a sheet's may be."""

    characters: Counter[str] = field(default_factory=Counter)
    cut_count: int = 0

    @property
    def count(self) -> int:
        return self.characters.total()

    @property
    def named(self) -> str:
        return "".join(sorted(self.characters)[:NAMED_LOSSES])


class RowWriter(Protocol):
    losses: Losses

    def add(self, rows: Iterable[Sequence[Any]]) -> None: ...

    def close(self) -> None:
        """The file is whole when this returns."""


async def write_table(
    form: FileForm, path: Path, titles: Sequence[str], zone: ZoneInfo, chunks: AsyncIterable[Iterable[Sequence[Any]]]
) -> Losses:
    """The next chunk is asked for when the one before is written; the file is whole when this returns."""
    writer = await asyncio.to_thread(open_writer, form, path, titles, zone)
    try:
        async for rows in chunks:
            await asyncio.to_thread(writer.add, rows)
    finally:
        await asyncio.to_thread(writer.close)
    return writer.losses


def open_writer(form: FileForm, path: Path, titles: Sequence[str], zone: ZoneInfo) -> RowWriter:
    if form is FileForm.XLSX:
        return XlsxRows(path, titles, zone)
    return CsvRows(path, titles, zone, is_cp932=form is FileForm.CP932)


def to_cp932(text: str, losses: Losses) -> bytes:
    """What CP932 has no place for is counted, and stands as 〓."""
    text = text.translate(SAME)
    try:
        return text.encode("cp932")
    except UnicodeEncodeError:
        return b"".join(_character(each, losses) for each in text)


def _character(character: str, losses: Losses) -> bytes:
    try:
        return character.encode("cp932")
    except UnicodeEncodeError:
        losses.characters[character] += 1
        return UNWRITABLE.encode("cp932")


class CsvRows:
    """RFC 4180, every cell in quotation marks, none that a spreadsheet would run; instants in the zone."""

    def __init__(self, path: Path, titles: Sequence[str], zone: ZoneInfo, *, is_cp932: bool) -> None:
        self.losses = Losses()
        self._zone, self._is_cp932 = zone, is_cp932
        self._file = path.open("wb")
        if not is_cp932:
            self._file.write(BYTE_ORDER_MARK.encode())
        self.add([titles])

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        text = StringIO()
        lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        lines.writerows([harmless(self._plain(cell)) for cell in row] for row in rows)
        written = text.getvalue()
        self._file.write(to_cp932(written, self.losses) if self._is_cp932 else written.encode())

    def close(self) -> None:
        self._file.close()

    def _plain(self, cell: Any) -> Any:
        if isinstance(cell, datetime):
            return cell.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
        return cell.isoformat() if isinstance(cell, date) else cell


class XlsxRows:
    """Rows leave the memory as they come. Text is text, whatever it begins with; what does not fit begins a sheet."""

    def __init__(self, path: Path, titles: Sequence[str], zone: ZoneInfo) -> None:
        self.losses = Losses()
        self._titles, self._zone = titles, zone
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent)})
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._begin_sheet()

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            if self._row >= SHEET_ROWS:
                self._begin_sheet()
            for column, cell in enumerate(row):
                self._write(column, cell)
            self._row += 1

    def close(self) -> None:
        self._book.close()

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._titles) - 1, 18)
        self._sheet.write_row(0, 0, self._titles, self._head)
        self._row = 1

    def _write(self, column: int, cell: Any) -> None:
        if isinstance(cell, datetime):
            local = cell.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, column, local, self._instant)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._row, column, cell, self._date)
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            self._sheet.write_number(self._row, column, cell)
        elif cell is not None and cell != "":
            self._sheet.write_string(self._row, column, self._fitting(str(cell)))

    def _fitting(self, text: str) -> str:
        if len(text) <= CELL_LENGTH:
            return text
        self.losses.cut_count += 1
        return text[: CELL_LENGTH - 1] + "…"
