"""Inbox pages a second of a desk with two processes, asked for over eight connections at once.

By `wrk`, or where there is none by a client of our own, which takes more of the processors that the desk is to have.
"""

import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from benchmarks.asking import ask
from benchmarks.desk import Desk, filled
from benchmarks.report import Report, speed

PROCESSES, CONNECTIONS = 2, 8
TICKETS = 1_000
SECONDS, WARM_UP_SECONDS = 10, 3
PAGE = "/tickets?tab=in_progress"
SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Answered:
    count: int
    seconds: float
    p50: float
    """Seconds, as the next."""
    p95: float


def measure(folder: Path, database: str, report: Report) -> None:
    with (
        filled(folder, tickets=TICKETS, database=database) as data,
        data.served(processes=PROCESSES) as desk,
        closing(desk.sign_in()) as client,
    ):
        cookie = client.headers["Cookie"]
        _ask(desk, cookie, WARM_UP_SECONDS)
        before, began = speed(), desk.cpu_seconds()
        answered = _ask(desk, cookie, SECONDS)
        cpu, after = desk.cpu_seconds() - began, speed()
    name = f"load, {PROCESSES} processes, {CONNECTIONS} connections, {database}"
    report.add(f"{name}: inbox pages of 50 rows", answered.count / answered.seconds, "pages/s")
    report.add(f"{name}: CPU", cpu / answered.count * 1000, "ms/page")
    report.add(f"{name}, p50", answered.p50 * 1000, "ms")
    report.add(f"{name}, p95", answered.p95 * 1000, "ms")
    report.add(f"{name}: ten million additions meanwhile", (before + after) / 2, "s")


def _ask(desk: Desk, cookie: str, seconds: int) -> Answered:
    if shutil.which("wrk"):
        return _ask_by_wrk(desk, cookie, seconds)
    print("There is no wrk on this machine (Debian has it): a client of our own asks, and takes more itself.")
    took = ask(desk.address, PAGE, {"Cookie": cookie}, connections=CONNECTIONS, seconds=seconds)
    cuts = quantiles(took, n=20)
    return Answered(len(took), seconds, cuts[9], cuts[18])


def _ask_by_wrk(desk: Desk, cookie: str, seconds: int) -> Answered:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT), "-H", f"Cookie: {cookie}"]
    said = subprocess.run([*command, f"{desk.address}{PAGE}"], check=True, stdout=subprocess.PIPE, text=True).stdout
    count, lasted, wrong, p50, p95 = map(int, said.partition("figures ")[2].split())
    assert count, said
    assert not wrong, said
    return Answered(count, lasted / 1e6, p50 / 1e6, p95 / 1e6)
