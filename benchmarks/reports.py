"""Reports over twelve months: on one axis, and with filters; today's tickets at once; one day counted anew.

And what the inbox costs with as many tickets, and a file of a hundred thousand rows.

Alone: `python -m benchmarks.reports [--tickets 100000] [--databases sqlite postgresql]`; `make bench SCALE=1m` takes
a million tickets. The databases are kept and used again: of SQLite under BENCH_DIR (else the system's
temporary folder), of PostgreSQL on the server that MADOGUCHI_TEST_POSTGRES_URL names.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from app.accounts.audiences import Viewer
from app.core import schema
from app.core.clock import now
from app.core.database import Database
from app.inbox.desk import read_sight
from app.reports.asking import question_of
from app.reports.forms import ReportForm
from app.reports.measures import AXES
from app.reports.service import read_table
from app.reports.values import ReportName
from app.tallies import queries
from app.tallies import service as tallies
from benchmarks import exports, growth, overviews, years
from benchmarks.databases import DATABASES, keeping
from benchmarks.report import Report, speed

ROUNDS = 5
FEW, ROWS = 1_000, 100_000
ASKED: Sequence[tuple[str, ReportName, dict[str, Any]]] = (
    ("volume by month", ReportName.VOLUME, {"interval": "month"}),
    ("volume by day", ReportName.VOLUME, {"interval": "day"}),
    ("volume, category by month", ReportName.VOLUME, {"by": "category", "interval": "month"}),
    ("volume, weekday and hour", ReportName.VOLUME, {"by": "weekday_hour"}),
    ("volume, channel and category", ReportName.VOLUME, {"by": "channel,category"}),
    ("volume, filters", ReportName.VOLUME, {"by": "category", "priority": "high", "assignee": "3"}),
    ("speed", ReportName.SPEED, {}),
    ("speed, filters", ReportName.SPEED, {"by": "category", "assignee": "3", "priority": "high"}),
    ("backlog by day", ReportName.BACKLOG, {"interval": "day"}),
    ("backlog, assignee by month", ReportName.BACKLOG, {"by": "assignee", "interval": "month"}),
    ("backlog, filters", ReportName.BACKLOG, {"by": "category", "priority": "high", "assignee": "3"}),
    ("work", ReportName.WORK, {}),
    ("trends, term, filters", ReportName.TRENDS, {"by": "term", "priority": "high", "assignee": "3"}),
    *((f"{report}, {axis}", report, {"by": axis.value}) for report, axes in AXES.items() for axis in axes),
)
"""The last ones are whatever pages split each report by."""


def measure(folder: Path, tickets: int, database: str, report: Report) -> None:
    kept = Path(os.environ.get("BENCH_DIR") or Path(tempfile.gettempdir()) / "madoguchi-bench")
    name = f"reports, {tickets} tickets, {database}"
    with keeping(database, kept, f"reports-{tickets}") as url, keeping(database, kept, f"reports-{FEW}") as small:
        asyncio.run(_measure(url, tickets, name, report))
        asyncio.run(_fill(small, FEW))
        growth.measure(folder / "growth", small, url, name, report)
        exports.measure(url, tickets, min(tickets, ROWS), name, report)


async def _fill(url: str, tickets: int) -> None:
    await schema.upgrade(url)
    database = Database(url)
    if not await _is_filled(database):
        await years.fill(database, tickets)
    await database.dispose()


async def _is_filled(database: Database) -> bool:
    async with database.reading() as session:
        return await queries.find_history(session) is not None


async def _measure(url: str, tickets: int, name: str, report: Report) -> None:
    await schema.upgrade(url)
    database = Database(url)
    try:
        viewer = await _prepare(database, tickets, name, report)
        for what, wanted, asked in ASKED:
            took = [await _ask(database, viewer, wanted, asked) for _ in range(ROUNDS)]
            report.add(f"{name}: {what}", median(took) * 1000, "ms")
        await _measure_today(database, viewer, name, report)
    finally:
        await database.dispose()
    await overviews.measure(url, name, report)


async def _prepare(database: Database, tickets: int, name: str, report: Report) -> Viewer:
    if not await _is_filled(database):
        began = time.perf_counter()
        await years.fill(database, tickets)
        report.add(f"{name}: filled", time.perf_counter() - began, "s")
    async with database.reading() as session:
        is_counted = await queries.find_generation(session, str(years.ZONE)) is not None
    if not is_counted:
        began = time.perf_counter()
        days = await tallies.rebuild(database, years.ZONE, lambda done, of: None)
        report.add(f"{name}: one of {days} days counted anew", (time.perf_counter() - began) / days * 1000, "ms")
        await years.analyse(database)
    report.add(f"{name}: ten million additions", speed(), "s")
    return await years.viewer(database)


async def _ask(database: Database, viewer: Viewer, wanted: ReportName, asked: dict[str, Any]) -> float:
    last = now().astimezone(years.ZONE).date()
    form = ReportForm(**{"from": str(last - timedelta(days=364)), "to": str(last), **asked})
    began = time.perf_counter()
    async with database.reading() as session:
        sight = await read_sight(session, viewer)
        question = await question_of(session, wanted, form, sight=sight, zone=years.ZONE)
        await read_table(session, question)
    return time.perf_counter() - began


async def _measure_today(database: Database, viewer: Viewer, name: str, report: Report) -> None:
    """What came in a moment ago is in the numbers of today, whose day is marked."""
    async with database.transaction() as session:
        await queries.mark_days(session, [now().date()])
    took = [await _ask(database, viewer, ReportName.VOLUME, {"by": "category"}) for _ in range(ROUNDS)]
    report.add(f"{name}: volume, category, while today is marked", median(took) * 1000, "ms")
    began = time.perf_counter()
    await tallies.count_anew(database, now().date(), years.ZONE)
    report.add(f"{name}: today counted anew", (time.perf_counter() - began) * 1000, "ms")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reports", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--databases", nargs="+", default=DATABASES)
    options = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="madoguchi-reports-") as folder:
        for name in options.databases:
            measure(Path(folder), options.tickets, name, report)


if __name__ == "__main__":
    main()
