"""What is new in a mail's text, what is quoted, what is a signature.

Pure and linear in the number of lines. Text is never hidden: whatever follows a quote and is not quoted
itself belongs to what is new.
"""

from dataclasses import dataclass
from itertools import pairwise

from connectors.email import quote_marks

MAXIMUM_SIGNATURE_LINES = 20
LONGEST_LINE = 700
"""What a line is recognised by stands in its beginning."""
MAXIMUM_LINES = 20_000
"""What lies below is taken for new."""

NEW, QUOTED, SIGNATURE = quote_marks.NEW, quote_marks.QUOTED, "s"


@dataclass(frozen=True, slots=True)
class Parts:
    """The text apart. The offsets count characters of the text that was split.

    `quote_start` is where the quote starts that reaches to the signature or to the end, None when there
    is none or when new text stands below it. `signature_start` likewise; nothing but the signature and
    a quote follows it. `quote_ranges` are all quotes, in order, with their introductions.
    """

    new: str
    quoted: str = ""
    signature: str = ""
    quote_start: int | None = None
    signature_start: int | None = None
    signature_end: int | None = None
    quote_ranges: tuple[tuple[int, int], ...] = ()


def split(text: str) -> Parts:
    lines = text.splitlines(keepends=True)
    kinds = _kinds([line.strip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029") for line in lines])
    starts = _starts(lines)
    return Parts(
        new=_joined(lines, kinds, NEW),
        quoted=_joined(lines, kinds, QUOTED),
        signature=_joined(lines, kinds, SIGNATURE),
        quote_start=_final_quote(lines, kinds, starts),
        signature_start=_first(kinds, starts, SIGNATURE),
        signature_end=_end(kinds, starts, SIGNATURE),
        quote_ranges=_ranges(kinds, starts),
    )


def _kinds(lines: list[str]) -> list[str]:
    """One kind for each line."""
    beginnings = [line[:LONGEST_LINE] for line in lines]
    kinds = quote_marks.quoted_lines(beginnings[:MAXIMUM_LINES])
    kinds += [NEW] * (len(lines) - len(kinds))
    start, end = _signature(beginnings, kinds)
    kinds[start:end] = [SIGNATURE] * (end - start)
    return kinds


def _signature(lines: list[str], kinds: list[str]) -> tuple[int, int]:
    """The lines of the signature: at the end of the last new passage, from its mark or rule on."""
    new = [index for index, kind in enumerate(kinds) if kind == NEW and lines[index].strip()]
    if not new:
        return 0, 0
    end = new[-1] + 1
    start = _passage_start(kinds, end)
    return quote_marks.signature_start(lines, max(start, end - MAXIMUM_SIGNATURE_LINES), end), end


def _passage_start(kinds: list[str], end: int) -> int:
    start = end
    while start > 0 and kinds[start - 1] == NEW:
        start -= 1
    return start


def _starts(lines: list[str]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts


def _joined(lines: list[str], kinds: list[str], wanted: str) -> str:
    return "".join(line for line, kind in zip(lines, kinds, strict=True) if kind == wanted).strip("\r\n")


def _final_quote(lines: list[str], kinds: list[str], starts: list[int]) -> int | None:
    """The first quote of the end in which nothing new is said any more."""
    index = len(kinds)
    while index > 0 and (kinds[index - 1] != NEW or not lines[index - 1].strip()):
        index -= 1
    final = kinds[index:]
    return starts[index + final.index(QUOTED)] if QUOTED in final else None


def _first(kinds: list[str], starts: list[int], wanted: str) -> int | None:
    return starts[kinds.index(wanted)] if wanted in kinds else None


def _end(kinds: list[str], starts: list[int], wanted: str) -> int | None:
    return starts[len(kinds) - kinds[::-1].index(wanted)] if wanted in kinds else None


def _ranges(kinds: list[str], starts: list[int]) -> tuple[tuple[int, int], ...]:
    borders = [index for index in range(len(kinds) + 1) if _is_border(kinds, index)]
    return tuple((starts[start], starts[end]) for start, end in pairwise(borders) if kinds[start] == QUOTED)


def _is_border(kinds: list[str], index: int) -> bool:
    return index in {0, len(kinds)} or kinds[index] != kinds[index - 1]
