"""A disk that is soon full: a small tmpfs of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.missing import give_up, require_program


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """Skipped where it may not be mounted; in CI as root that fails."""
    mount, umount = (require_program(name, package="mount") for name in ("mount", "umount"))
    folder.mkdir()
    words = [str(mount), "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        give_up(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([str(umount), "--lazy", str(folder)], check=False)


def fill_up(disk: Path, *, but: int = 0) -> Path:
    """A file that takes all the room there is, but some bytes; delete it and there is room again."""
    ballast = disk / "ballast"
    size = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - but
    with ballast.open("wb") as file:
        while size > 0:
            size -= file.write(bytes(min(size, 1 << 16)))
    return ballast
