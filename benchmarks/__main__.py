"""`make bench`: what this machine can do at best, and what the desk does on it.

Prints a table and stores the same figures, with the machine, under `var/benchmarks/`. A whole run takes about an
hour; `python -m benchmarks --sizes 1000 --mails 500 --messages 3000 --minutes 0` is a short one, and
`python -m benchmarks --only ingest` is one part; ingest has its bare loop with it. A run soon after one that deleted
many files is slower: ext4 passes over the places of deleted files for some minutes.

PostgreSQL is that of the tests, which does not wait for the disk, or the one that `MADOGUCHI_TEST_POSTGRES_URL` names.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from app.core.memory import settle
from benchmarks import (
    bare,
    bulk,
    hooks,
    ingest,
    live,
    load,
    locks,
    memory,
    outbox,
    pages,
    parsing,
    reports,
    search,
    sending,
    suggestions,
    visitors,
)
from benchmarks.databases import DATABASES
from benchmarks.report import Report

SCALES = {"": 100_000, "1m": 1_000_000}
Result = TypeVar("Result")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="tickets")
    parser.add_argument("--mails", type=int, default=2_000, help="mails to take in")
    parser.add_argument("--messages", type=int, default=100_000, help="messages to search")
    parser.add_argument("--years", type=int, default=SCALES[os.environ.get("SCALE", "")], help="tickets to report on")
    parser.add_argument("--replies", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10, help="of load before memory is read")
    parser.add_argument("--bulk", type=int, default=500, help="tickets to change at once")
    parser.add_argument("--hooks", type=int, default=5_000, help="webhooks to take in")
    parser.add_argument("--changes", type=int, default=100, help="to tell another page of")
    parser.add_argument("--visitors", type=int, default=1_000, help="of a website's chat, open at once")
    parser.add_argument("--databases", choices=DATABASES, nargs="+", default=DATABASES)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    options = parser.parse_args()
    report = Report()
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-bench-"))
    try:
        for part in options.only:
            PARTS[part](folder, options, report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\nstored in {report.store()}")


def _parsing(folder: Path, options: argparse.Namespace, report: Report) -> None:
    parsing.measure(report)


def _ingest(folder: Path, options: argparse.Namespace, report: Report) -> None:
    settle()
    best = _run_as_served(bare.measure(folder / "bare", options.mails, report))
    _run_as_served(ingest.measure(folder / "ingest", options.mails, best, report))


def _pages(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        for size in options.sizes:
            pages.measure(folder / f"pages-{database}-{size}", size, database, report)


def _load(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        load.measure(folder / f"load-{database}", database, report)


def _locks(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        locks.measure(folder / f"locks-{database}", database, report)


def _bulk(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        bulk.measure(folder / f"bulk-{database}", options.bulk, database, report)


def _live(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        live.measure(folder / f"live-{database}", options.changes, database, report)


def _search(folder: Path, options: argparse.Namespace, report: Report) -> None:
    if options.messages:
        search.measure(folder / "search", options.messages, report, options.databases)


def _sending(folder: Path, options: argparse.Namespace, report: Report) -> None:
    asyncio.run(sending.measure(folder / "sending", options.replies, report))


def _outbox(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        outbox.measure(folder / f"outbox-{database}", options.replies, database, report)


def _hooks(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        hooks.measure(folder / f"hooks-{database}", options.hooks, database, report)


def _visitors(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        visitors.measure(folder / f"visitors-{database}", options.visitors, database, report)


def _suggestions(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        suggestions.measure(folder / f"suggestions-{database}", max(options.sizes[0], 3_000), database, report)


def _memory(folder: Path, options: argparse.Namespace, report: Report) -> None:
    if options.minutes:
        asyncio.run(memory.measure(folder / "memory", options.minutes, report))


def _reports(folder: Path, options: argparse.Namespace, report: Report) -> None:
    for database in options.databases:
        reports.measure(folder / f"reports-{database}", options.years, database, report)


def _run_as_served(measuring: Coroutine[Any, Any, Result]) -> Result:
    """In a loop of the kind that `serve` runs in."""
    with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
        return runner.run(measuring)


PARTS = {
    "parsing": _parsing,
    "ingest": _ingest,
    "hooks": _hooks,
    "pages": _pages,
    "load": _load,
    "locks": _locks,
    "search": _search,
    "sending": _sending,
    "outbox": _outbox,
    "bulk": _bulk,
    "live": _live,
    "visitors": _visitors,
    "memory": _memory,
    "reports": _reports,
    "suggestions": _suggestions,
}

if __name__ == "__main__":
    main()
