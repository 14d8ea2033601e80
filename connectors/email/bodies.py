"""The text of one part: its characters decoded, its flowed lines joined."""

import re

from connectors.email import charsets, transfer
from connectors.email.cleaning import clean_text
from connectors.email.mime import Part

META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w:.-]{1,40})", re.IGNORECASE)
MAXIMUM_BYTES = 1 << 24
SIGNATURE_MARK = "-- "
QUOTE_MARKS = re.compile(r">*")


def text(part: Part) -> str:
    """The part's text with line feeds."""
    return decoded(part, transfer.text_data(part))


def decoded(part: Part, raw: bytes) -> str:
    """The text that these bytes are, if they are what the part's header says of them."""
    declared = part.content_type.get("charset")
    if part.kind == "text/html" and charsets.is_undeclared(declared):
        declared = _charset_in_html(raw) or declared
    words = clean_text(charsets.decode(raw[:MAXIMUM_BYTES], declared))
    if part.content_type.get("format").lower() == "flowed" and part.kind == "text/plain":
        return unflow(words, deletes_space=part.content_type.get("delsp").lower() == "yes")
    return words


def unflow(flowed: str, *, deletes_space: bool) -> str:
    """Lines that end in a space go on in the next one of the same quote depth (RFC 3676)."""
    pieces: list[str] = []
    open_marks: str | None = None
    for number, line in enumerate(flowed.split("\n")):
        marks, content = _quote_marks(line)
        if open_marks != marks or content == SIGNATURE_MARK:
            pieces.append("\n" * (number > 0) + marks + " " * bool(marks))
        is_open = content.endswith(" ") and content != SIGNATURE_MARK
        pieces.append(content[:-1] if is_open and deletes_space else content)
        open_marks = marks if is_open else None
    return "".join(pieces)


def _quote_marks(line: str) -> tuple[str, str]:
    match = QUOTE_MARKS.match(line)
    marks = match[0] if match else ""
    return marks, line[len(marks) :].removeprefix(" ")


def _charset_in_html(raw: bytes) -> str:
    match = META_CHARSET.search(raw, 0, 4_096)
    return match[1].decode("ascii", "replace") if match else ""
