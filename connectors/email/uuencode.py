"""Files within plain text, between `begin 644 name` and `end`, as mail had them before MIME."""

import mimetypes
import re
from dataclasses import dataclass

from connectors.email import transfer

FIRST_LINE = rb"begin [0-7]{3,4}(?: ([^\n]*)|\r*)(?:\n|\Z)"
AT_THE_TOP = re.compile(FIRST_LINE)
BELOW = re.compile(rb"\n" + FIRST_LINE)
MAXIMUM_FILES = 200
MAXIMUM_LINES = 2_000_000


@dataclass(frozen=True, slots=True)
class File:
    name: bytes
    data: bytes

    @property
    def content_type(self) -> str:
        name = self.name.decode("ascii", "replace")
        return mimetypes.guess_type(name)[0] or "application/octet-stream"


def take_out(text: bytes) -> tuple[bytes, list[File]]:
    """The text without its files, and these. What is no file stays one slice: most texts are long and have none."""
    rest: list[bytes] = []
    files: list[File] = []
    reading = _Reading(text)
    kept = 0
    begin = AT_THE_TOP.match(text) or BELOW.search(text)
    while begin and len(files) < MAXIMUM_FILES:
        end, after = reading.end_of_file(begin.end())
        if after:
            rest.append(text[kept : begin.start() + begin[0].startswith(b"\n")])
            files.append(File((begin[1] or b"").strip(), transfer.from_uuencode(text, begin.end(), end)))
            kept = after
        begin = BELOW.search(text, max(after, begin.end()) - 1)
    return b"".join([*rest, text[kept:]]) if files else text, files


class _Reading:
    """Walks lines, no more than `MAXIMUM_LINES` of one text."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.room = MAXIMUM_LINES

    def end_of_file(self, position: int) -> tuple[int, int]:
        """Where the line `end` starts and where the next one does, zeros where the lines are no file's."""
        for start, after, line in transfer.lines(self.text, position):
            self.room -= 1
            if line == b"end":
                return start, after
            if self.room < 0 or not _is_encoded(line):
                break
        return 0, 0


def _is_encoded(line: bytes) -> bool:
    """The first letter says how many bytes follow; most encoders leave out blanks at the end."""
    if not line or line == b"`":
        return True
    length = line[0] - 32 & 63
    return 32 <= line[0] <= 96 and len(line) - 1 <= (length + 2) // 3 * 4 + 2 and max(line) <= 96
