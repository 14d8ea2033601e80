"""Makes a backup while the desk goes on: the database as it is at one moment, then the blobs that it names."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Table

from app.backup import contents
from app.backup.archive import LAST_IDS, MANIFEST, TABLES, ArchiveWriter, Checksums, as_json, written
from app.backup.contents import Manifest
from app.backup.errors import BackupError
from app.core.blobs import COLLECTION_LEASE, Blob
from app.core.copying import Row, Snapshot, names_of
from app.core.desk import Desk
from app.core.inserting import table_of
from app.core.lease_keeper import run_alone

PIECE_BYTES = 4 << 20
BLOBS_AT_ONCE = 50
LEASE_DURATION = timedelta(seconds=60)

Tell = Callable[[str, int], None]
"""What is being written, and how many rows or files of it there are by now."""


@dataclass(frozen=True, slots=True)
class Backup:
    manifest: Manifest
    checksums: Checksums


async def make(desk: Desk, path: Path, tell: Tell) -> Backup:
    """Raises BackupError and OSError; then there is no file of that name but the one of before."""
    done: list[Backup] = []

    async def work() -> None:
        done.append(await _make(desk, path, tell))

    await run_alone(desk.database, COLLECTION_LEASE, holder=token_hex(4), duration=LEASE_DURATION, work=work)
    if not done:
        raise BackupError("another backup is being made, or files are being cleared away: try again later")
    return done[0]


async def _make(desk: Desk, path: Path, tell: Tell) -> Backup:
    manifest = Manifest.of(desk.database, desk.box)
    with written(path) as archive:
        archive.add(MANIFEST, as_json(manifest.document()))
        async with desk.database.dialect.snapshot(desk.database.url, path) as snapshot:
            for table in contents.tables():
                await _add_table(archive, snapshot, table, tell)
            archive.add(LAST_IDS, as_json(dict(await snapshot.last_ids())))
            await _add_blobs(archive, snapshot, desk, tell)
        return Backup(manifest, await asyncio.to_thread(archive.end))


async def _add_table(archive: ArchiveWriter, snapshot: Snapshot, table: Table, tell: Tell) -> None:
    number = count = 0
    async for piece, row_count in _pieces(table, snapshot.rows(table)):
        number, count = number + 1, count + row_count
        await asyncio.to_thread(archive.add, f"{TABLES}{table.name}/{number:06}.jsonl", piece)
        tell(table.name, count)


async def _pieces(table: Table, batches: AsyncIterator[Sequence[Row]]) -> AsyncIterator[tuple[bytes, int]]:
    """Some megabytes each, so that no table is ever in memory; the first is there for an empty table too."""
    head = as_json(names_of(table))
    lines, size, is_first = [head], 0, True
    async for rows in batches:
        made = await asyncio.to_thread(_lines, rows)
        lines, size = lines + made, size + sum(map(len, made))
        if size > PIECE_BYTES:
            yield b"\n".join(lines), len(lines) - 1
            lines, size, is_first = [head], 0, False
    if is_first or len(lines) > 1:
        yield b"\n".join(lines), len(lines) - 1


def _lines(rows: Sequence[Row]) -> list[bytes]:
    return [json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in rows]


async def _add_blobs(archive: ArchiveWriter, snapshot: Snapshot, desk: Desk, tell: Tell) -> None:
    table, count = table_of(Blob), 0
    place = names_of(table).index("sha256")
    async for rows in snapshot.rows(table):
        for first in range(0, len(rows), BLOBS_AT_ONCE):
            some = [str(row[place]) for row in rows[first : first + BLOBS_AT_ONCE]]
            await asyncio.to_thread(_add_some, archive, desk, some)
            count += len(some)
            tell("files", count)


def _add_some(archive: ArchiveWriter, desk: Desk, hashes: Sequence[str]) -> None:
    for sha256 in hashes:
        archive.add_blob(sha256, desk.blobs.path(sha256))
