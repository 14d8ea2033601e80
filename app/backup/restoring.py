"""Brings a backup into an empty installation. The whole file is looked at before anything is written.

The rows come in one unit of work: a restore that is broken off leaves the installation empty, and is begun again.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from app.backup import contents, queries
from app.backup.archive import CHECKSUMS, CUT_OFF, DAMAGED, LAST_IDS, MANIFEST, NOT_OURS, Checksums, Member, members
from app.backup.contents import Manifest
from app.backup.errors import BackupError
from app.backup.settling import settle
from app.core import revision
from app.core.blobs import BlobStore
from app.core.copying import names_of
from app.core.database import dialect_of
from app.core.desk import Desk
from app.search.indexing import index_marked
from app.search.rebuilding import weigh

BEGUN_WITH = {
    "channels": 1,
    "installation": 1,
    "trend_state": 1,
    "statuses": None,
    "consumers": None,
    "escalation_reasons": None,
}
"""Rows that an installation has from its start, and how many at most."""

FILES_AT_ONCE = 50
BYTES_AT_ONCE = 16 << 20
OTHER_KEY = (
    "the backup was made with another MADOGUCHI_SECRET_KEY: the passwords of its mailboxes cannot be read with this "
    "one. Give the key of the installation that it was made of, or restore --without-secrets and enter them again"
)

Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    tickets: int
    uncertain: int
    missing: int


async def restore(desk: Desk, path: Path, tell: Tell, *, without_secrets: bool = False) -> Restored:
    """Raises BackupError before anything is written, OSError, and what the database says."""
    manifest, missing = await asyncio.to_thread(verify, path, tell)
    _require_fit(manifest, desk, without_secrets=without_secrets)
    await _make_ready(desk)
    await _store_blobs(desk.blobs, path, tell)
    async with desk.database.transaction() as session:
        await _require_empty(session)
        await _load(session, path, tell)
        uncertain = await settle(session, desk, manifest, without_secrets=without_secrets)
        tickets = await queries.count_tickets(session)
    await _index(desk, tell)
    return Restored(manifest, tickets, uncertain, missing)


def verify(path: Path, tell: Tell) -> tuple[Manifest, int]:
    """What the backup says of itself, and how many blobs it lacks. Raises BackupError unless every byte is right."""
    manifest: Manifest | None = None
    seen, told = Checksums(), None
    for count, member in enumerate(members(path), start=1):
        if manifest is None:
            manifest = _manifest(member, seen)
        elif member.name == CHECKSUMS:
            told = _parsed(member.read())
        else:
            _note(member, seen)
        tell("checked", count)
    if manifest is None:
        raise BackupError(NOT_OURS)
    return manifest, _compare(seen, told)


def _manifest(member: Member, seen: Checksums) -> Manifest:
    if member.name != MANIFEST:
        raise BackupError(NOT_OURS)
    data = member.read()
    seen.members[MANIFEST] = hashlib.sha256(data).hexdigest()
    return Manifest.read(_parsed(data))


def _note(member: Member, seen: Checksums) -> None:
    digest = hashlib.sha256()
    for chunk in member.chunks():
        digest.update(chunk)
    if not member.is_blob:
        seen.members[member.name] = digest.hexdigest()
    elif member.sha256 == digest.hexdigest():
        seen.note_blob(member.sha256)
    else:
        raise BackupError(DAMAGED)


def _compare(seen: Checksums, told: Any) -> int:
    """What was read with what was written, as the end of the file has it; returns the number of missing blobs."""
    if told is None:
        raise BackupError(CUT_OFF)
    with suppress(KeyError, TypeError):
        seen.missing = list(told["blobs"]["missing"])
    if told != seen.document():
        raise BackupError(DAMAGED)
    return len(seen.missing)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise BackupError(DAMAGED) from error


def _require_fit(manifest: Manifest, desk: Desk, *, without_secrets: bool) -> None:
    if manifest.revision != revision.newest_revision():
        raise BackupError(
            f"the backup has schema {manifest.revision}, this version needs {revision.newest_revision()}: "
            f"restore it with Madoguchi {manifest.version}, and then bring that to the newest version"
        )
    if manifest.key_fingerprint != desk.box.fingerprint and not without_secrets:
        raise BackupError(OTHER_KEY)


async def _make_ready(desk: Desk) -> None:
    """A database that has its schema, and nothing else."""
    from app.core import schema  # noqa: PLC0415  # Alembic's ten megabytes are not for the commands that serve

    current, newest = await revision.current_revision(desk.database), revision.newest_revision()
    if not current:
        await schema.upgrade(desk.settings.database_url)
    elif current != newest:
        raise BackupError(f"the database has schema {current}, this version needs {newest}: run `madoguchi migrate`")
    async with desk.database.reading() as session:
        await _require_empty(session)


async def _require_empty(session: AsyncSession) -> None:
    for table in contents.tables():
        allowed = BEGUN_WITH.get(table.name, 0)
        if allowed is not None and await queries.has_rows(session, table, more_than=allowed):
            raise BackupError(
                f"this installation is not empty (there is something in `{table.name}`): "
                "a backup is restored only into an empty one, with a database and a data folder of its own"
            )


async def _store_blobs(blobs: BlobStore, path: Path, tell: Tell) -> None:
    """Before the rows that name them (MODEL 30)."""
    found = (member for member in members(path) if member.is_blob)
    count = 0
    while stored := await asyncio.to_thread(_store_some, blobs, found):
        count += stored
        tell("files", count)


def _store_some(blobs: BlobStore, found: Iterator[Member]) -> int:
    """A few small ones, or one large one: no more is in memory."""
    some: list[bytes] = []
    for member in islice(found, FILES_AT_ONCE):
        some.append(member.read())
        if sum(map(len, some)) > BYTES_AT_ONCE:
            break
    blobs.write_many(some)
    return len(some)


async def _load(session: AsyncSession, path: Path, tell: Tell) -> None:
    tables = {table.name: table for table in contents.tables()}
    begun_with = [table for name, table in tables.items() if name in BEGUN_WITH]
    await queries.delete_all(session, list(reversed(begun_with)))
    async with dialect_of(session).loading(session) as loading:
        counts = dict.fromkeys(tables, 0)
        for member in members(path):
            if member.is_blob:
                break
            if member.name == LAST_IDS:
                await loading.set_last_ids({name: n for name, n in _parsed(member.read()).items() if name in tables})
            elif member.table:
                rows = await asyncio.to_thread(_rows, member, tables)
                await loading.add(tables[member.table], rows)
                counts[member.table] += len(rows)
                tell(member.table, counts[member.table])


def _rows(member: Member, tables: dict[str, Table]) -> list[list[Any]]:
    head, *lines = member.read().split(b"\n")
    table = tables.get(member.table)
    if table is None or json.loads(head) != names_of(table):
        raise BackupError(f"the backup holds `{member.table}` as another version of Madoguchi has it")
    return [json.loads(line) for line in lines]


async def _index(desk: Desk, tell: Tell) -> None:
    """Should this be broken off, the worker goes on: the marks lie in the database."""
    total = 0
    while count := await index_marked(desk.database):
        total += count
        tell("search", total)
    await weigh(desk.database)
