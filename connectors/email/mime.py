"""The tree of parts of a mail, within bounds: any bytes give a tree, in time proportional to their number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from connectors.email import headers, parameters
from connectors.email.budget import Budget
from connectors.email.headers import Headers
from connectors.email.parameters import Parametrised

MAXIMUM_DEPTH = 120
LEVELS_IN_AN_ENVELOPE = 20
WINDOW_BYTES = 1 << 20
GUESSED = re.compile(
    rb"^--([^\s-][^\r\n]{0,99}?|-+[^\s-][^\r\n]{0,99}?)[ \t]*\r?\n(?=content-[a-z-]+[ \t]*:)",
    re.MULTILINE | re.IGNORECASE,
)
CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+*-]{1,127}/[a-z0-9!#$&^_.+*-]{1,127}")
WRONGLY_CALLED = {"text": "text/plain", "html": "text/html", "text/htm": "text/html", "multipart": "multipart/mixed"}

Span = tuple[int, int]


@dataclass(slots=True)
class Part:
    """One node: a leaf with its still encoded body, or a multipart with its parts."""

    headers: Headers
    content_type: Parametrised
    disposition: Parametrised
    raw: bytes = b""
    start: int = 0
    end: int = 0
    parts: list["Part"] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return self.raw[self.start : self.end]

    @property
    def kind(self) -> str:
        return self.content_type.value


def read(raw: bytes, budget: Budget) -> Part:
    return _part(raw, (headers.beginning(raw), len(raw)), budget, depth=0, default_type="text/plain")


def read_enclosed(raw: bytes, budget: Budget) -> Part | None:
    """A mail within an envelope, such as a signature; None when there are too many of these within each other."""
    budget.envelopes -= 1
    if budget.envelopes < 0 or not budget.spend(parts=1):
        budget.say("too_deep")
        return None
    return _part(raw, (0, len(raw)), budget, depth=MAXIMUM_DEPTH - LEVELS_IN_AN_ENVELOPE, default_type="text/plain")


def leaves(part: Part) -> Iterator[Part]:
    if not part.parts:
        yield part
    for child in part.parts:
        yield from leaves(child)


def _part(
    raw: bytes, span: Span, budget: Budget, *, depth: int, default_type: str, outer: "Part | None" = None
) -> Part:
    fields, body, is_affordable = _headers(raw, span, budget)
    disposition = parameters.parse(fields.raw_text("content-disposition"))
    part = Part(fields, _content_type(fields, default_type), disposition, raw, body, span[1])
    if not is_affordable or not _has_parts(part):
        return part
    if depth >= MAXIMUM_DEPTH:
        budget.problem = "too_deep"
        return part
    if outer and outer.content_type.get("boundary") == part.content_type.get("boundary"):
        part.end = outer.end  # some programs use one boundary for both
    return _opened(part, budget, depth)


def _headers(raw: bytes, span: Span, budget: Budget) -> tuple[Headers, int, bool]:
    """With the offset of the body, and whether they could be read wholly; what is over the bounds is body."""
    start, end = span
    limit = _limit(raw, span, budget)
    fields, body = headers.split(raw, start, limit)
    budget.spend_headers(body - start, raw.count(b"\n", start, body))
    is_whole = body < limit or limit == end
    if not is_whole:
        budget.say("too_large")
    return fields, body, is_whole


def _limit(raw: bytes, span: Span, budget: Budget) -> int:
    """How far headers may go, so that what they cost in memory is known before they are read."""
    start, end = span
    limit = min(end, start + min(headers.MAXIMUM_BYTES, budget.header_bytes))
    blank = headers.BLANK_LINE.search(raw, start, limit)
    if raw.count(b"\n", start, blank.end() if blank else limit) <= budget.header_lines:
        return limit
    for _ in range(budget.header_lines):
        start = raw.find(b"\n", start) + 1
    return start


def _has_parts(part: Part) -> bool:
    """Some programs forget to say `multipart`, but give a boundary."""
    is_text_with_boundary = part.kind.startswith("text/") and "boundary" in part.content_type.parameters
    return part.kind.startswith("multipart/") or is_text_with_boundary


def _opened(part: Part, budget: Budget, depth: int) -> Part:
    """With its parts; a multipart without any part in it is text that somebody labelled wrongly."""
    default_type = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    boundary = _boundary(part, budget)
    position = part.start
    while position < part.end and boundary:
        for span in _between(part, boundary, position, budget):
            position = span[1]
            part.parts.append(_part(part.raw, span, budget, depth=depth + 1, default_type=default_type, outer=part))
            if part.parts[-1].parts and part.parts[-1].end == part.end > span[1]:
                position = _last_end(part.parts[-1])
                part.parts[-1].end = position
                break
        else:
            break
    is_multipart = part.kind.startswith("multipart/")
    if is_multipart != bool(part.parts):
        part.content_type = Parametrised(
            "text/plain" if is_multipart else "multipart/mixed", part.content_type.parameters
        )
    return part


def _last_end(part: Part) -> int:
    return _last_end(part.parts[-1]) if part.parts else part.end


def _content_type(fields: Headers, default_type: str) -> Parametrised:
    if "content-type" not in fields:
        return Parametrised(default_type)
    found = parameters.parse(fields.raw_text("content-type"))
    if CONTENT_TYPE.fullmatch(found.value):
        return found
    if not found.value:
        return Parametrised(default_type, found.parameters)
    value = WRONGLY_CALLED.get(found.value) or (
        "text/plain" if found.value.startswith("text") else "application/octet-stream"
    )
    return Parametrised(value, found.parameters)


def _boundary(part: Part, budget: Budget) -> bytes:
    """The one that is declared, or, where no line has it, what looks like one."""
    declared = part.content_type.get("boundary").encode("utf-8", "replace")
    if declared and budget.spend(searched_bytes=part.end - part.start) and _is_used(part, declared):
        return declared
    return _guessed_boundary(part) if part.kind.startswith("multipart/") else b""


def _is_used(part: Part, boundary: bytes) -> bool:
    return any(not is_close for _, _, is_close in _delimiters(part, b"--" + boundary, part.start))


def _between(part: Part, boundary: bytes, position: int, budget: Budget) -> list[Span]:
    """What lies between the delimiters; preamble and epilogue are nobody's text."""
    if not budget.spend(searched_bytes=part.end - position):
        return []
    pieces: list[Span] = []
    start = -1
    for at, after, is_close in chain(_delimiters(part, b"--" + boundary, position), [(part.end, part.end, True)]):
        if start >= 0 and budget.spend(parts=1):
            pieces.append((start, at if at == part.end else _without_line_end(part.raw, start, at)))
        start = -1 if is_close else after
        if budget.parts < 0 or (is_close and pieces):
            break
    return pieces


def _delimiters(part: Part, mark: bytes, position: int) -> Iterator[tuple[int, int, bool]]:
    """Looked for window by window: one long search would keep every other thread waiting."""
    raw, rest = part.raw, re.compile(rb"(--)?[ \t]*\r*(?:\n|\Z)")
    for first in range(position, part.end, WINDOW_BYTES):
        end = min(first + WINDOW_BYTES + len(mark) - 1, part.end)
        at = raw.find(mark, first, end)
        while at >= 0:
            match = rest.match(raw, at + len(mark), part.end)
            if match and (at == part.start or raw[at - 1] == ord("\n")):
                yield at, match.end(), match[1] is not None
            at = raw.find(mark, at + 1, end)


def _without_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    if end > start and raw[end - 1] == ord("\n"):
        end -= 1
        if end > start and raw[end - 1] == ord("\r"):
            end -= 1
    return end


def _guessed_boundary(part: Part) -> bytes:
    match = GUESSED.search(part.raw, part.start, min(part.end, part.start + 65_536))
    return match[1] if match else b""
