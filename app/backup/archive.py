"""The file of a backup: an uncompressed tar, written and read from its beginning to its end, a member at a time.

`manifest.json`, the rows of each table in pieces (`tables/tickets/000001.jsonl`, its first line the names of the
columns), `last_ids.json`, the blobs under their SHA-256, and at the very end `checksums.json`. A file without its end
was cut off.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from app.backup.errors import BackupError

MANIFEST = "manifest.json"
LAST_IDS = "last_ids.json"
CHECKSUMS = "checksums.json"
TABLES = "tables/"
BLOBS = "blobs/"
CHUNK = 1 << 20
NOT_OURS = "this file is no backup of Madoguchi"
DAMAGED = "this backup is damaged"
CUT_OFF = "this backup is damaged: its end is missing"


@dataclass(slots=True)
class Checksums:
    """Of the members by name; the blobs are named by theirs, and their names have one together."""

    members: dict[str, str] = field(default_factory=dict)
    blob_count: int = 0
    missing: list[str] = field(default_factory=list)
    """Blobs that the database names and the store did not have."""

    _names: Any = field(default_factory=hashlib.sha256)

    def note_blob(self, sha256: str) -> None:
        self.blob_count += 1
        self._names.update(bytes.fromhex(sha256))

    def document(self) -> dict[str, Any]:
        blobs = {"count": self.blob_count, "names": self._names.hexdigest(), "missing": self.missing}
        return {"members": self.members, "blobs": blobs}


class ArchiveWriter:
    def __init__(self, file: BinaryIO) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w|", format=tarfile.GNU_FORMAT)  # noqa: SIM115  # `end` ends it
        self._checksums = Checksums()

    def add(self, name: str, data: bytes) -> None:
        self._checksums.members[name] = hashlib.sha256(data).hexdigest()
        self._put(name, len(data), BytesIO(data))

    def add_blob(self, sha256: str, path: Path) -> None:
        """One that the store has lost is noted; the rest is worth keeping all the same."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            self._checksums.missing.append(sha256)
            return
        with file:
            self._put(BLOBS + sha256, os.fstat(file.fileno()).st_size, file)
        self._checksums.note_blob(sha256)

    def end(self) -> Checksums:
        data = as_json(self._checksums.document())
        self._put(CHECKSUMS, len(data), BytesIO(data))
        self._tar.close()
        return self._checksums

    def _put(self, name: str, size: int, file: Any) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, file)
        self._tar.members.clear()  # type: ignore[attr-defined]  # or it would remember each for ever


@dataclass(frozen=True, slots=True)
class Member:
    """One that was read: small ones with their bytes, and blobs as they lie in the file."""

    name: str
    file: Any

    @property
    def is_blob(self) -> bool:
        return self.name.startswith(BLOBS)

    @property
    def sha256(self) -> str:
        """Of a blob, as it is named."""
        return self.name.removeprefix(BLOBS)

    @property
    def table(self) -> str:
        """Empty for what are no rows."""
        return self.name.split("/")[1] if self.name.startswith(TABLES) else ""

    def chunks(self) -> Iterator[bytes]:
        """Raises BackupError where the file ends too early."""
        try:
            while data := self.file.read(CHUNK):
                yield data
        except tarfile.ReadError as error:
            raise BackupError(DAMAGED) from error

    def read(self) -> bytes:
        return b"".join(self.chunks())


@contextmanager
def written(path: Path) -> Iterator[ArchiveWriter]:
    """The file has its name when it is whole and on disk; it is for its owner's eyes alone."""
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield ArchiveWriter(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def members(path: Path) -> Iterator[Member]:
    """From the first to the last. Raises BackupError where the file is something else, or ends too early."""
    words = NOT_OURS
    try:
        with tarfile.open(path, mode="r:") as tar:
            for info in tar:
                yield Member(info.name, tar.extractfile(info) if info.isfile() else BytesIO())
                words = DAMAGED
                tar.members.clear()  # type: ignore[attr-defined]
    except tarfile.TarError as error:
        raise BackupError(words) from error


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
