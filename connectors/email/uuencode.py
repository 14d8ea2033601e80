"""Files within plain text, between `begin 644 name` and `end`, as mail had them before MIME."""

import mimetypes
import re
from dataclasses import dataclass

from connectors.email import transfer

MODE = re.compile(rb"[0-7]{3,4}")
MAXIMUM_FILES = 200


@dataclass(frozen=True, slots=True)
class File:
    name: bytes
    data: bytes

    @property
    def content_type(self) -> str:
        name = self.name.decode("ascii", "replace")
        return mimetypes.guess_type(name)[0] or "application/octet-stream"


def take_out(text: bytes) -> tuple[bytes, list[File]]:
    """The text without its files, and these."""
    if b"\nbegin " not in text and not text.startswith(b"begin "):
        return text, []
    rest: list[bytes] = []
    files: list[File] = []
    lines = text.splitlines(keepends=True)
    position = 0
    while position < len(lines):
        end = _end_of_file(lines, position) if len(files) < MAXIMUM_FILES else 0
        if end:
            data = b"".join(transfer.from_uuencode([line.rstrip(b"\r\n") for line in lines[position + 1 : end]]))
            files.append(File(b" ".join(lines[position].split(b" ", 2)[2:]).strip(), data))
            position = end + 1
        else:
            rest.append(lines[position])
            position += 1
    return b"".join(rest), files


def _end_of_file(lines: list[bytes], start: int) -> int:
    """The index of the line `end`, 0 where no file begins or its lines are none."""
    words = lines[start].split(b" ", 2)
    if len(words) < 2 or words[0] != b"begin" or not MODE.fullmatch(words[1].strip()):
        return 0
    for index in range(start + 1, len(lines)):
        line = lines[index].rstrip(b"\r\n")
        if line == b"end":
            return index
        if not _is_encoded(line):
            return 0
    return 0


def _is_encoded(line: bytes) -> bool:
    """The first letter says how many bytes follow; most encoders leave out blanks at the end."""
    if not line or line == b"`":
        return True
    length = line[0] - 32 & 63
    return 32 <= line[0] <= 96 and len(line) - 1 <= (length + 2) // 3 * 4 + 2 and max(line) <= 96
