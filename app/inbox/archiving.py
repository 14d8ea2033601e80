"""A ticket as one file: the printed page, each entry as text, the mails as they came, and what was attached.

It is put together in a thread, after the database was closed, piece by piece: a large attachment is never in memory.
"""

import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from app.core.blobs import BlobStore
from app.core.rows import AnyRow
from app.inbox.entries import MessageView

UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
MAX_NAME = 80
MAX_ENDING = 12
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the archive: its text, or where its bytes lie."""

    name: str
    text: str = ""
    sha256: str = ""


def pieces_of(messages: Iterable[MessageView], files: Iterable[AnyRow], originals: Iterable[AnyRow]) -> list[Piece]:
    """In the order of the entries, each with its number in front."""
    numbers: dict[int, int] = {}
    pieces = []
    for number, message in enumerate(messages, start=1):
        numbers[message.id] = number
        stem = f"messages/{number:03}-{message.created_at:%Y%m%d}-{message.kind}"
        pieces.append(Piece(f"{stem}.txt", text=_as_text(message)))
    pieces += [
        Piece(f"originals/{numbers[each.message_id]:03}.eml", sha256=each.sha256)
        for each in originals
        if each.message_id in numbers
    ]
    pieces += [
        Piece(f"attachments/{numbers[each.message_id]:03}-{safe_name(each.name)}", sha256=each.sha256)
        for each in files
        if each.message_id in numbers
    ]
    return pieces


def write_archive(blobs: BlobStore, folder: Path, top: str, pieces: Iterable[Piece]) -> IO[bytes]:
    """A file without a name in `folder`: it is gone when it is closed. Blocks, so: off the event loop."""
    made = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by who sends it
    taken: set[str] = set()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for piece in pieces:
            _write(archive, blobs, f"{top}/{unique(piece.name, taken)}", piece)
    made.seek(0)
    return made


def chunks_of(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        while chunk := made.read(CHUNK):
            yield chunk


def safe_name(name: str) -> str:
    """As Windows, macOS and Linux can all store it."""
    composed = unicodedata.normalize("NFC", name)
    readable = "".join(each for each in composed if unicodedata.category(each) not in ("Cf", "Cs", "Co", "Cn"))
    clean = UNSAFE.sub("_", readable).strip(" .")
    if RESERVED.fullmatch(clean):
        clean = f"_{clean}"
    stem, ending = _split(clean or "file")
    return f"{stem[: MAX_NAME - len(ending)]}{ending}"


def unique(name: str, taken: set[str]) -> str:
    """Two of one name would overwrite each other where case does not matter."""
    stem, ending = _split(name)
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{stem} ({number}){ending}"
    taken.add(candidate.casefold())
    return candidate


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    is_ending = bool(dot and stem) and len(ending) < MAX_ENDING and "/" not in ending
    return (stem, f".{ending}") if is_ending else (name, "")


def _write(archive: zipfile.ZipFile, blobs: BlobStore, name: str, piece: Piece) -> None:
    """What is not in the store any more is said, and stops nothing."""
    if not piece.sha256:
        archive.writestr(name, piece.text.encode("utf-8", "replace"))
        return
    path = blobs.path(piece.sha256)
    if not path.exists():
        archive.writestr(f"{name}.missing.txt", b"")
        return
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, CHUNK)


def _as_text(message: MessageView) -> str:
    """Headers by their own names, an empty line, the words; CRLF, which every editor shows."""
    author = message.author.name if message.author else ""
    sender = f"{message.sender.name} <{message.sender.address}>".strip() if message.sender else author
    headers = {
        "From": sender,
        "To": ", ".join(each.address for each in message.to),
        "Cc": ", ".join(each.address for each in message.cc),
        "Date": message.created_at.isoformat(timespec="seconds"),
        "Subject": message.subject,
        "Attachments": ", ".join(each.name for each in message.attachments),
    }
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([*lines, "", *message.text.splitlines(), ""])
