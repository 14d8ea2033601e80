"""A briefing as PDF, the same bytes for the same sheet. It blocks, so: off the event loop.

The Japanese font is one of those that every reader of PDF brings along or replaces (Adobe-Japan1), so that nothing has
to be installed where this runs, and none is embedded. What that font has no place for stands as 〓.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from io import BytesIO
from typing import Any

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from app.briefings.sheets import Sheet, comment_words
from app.core.i18n import gettext

JAPANESE, LATIN, LATIN_BOLD = "HeiseiKakuGo-W5", "Helvetica", "Helvetica-Bold"
UNPRINTABLE = "〓"
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, QUIET, LINE, SOFT, ACCENT, NOTE = map(HexColor, ("#1d2126", "#565d66", "#d5d5cf", "#f4f4f1", "#1d5797", "#fff6d6"))
BAR_WIDTH = 28 * mm
LONG_LINE = 1_000


def make_pdf(sheet: Sheet) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(JAPANESE))
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=sheet.heading,
        author=gettext("Madoguchi"),
        lang=sheet.locale,
        invariant=1,
    )
    foot = _foot(sheet)
    document.build(list(_story(sheet)), onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _story(sheet: Sheet) -> Iterator[Any]:
    yield _words(sheet.heading, size=17, bold=True)
    yield _words(sheet.name, colour=QUIET)
    yield _words(sheet.words["compared"], size=8, colour=QUIET)
    yield Spacer(1, 4 * mm)
    yield _comment(sheet)
    yield Spacer(1, 4 * mm)
    for sentence in sheet.warnings:
        yield _words(f"■ {sentence}", colour=HexColor("#8a5300"))
    yield Spacer(1, 2 * mm)
    yield _figures(sheet)
    for grid in sheet.grids:
        yield Spacer(1, 5 * mm)
        yield KeepTogether([_words(grid["title"], size=12, bold=True), Spacer(1, 1.5 * mm), _grid(grid)])


def _comment(sheet: Sheet) -> Any:
    lines = [_words(sheet.words["comment"], size=11, bold=True)]
    lines += [_words(line) if line.strip() else Spacer(1, 3 * mm) for line in _lines(comment_words(sheet))]
    if sheet.writer:
        lines.append(_words(sheet.writer, size=8, colour=QUIET))
    rows = [[line] for line in lines]
    style = [("BACKGROUND", (0, 0), (-1, -1), NOTE), *_padding(2), ("LEFTPADDING", (0, 0), (-1, -1), 8)]
    return Table(rows, colWidths=[WIDTH], style=TableStyle(style))


def _lines(text: str) -> Iterator[str]:
    """None is higher than a page, since a row of a table is never broken."""
    for line in text.splitlines():
        yield from (line[start : start + LONG_LINE] for start in range(0, max(len(line), 1), LONG_LINE))


def _figures(sheet: Sheet) -> Any:
    heads = ["", *(sheet.words[name] for name in ("now", "before", "change"))]
    rows = [[each["title"], each["now_text"], each["before_text"], each["change_text"]] for each in sheet.figures]
    return _table([heads, *rows], [WIDTH * share for share in (0.4, 0.2, 0.18, 0.22)])


def _grid(grid: Mapping[str, Any]) -> Any:
    """With a bar for the first number of each row."""
    amounts = [next((value for value in row if value is not None), 0) or 0 for row in grid["values"]]
    most = max(amounts, default=0)
    heads = [*grid["heads"][:1], "", *grid["heads"][1:]]
    rows = [[row[0], _bar(amount, most), *row[1:]] for row, amount in zip(grid["rows"], amounts, strict=True)]
    rest = (WIDTH * 0.62 - BAR_WIDTH) / max(len(heads) - 2, 1)
    return _table([heads, *rows], [WIDTH * 0.38, BAR_WIDTH, *[rest] * (len(heads) - 2)])


def _bar(amount: float, most: float) -> Any:
    drawing = Drawing(BAR_WIDTH - 4 * mm, 3 * mm)
    width = (BAR_WIDTH - 4 * mm) * max(amount, 0) / most if most > 0 else 0
    drawing.add(Rect(0, 0, width, 2.6 * mm, fillColor=ACCENT, strokeColor=None))
    return drawing


def _table(rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Any:
    cells = [
        [
            _words(cell, size=9, bold=number == 0, right=column > 0) if isinstance(cell, str) else cell
            for column, cell in enumerate(row)
        ]
        for number, row in enumerate(rows)
    ]
    style = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("BACKGROUND", (0, 0), (-1, 0), SOFT),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *_padding(3),
    ]
    return Table(cells, colWidths=list(widths), repeatRows=1, style=TableStyle(style))


def _padding(points: float) -> list[tuple[Any, ...]]:
    return [(name, (0, 0), (-1, -1), points) for name in ("TOPPADDING", "BOTTOMPADDING")]


def _words(text: str, *, size: float = 10, bold: bool = False, right: bool = False, colour: Any = INK) -> Any:
    is_latin = text.isascii()
    font = (LATIN_BOLD if bold else LATIN) if is_latin else JAPANESE
    style = ParagraphStyle(
        font,
        fontName=font,
        fontSize=size,
        leading=size * 1.5,
        textColor=colour,
        alignment=2 if right else 0,
        wordWrap=None if is_latin else "CJK",
    )
    return Paragraph(escape(printable(text), quote=False), style)


def printable(text: str) -> str:
    """Narrow kana become wide ones; what the font has not becomes 〓."""
    return "".join(_printable(each) for each in unicodedata.normalize("NFC", text))


def _printable(character: str) -> str:
    if "｡" <= character <= "ﾟ":
        return unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) in ("Cc", "Cf"):
        return " " if character == "\t" else ""
    return character if character <= "\uffff" and _is_in_font(character) else UNPRINTABLE


def _is_in_font(character: str) -> bool:
    return any(_has(character, charset) for charset in ("cp932", "euc_jisx0213"))


def _has(character: str, charset: str) -> bool:
    try:
        return bool(character.encode(charset))
    except UnicodeEncodeError:
        return False


def _foot(sheet: Sheet) -> Any:
    words = printable(f"{sheet.words['counted']}   {sheet.state}")

    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(QUIET)
        canvas.setFont(LATIN if words.isascii() else JAPANESE, 7)
        canvas.drawString(MARGIN, 10 * mm, words)
        canvas.setFont(LATIN, 8)
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(document.page))
        canvas.restoreState()

    return draw
