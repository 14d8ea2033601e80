"""One act over 500 tickets: how fast it goes, how fast it is taken back, and what a page takes meanwhile."""

import time
from contextlib import closing
from pathlib import Path

import httpx

from benchmarks.desk import filled
from benchmarks.report import Report, speed

TICKETS = 1_000
PAGE = "/tickets?tab=in_progress"
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 300
PRIORITY = "high"
CHANGES = {"priority": PRIORITY}


def measure(folder: Path, count: int, database: str, report: Report) -> None:
    with (
        filled(folder, tickets=max(TICKETS, count * 3), database=database) as data,
        data.served(background=True) as desk,
        closing(desk.sign_in()) as client,
    ):
        desk.wait_until_calm()
        numbers = _numbers(client, count * 2)
        name, before = f"bulk, {count} tickets, {database}", speed()
        report.add_latencies(f"{name}: a page before it", [_page(client) for _ in range(100)])
        began = desk.cpu_seconds()
        run, took = _carry_out(client, "", {"tickets": numbers[:count], "changes": CHANGES})
        report.add(f"{name}", count / took, "tickets/s")
        report.add(f"{name}: CPU", (desk.cpu_seconds() - began) / count * 1000, "ms/ticket")
        report.add(f"{name}: taken back", count / _carry_out(client, f"/{run}/undo")[1], "tickets/s")
        pages: list[float] = []
        body = {"tickets": numbers[count:], "changes": CHANGES}
        report.add(f"{name}: while pages are read", count / _carry_out(client, "", body, pages)[1], "tickets/s")
        report.add_latencies(f"{name}: a page meanwhile", pages)
        report.add(f"{name}: longest of {len(pages)} pages meanwhile", max(pages) * 1000, "ms")
        report.add(f"{name}: ten million additions meanwhile", (before + speed()) / 2, "s")


def _carry_out(
    client: httpx.Client, path: str, body: object = None, pages: list[float] | None = None
) -> tuple[int, float]:
    """The run's id and the seconds it took. Where `pages` are wanted, one is asked for before each look."""
    began = time.perf_counter()
    answer = client.post(f"/api/v1/bulk{path}", json=body)
    assert answer.status_code == 201, answer.text
    run = answer.json()
    while run["finished_at"] is None:
        assert time.perf_counter() - began < PATIENCE_SECONDS, run
        if pages is None:
            time.sleep(LOOK_SECONDS)
        else:
            pages.append(_page(client))
        run = client.get(f"/api/v1/bulk/{run['id']}").json()
    assert run["done"] == run["total"], run
    return run["id"], time.perf_counter() - began


def _page(client: httpx.Client) -> float:
    began = time.perf_counter()
    answer = client.get(PAGE)
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began


def _numbers(client: httpx.Client, count: int) -> list[dict[str, int]]:
    """Of tickets in which the change changes something."""
    found: list[dict[str, int]] = []
    cursor = ""
    while len(found) < count:
        page = client.get(f"/api/v1/tickets?limit=200{cursor}").json()
        found += [{"number": each["number"]} for each in page["items"] if each["priority"] != PRIORITY]
        cursor = f"&cursor={page['next_cursor']}"
    return found[:count]
