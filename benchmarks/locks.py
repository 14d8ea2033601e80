"""Reply locks a second, over HTTP, of a desk with two processes: taken on tickets that nobody answers, then renewed."""

import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks.desk import filled
from benchmarks.report import Report, speed

PROCESSES, CONNECTIONS = 2, 8
TICKETS = 1_000
LOCKS_EACH, ROUNDS = 50, 10


def measure(folder: Path, database: str, report: Report) -> None:
    with (
        filled(folder, tickets=TICKETS, database=database) as data,
        data.served(processes=PROCESSES) as desk,
        closing(desk.sign_in()) as client,
        ProcessPoolExecutor(CONNECTIONS, mp_context=get_context("spawn")) as pool,
    ):
        shares = _shares(client)
        name = f"locks, {PROCESSES} processes, {CONNECTIONS} connections, {database}"
        put = partial(_put, desk.address, dict(client.headers))
        list(pool.map(partial(_warm_up, desk.address), range(CONNECTIONS)))
        before = speed()
        for what, rounds in (("taken", 1), ("renewed", ROUNDS)):
            began, cpu = time.perf_counter(), desk.cpu_seconds()
            took = list(chain.from_iterable(pool.map(partial(put, rounds), shares)))
            report.add(f"{name}: {what}", len(took) / (time.perf_counter() - began), "locks/s")
            report.add(f"{name}: {what}, CPU", (desk.cpu_seconds() - cpu) / len(took) * 1000, "ms/lock")
            report.add_latencies(f"{name}: {what}", took)
        report.add(f"{name}: ten million additions meanwhile", (before + speed()) / 2, "s")


def _shares(client: httpx.Client) -> list[list[str]]:
    """Paths of locks, as many for each connection."""
    paths: list[str] = []
    cursor = ""
    while len(paths) < CONNECTIONS * LOCKS_EACH:
        page = client.get("/api/v1/tickets", params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        paths += [f"/api/v1/tickets/{item['number']}/lock" for item in page["items"] if item["lock"] is None]
        cursor = page["next_cursor"]
    return [paths[number * LOCKS_EACH : (number + 1) * LOCKS_EACH] for number in range(CONNECTIONS)]


def _warm_up(address: str, _: int) -> None:
    connection = HTTPConnection(urlsplit(address).netloc)
    connection.request("GET", "/healthz")
    connection.getresponse().read()
    connection.close()


def _put(address: str, headers: dict[str, str], rounds: int, paths: list[str]) -> list[float]:
    """What each request took, one after another over one connection."""
    connection, took = HTTPConnection(urlsplit(address).netloc), []
    for path in paths * rounds:
        began = time.perf_counter()
        connection.request("PUT", path, body="{}", headers={**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.reason
        took.append(time.perf_counter() - began)
    connection.close()
    return took
