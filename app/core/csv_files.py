"""CSV as spreadsheets read it: UTF-8 with a mark at the beginning, and no cell that they would run as a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
MEDIA_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(rows: Iterable[Iterable[object]]) -> str:
    """RFC 4180; every cell in quotation marks."""
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([map(harmless, row) for row in rows])
    return text.getvalue()


def harmless(value: object) -> str:
    """An apostrophe before what a spreadsheet would take for a formula."""
    text = "" if value is None else str(value)
    is_number = isinstance(value, int | float)
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not is_number else text
