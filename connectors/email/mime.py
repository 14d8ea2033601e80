"""The tree of parts of a mail, within bounds: any bytes give a tree, in time proportional to their number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from connectors.email import headers, parameters
from connectors.email.headers import Headers
from connectors.email.parameters import Parametrised

MAXIMUM_DEPTH = 20
MAXIMUM_PARTS = 1_000
WINDOW_BYTES = 1 << 20
FIRST_DELIMITER = re.compile(rb"^--([^\s-][^\r\n]{0,99}?)[ \t]*\r?$", re.MULTILINE)
CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


@dataclass(slots=True)
class Part:
    """One node: a leaf with its still encoded body, or a multipart with its parts."""

    headers: Headers
    content_type: Parametrised
    body: bytes = b""
    parts: list["Part"] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.content_type.value

    @property
    def disposition(self) -> Parametrised:
        return parameters.parse(self.headers.raw_text("content-disposition"))


@dataclass(slots=True)
class Budget:
    """What may still be read, and what went over it."""

    parts: int = MAXIMUM_PARTS
    problem: str = ""


def read(raw: bytes, budget: Budget) -> Part:
    return _part(raw, budget, depth=0, default_type="text/plain")


def _part(raw: bytes, budget: Budget, *, depth: int, default_type: str) -> Part:
    fields, start = headers.split(raw)
    content_type = _content_type(fields, default_type)
    part = Part(fields, content_type)
    if not content_type.value.startswith("multipart/"):
        part.body = raw[start:]
    elif depth >= MAXIMUM_DEPTH:
        budget.problem = "too_deep"
    else:
        _open(part, raw[start:], budget, depth)
    return part


def _open(part: Part, body: bytes, budget: Budget, depth: int) -> None:
    """A multipart without any part in it is text that somebody labelled wrongly."""
    default_type = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    for piece in _pieces(body, part.content_type.get("boundary"), budget):
        part.parts.append(_part(piece, budget, depth=depth + 1, default_type=default_type))
    if not part.parts:
        part.content_type = Parametrised("text/plain", part.content_type.parameters)
        part.body = body


def _content_type(fields: Headers, default_type: str) -> Parametrised:
    if "content-type" not in fields:
        return Parametrised(default_type)
    found = parameters.parse(fields.raw_text("content-type"))
    if CONTENT_TYPE.fullmatch(found.value):
        return found
    value = "text/plain" if found.value.startswith("text") or not found.value else "application/octet-stream"
    return Parametrised(value, found.parameters)


def _pieces(body: bytes, boundary: str, budget: Budget) -> list[bytes]:
    """What lies between the delimiters; preamble and epilogue are nobody's text."""
    delimiter = boundary.encode("utf-8", "replace") or _guessed_boundary(body)
    if not delimiter or delimiter not in body:
        return []
    pieces: list[bytes] = []
    start = -1
    for match in _delimiters(body, b"--" + delimiter):
        if start >= 0 and not _spend(budget):
            return pieces
        if start >= 0:
            pieces.append(_without_last_line_end(body[start : match.start()]))
        start = -1 if match[1] else match.end()
    if start >= 0 and _spend(budget):
        pieces.append(body[start:])
    return pieces


def _delimiters(body: bytes, mark: bytes) -> Iterator[re.Match[bytes]]:
    """Looked for window by window: one long search would keep every other thread waiting."""
    line = re.compile(rb"^" + re.escape(mark) + rb"(--)?[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
    for first in range(0, len(body), WINDOW_BYTES):
        end = first + WINDOW_BYTES
        at = body.find(mark, first, end + len(mark) - 1)
        while at >= 0:
            if match := line.match(body, at):
                yield match
            at = body.find(mark, at + 1, end + len(mark) - 1)


def _spend(budget: Budget) -> bool:
    budget.parts -= 1
    if budget.parts < 0:
        budget.problem = budget.problem or "too_large"
    return budget.parts >= 0


def _without_last_line_end(piece: bytes) -> bytes:
    """The line end before a delimiter belongs to the delimiter."""
    return piece.removesuffix(b"\n").removesuffix(b"\r")


def _guessed_boundary(body: bytes) -> bytes:
    match = FIRST_DELIMITER.search(body, 0, 65_536)
    return match[1] if match else b""
