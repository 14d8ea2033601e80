"""Bytes too large for a row, by their SHA-256: raw mails and attachments.

The file is on disk, synced, before the transaction that names it (MODEL 30), so a row never points at nothing.
"""

import asyncio
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.clock import now
from app.core.database import insert_into
from app.core.errors import DiskFull

INCOMING = "incoming."
LONGEST_WRITING = timedelta(days=1)
"""Between two pieces of one blob."""

COLLECTION_LEASE = "blob collection"
"""Who holds it may clear away blobs. A backup holds it, so that what it has named is there when it comes to it."""


class Blob(Base):
    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    touched_at: Mapped[datetime]


class BlobStore:
    """Files in 256 folders by the first two digits; `read`, `write` and `write_many` block, so: off the event loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 in hexadecimal."""
        return await asyncio.to_thread(self.write, data)

    async def get(self, sha256: str) -> bytes:
        """Raises FileNotFoundError."""
        return await asyncio.to_thread(self.read, sha256)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        return self.path(sha256).read_bytes()

    def write(self, data: bytes) -> str:
        return self.write_many([data])[0]

    def write_many(self, items: Sequence[bytes]) -> list[str]:
        """Each is on disk under its name when this returns. Raises DiskFull."""
        hashes = [hashlib.sha256(data).hexdigest() for data in items]
        paths = {self.path(sha256): data for sha256, data in zip(hashes, items, strict=True)}
        missing = {path: data for path, data in paths.items() if not path.exists()}
        for path, data in missing.items():
            self._write_file(path, data)
        for folder in {path.parent for path in missing}:
            _sync_folder(folder)
        return hashes

    def size(self, sha256: str) -> int:
        return self.path(sha256).stat().st_size

    def read_head(self, sha256: str, count: int) -> bytes:
        with self.path(sha256).open("rb") as file:
            return file.read(count)

    @contextmanager
    def writer(self) -> Iterator["BlobWriter"]:
        """For what is too large for the memory. What is not finished leaves nothing behind. Raises DiskFull."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._clear_away()
        made = self.folder / f"{INCOMING}{secrets.token_hex(4)}"
        with _full_disk_told(), made.open("wb") as file:
            try:
                yield BlobWriter(self, file)
            finally:
                made.unlink(missing_ok=True)

    def _clear_away(self) -> None:
        """What a process that was killed had begun."""
        before = now() - LONGEST_WRITING
        for left in self.folder.glob(f"{INCOMING}*"):
            with suppress(FileNotFoundError):
                if left.lstat().st_mtime < before.timestamp():
                    left.unlink()

    def _write_file(self, path: Path, data: bytes) -> None:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self.folder)
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            with _full_disk_told(), made.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            made.rename(path)
        except (OSError, DiskFull):
            made.unlink(missing_ok=True)
            raise


class BlobWriter:
    """One blob that grows; `add` and `finish` block. Both raise DiskFull."""

    def __init__(self, store: BlobStore, file: BinaryIO) -> None:
        self.size = 0
        self._store = store
        self._file = file
        self._digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        with _full_disk_told():
            self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    def finish(self) -> str:
        """On disk under its name when this returns; that is its SHA-256."""
        sha256 = self._digest.hexdigest()
        path = self._store.path(sha256)
        with _full_disk_told():
            self._file.flush()
            os.fsync(self._file.fileno())
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._store.folder)
            Path(self._file.name).rename(path)
        _sync_folder(path.parent)
        return sha256


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull from error
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def register(session: AsyncSession, sizes: Mapping[str, int]) -> None:
    """Name stored blobs, by SHA-256 with their sizes, in the unit of work that refers to them."""
    if not sizes:
        return
    statement = insert_into(session, Blob)
    upsert = statement.on_conflict_do_update(
        index_elements=[Blob.sha256], set_={"touched_at": statement.excluded.touched_at}
    )
    rows = [{"sha256": sha256, "size": sizes[sha256], "touched_at": now()} for sha256 in sorted(sizes)]
    await session.execute(upsert, rows)
