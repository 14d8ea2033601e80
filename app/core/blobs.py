"""Bytes too large for a row, by their SHA-256: raw mails and attachments.

The file is on disk, synced, before the transaction that names it (MODEL 30), so a row never points at nothing.
"""

import asyncio
import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base
from app.core.clock import now
from app.core.database import insert_into


class Blob(Base):
    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    touched_at: Mapped[datetime]


class BlobStore:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, data: bytes) -> str:
        """Keep the bytes and return their SHA-256 in hexadecimal."""
        return await asyncio.to_thread(self.write, data)

    async def put_many(self, items: list[bytes]) -> list[str]:
        return await asyncio.to_thread(lambda: [self.write(data) for data in items])

    async def get(self, sha256: str) -> bytes:
        """Raises FileNotFoundError."""
        return await asyncio.to_thread(self.read, sha256)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def read(self, sha256: str) -> bytes:
        """Off the event loop."""
        return self.path(sha256).read_bytes()

    def write(self, data: bytes) -> str:
        """Off the event loop."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if path.exists():
            return sha256
        self._make_folder(path.parent)
        made = path.with_name(f"{sha256}.{secrets.token_hex(4)}")
        with made.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        made.rename(path)
        _sync_folder(path.parent)
        return sha256

    def _make_folder(self, folder: Path) -> None:
        """With every new level on disk before a file is put into it."""
        if folder.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for level in (folder.parent, self.folder, self.folder.parent):
            _sync_folder(level)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def register(session: AsyncSession, sha256: str, size: int) -> None:
    """Name a stored blob in the unit of work that refers to it."""
    statement = insert_into(session, Blob).values(sha256=sha256, size=size, touched_at=now())
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Blob.sha256], set_={"touched_at": statement.excluded.touched_at}
        )
    )
