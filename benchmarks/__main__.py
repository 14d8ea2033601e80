"""`make bench`: what this machine can do at best, and what the desk does on it.

Prints a table and stores the same figures, with the machine, under `var/benchmarks/`. A whole run takes about a
quarter of an hour; `python -m benchmarks --sizes 1000 --mails 500 --minutes 0` is a short one.
"""

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path

from benchmarks import bare, ingest, memory, pages, sending
from benchmarks.report import Report


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="tickets")
    parser.add_argument("--mails", type=int, default=2_000, help="mails to take in")
    parser.add_argument("--replies", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10, help="of load before memory is read")
    options = parser.parse_args()
    report = Report()
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-bench-"))
    try:
        _run(folder, options, report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\nstored in {report.store()}")


def _run(folder: Path, options: argparse.Namespace, report: Report) -> None:
    best = asyncio.run(bare.measure(folder / "bare", options.mails, report))
    asyncio.run(ingest.measure(folder / "ingest", options.mails, best, report))
    for size in options.sizes:
        asyncio.run(pages.measure(folder / f"pages-{size}", size, report))
    asyncio.run(sending.measure(folder / "sending", options.replies, report))
    if options.minutes:
        asyncio.run(memory.measure(folder / "memory", options.minutes, report))


if __name__ == "__main__":
    main()
