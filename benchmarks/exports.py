"""A file of the 対応履歴 as a worker makes it: how long it takes, and what memory it needs beyond the worker's own.

Each in a process of its own, on the database of `benchmarks.reports`.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from app.core.blobs import BlobStore
from app.core.clock import now, rfc3339
from app.core.database import Database
from app.core.table_files import FileForm
from app.history import service
from app.history.exporting import Maker
from benchmarks import years
from benchmarks.report import Report

MEBIBYTE = 1024


def measure(url: str, tickets: int, rows: int, name: str, report: Report) -> None:
    """So many of the newest tickets."""
    days = years.MONTHS_DAYS * rows / tickets
    command = [sys.executable, "-m", "benchmarks.exports", url, str(days)]
    seconds, made, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    report.add(f"{name}: XLSX of {made} rows", float(seconds), "s")
    report.add(f"{name}: XLSX of {made} rows, memory beyond the worker's own", float(memory), "MiB")


async def _make(url: str, days: float) -> None:
    database = Database(url)
    with tempfile.TemporaryDirectory() as folder:
        maker = Maker(database, BlobStore(Path(folder)), years.ZONE)
        await _ask(database, days=1 / 24)
        await maker.make_next()
        before = _kilobytes("VmRSS")
        export_id = await _ask(database, days=days)
        began = time.perf_counter()
        await maker.make_next()
        seconds = time.perf_counter() - began
    async with database.reading() as session:
        agent = await years.find_agent(session)
        made = await service.get_export(session, export_id, agent_id=agent.id)
    sys.stdout.write(f"{seconds} {made.done_count} {(_kilobytes('VmHWM') - before) / MEBIBYTE}")
    await database.dispose()


async def _ask(database: Database, *, days: float) -> int:
    conditions = {"created_from": rfc3339(now() - timedelta(days=days))}
    async with database.transaction() as session:
        export = await service.begin(session, FileForm.XLSX, conditions, by=await years.find_agent(session))
        await session.flush()
        return export.id


def _kilobytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])


if __name__ == "__main__":
    asyncio.run(_make(sys.argv[1], float(sys.argv[2])))
