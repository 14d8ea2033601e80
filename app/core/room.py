"""Whether there is room on the disks that the desk writes to.

Taking in and sending stop while there is still a little, so that people can go on answering and nothing is
half written; they go on by themselves when there is room again.
"""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

from app.core.errors import DiskFull

RESERVE_BYTES = 64 << 20
RESERVE_SHARE = 0.05
"""Of a small disk: less is kept free there."""

LOOK_SECONDS = 2.0
REMEMBERED_SECONDS = 10.0
"""How long a database's refusal counts; one that is on another machine tells in no other way."""


class Room:
    def __init__(self) -> None:
        self._folders: set[Path] = set()
        self._refused_at = float("-inf")

    def watch(self, folder: Path) -> None:
        self._folders.add(folder)

    def note_refusal(self) -> None:
        """The database itself said that there is none."""
        self._refused_at = time.monotonic()

    @property
    def is_short(self) -> bool:
        was_refused = time.monotonic() - self._refused_at < REMEMBERED_SECONDS
        return was_refused or any(_is_short(folder) for folder in self._folders)

    async def follow(self, tell: Callable[[], None]) -> None:
        """Run until cancelled: tells when room got short, and when there was some again."""
        known = self.is_short
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self.is_short is not known:
                known = not known
                tell()

    def require(self) -> None:
        """Raises DiskFull before something is begun that needs room."""
        if self.is_short:
            raise DiskFull


def _is_short(folder: Path) -> bool:
    disk = os.statvfs(_existing(folder))
    return disk.f_bavail * disk.f_frsize < min(RESERVE_BYTES, disk.f_blocks * disk.f_frsize * RESERVE_SHARE)


def _existing(folder: Path) -> Path:
    """It, or the folder in which it will be made."""
    return next(each for each in (folder, *folder.parents) if each.exists())
