"""Inbox pages a second of a desk with two processes, asked for over eight connections at once."""

from contextlib import closing
from pathlib import Path

from benchmarks.asking import CONNECTIONS, Load, ask
from benchmarks.desk import filled
from benchmarks.report import Report, speed

PROCESSES = 2
TICKETS = 1_000
SECONDS, WARM_UP_SECONDS = 10, 3
PAGE = "/tickets?tab=in_progress"


def measure(folder: Path, database: str, report: Report) -> None:
    with (
        filled(folder, tickets=TICKETS, database=database) as data,
        data.served(processes=PROCESSES) as desk,
        closing(desk.sign_in()) as client,
    ):
        load = Load([PAGE], {"Cookie": client.headers["Cookie"]})
        ask(desk.address, load, seconds=WARM_UP_SECONDS)
        before, began = speed(), desk.cpu_seconds()
        answered = ask(desk.address, load, seconds=SECONDS)
        cpu, after = desk.cpu_seconds() - began, speed()
    name = f"load, {PROCESSES} processes, {CONNECTIONS} connections, {database}"
    report.add(f"{name}: inbox pages of 50 rows", answered.count / answered.seconds, "pages/s")
    report.add(f"{name}: CPU", cpu / answered.count * 1000, "ms/page")
    report.add(f"{name}, p50", answered.p50 * 1000, "ms")
    report.add(f"{name}, p95", answered.p95 * 1000, "ms")
    report.add(f"{name}: ten million additions meanwhile", (before + after) / 2, "s")
