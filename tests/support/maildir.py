"""A Maildir written the way a delivery agent does: into `tmp`, then by one rename into `new`."""

import os
import re
import shutil
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from secrets import token_hex

SEQUENCE = count(1)
INDEX_FILES = "dovecot.index*"


@dataclass(frozen=True, slots=True)
class Maildir:
    path: Path
    owner: str

    @classmethod
    def of_folder(cls, home: Path, folder: str, *, owner: str) -> "Maildir":
        root = home / "Maildir"
        return cls(root if folder == "INBOX" else root / f".{encode_folder(folder)}", owner)

    def create(self) -> None:
        for directory in [self.path.parent, self.path, *(self.path / name for name in ("cur", "new", "tmp"))]:
            directory.mkdir(parents=True, exist_ok=True)
            shutil.chown(directory, self.owner)

    def deliver(self, raw: bytes, *, at: datetime | None) -> None:
        if not (self.path / "new").is_dir():
            self.create()
        name = f"{next(SEQUENCE):012}.{token_hex(8)}.example.jp"
        draft = self.path / "tmp" / name
        draft.write_bytes(raw)
        shutil.chown(draft, self.owner)
        if at is not None:
            os.utime(draft, (at.timestamp(), at.timestamp()))
        draft.rename(self.path / "new" / name)

    def allow(self, number: int, *, is_allowed: bool) -> None:
        """Whether the server may open this mail: of those that are there, counted from 1 as they came."""
        self.mails[number - 1].chmod(0o644 if is_allowed else 0)

    def remove(self, number: int) -> None:
        self.mails[number - 1].unlink()

    @property
    def mails(self) -> list[Path]:
        there = [file for name in ("cur", "new") for file in (self.path / name).iterdir()]
        return sorted(there, key=lambda file: file.name)

    def reset_uidvalidity(self) -> None:
        uid_list = self.path / "dovecot-uidlist"
        header = uid_list.read_text(errors="replace").split("\n", 1)[0]
        for index in self.path.glob(INDEX_FILES):
            index.unlink()
        uid_list.write_text(f"{_with_next_validity(header)}\n")


def encode_folder(name: str) -> str:
    """Modified UTF-7 (RFC 3501, 5.1.3)."""
    return re.sub(r"[^\x20-\x7e]+", _encode_run, name.replace("&", "&-"))


def _encode_run(run: re.Match[str]) -> str:
    return f"&{b64encode(run[0].encode('utf-16-be')).decode().rstrip('=').replace('/', ',')}-"


def _with_next_validity(header: str) -> str:
    renumbered = re.sub(r" N\d+", " N1", header)
    return re.sub(r" V(\d+)", lambda found: f" V{int(found[1]) + 1}", renumbered)
