"""Reply locks a second, over HTTP, of a desk with two processes: taken on tickets that nobody answers, then renewed."""

from contextlib import closing
from pathlib import Path

import httpx

from benchmarks.asking import CONNECTIONS, Load, ask
from benchmarks.desk import filled
from benchmarks.report import Report, speed

PROCESSES = 2
TICKETS = 1_000
TAKING_SECONDS, RENEWING_SECONDS = 3, 10
"""Of taking so short that the tickets suffice."""
RENEWED = 100


def measure(folder: Path, database: str, report: Report) -> None:
    with (
        filled(folder, tickets=TICKETS, database=database) as data,
        data.served(processes=PROCESSES) as desk,
        closing(desk.sign_in()) as client,
    ):
        name = f"locks, {PROCESSES} processes, {CONNECTIONS} connections, {database}"
        paths = _paths(client)
        headers = {**client.headers, "Content-Type": "application/json"}
        desk.wait_until_calm()
        for what, some, seconds in (("taken", paths, TAKING_SECONDS), ("renewed", paths[:RENEWED], RENEWING_SECONDS)):
            before, cpu = speed(), desk.cpu_seconds()
            answered = ask(desk.address, Load(some, headers, "PUT", "{}"), seconds=seconds)
            assert what == "renewed" or answered.count < len(paths)
            spent = desk.cpu_seconds() - cpu
            report.add(f"{name}: {what}", answered.count / answered.seconds, "locks/s")
            report.add(f"{name}: {what}, CPU", spent / answered.count * 1000, "ms/lock")
            report.add(f"{name}: {what}, p50", answered.p50 * 1000, "ms")
            report.add(f"{name}: {what}, p95", answered.p95 * 1000, "ms")
            report.add(f"{name}: {what}, ten million additions meanwhile", (before + speed()) / 2, "s")


def _paths(client: httpx.Client) -> list[str]:
    """Of the locks that nobody has."""
    paths: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get("/api/v1/tickets", params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        paths += [f"/api/v1/tickets/{item['number']}/lock" for item in page["items"] if item["lock"] is None]
        cursor = page["next_cursor"]
    return paths
