"""Searching 100,000 messages: words of one, two and four characters, rare and common, on both databases.

Alone: `python -m benchmarks.search [--messages 100000] [--databases sqlite postgresql]`.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from zoneinfo import ZoneInfo

from app.accounts.audiences import Viewer
from app.core import schema
from app.core.database import Database
from app.inbox import selecting, service
from app.inbox.desk import Sight, read_sight
from app.inbox.list_queries import Selection
from app.inbox.service import Page
from app.search.rebuilding import rebuild
from benchmarks import letters
from benchmarks.databases import DATABASES, empty
from benchmarks.ingest import LoopWatch
from benchmarks.report import Report, speed

ROUNDS = 20
ZONE = ZoneInfo("Asia/Tokyo")


def measure(folder: Path, messages: int, report: Report, databases: Sequence[str] = DATABASES) -> None:
    for name in databases:
        with empty(name, folder) as url:
            asyncio.run(_measure(url, f"search, {messages} messages, {name}", messages, report))


async def _measure(url: str, name: str, messages: int, report: Report) -> None:
    await schema.upgrade(url)
    database = Database(url)
    try:
        viewers = await letters.fill(database, messages)
        began = time.perf_counter()
        await rebuild(database, lambda done, of: None)
        report.add(f"{name}, rebuilding", messages / (time.perf_counter() - began), "messages/s")
        await letters.analyse(database)
        for who, viewer in viewers.items():
            await _measure_words(database, viewer, f"{name}, {who}", report)
    finally:
        await database.dispose()


async def _measure_words(database: Database, viewer: Viewer, name: str, report: Report) -> None:
    async with database.reading() as session:
        sight = await read_sight(session, viewer)
    watch = LoopWatch()
    watching = asyncio.create_task(watch.run())
    for words in letters.WORDS.values():
        await _search(database, sight, words[0])
    before = speed()
    began = time.process_time()
    everything = [seconds for kind in letters.WORDS for seconds in await _measure_kind(database, sight, kind)]
    report.add(f"{name}, CPU of this process", (time.process_time() - began) / len(everything) * 1000, "ms")
    watching.cancel()
    report.add_latencies(name, everything)
    report.add(f"{name}, event loop held at most", watch.longest * 1000, "ms")
    report.add(f"{name}: ten million additions meanwhile", (before + speed()) / 2, "s")


async def _measure_kind(database: Database, sight: Sight, kind: str) -> list[float]:
    took = [await _search(database, sight, word) for word in letters.WORDS[kind] for _ in range(ROUNDS)]
    seconds = [each for each, _ in took]
    cuts = quantiles(seconds, n=20)
    rows = sum(count for _, count in took) / len(took)
    print(f"  {kind:<30} p50 {cuts[9] * 1000:7.1f} ms   p95 {cuts[18] * 1000:7.1f} ms   {rows:5.1f} rows", flush=True)
    return seconds


async def _search(database: Database, sight: Sight, word: str) -> tuple[float, int]:
    """As the screen does: fifty rows with their words marked, and the hits counted up to a hundred."""
    began = time.perf_counter()
    async with database.reading() as session:
        asked = await selecting.of_search(session, word, sight=sight, zone=ZONE)
        assert asked is not None
        found = await service.search_page(session, Selection(sight.audience_ids()), asked, Page("search"))
    return time.perf_counter() - began, len(found.rows)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--databases", nargs="+", default=DATABASES)
    options = parser.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="madoguchi-search-") as folder:
        measure(Path(folder), options.messages, report, options.databases)
    print(f"\nstored in {report.store()}")


if __name__ == "__main__":
    main()
