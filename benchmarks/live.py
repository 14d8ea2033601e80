"""From a change at one process to the open stream of another, which serves the same database."""

import json
import random
import threading
import time
from contextlib import closing
from pathlib import Path
from queue import Queue

import httpx

from benchmarks.desk import Desk, filled
from benchmarks.report import Report, speed

TICKETS = 1_000
BETWEEN_SECONDS = (0.3, 1.2)
"""People do not keep time with anything that polls."""
PATIENCE_SECONDS = 10

Told = Queue[tuple[int, float]]
"""Numbers of tickets that the stream told of, and when."""


def measure(folder: Path, count: int, database: str, report: Report) -> None:
    with (
        filled(folder, tickets=TICKETS, database=database) as data,
        data.served() as here,
        data.served() as there,
        closing(here.sign_in()) as client,
    ):
        told: Told = Queue()
        is_open = threading.Event()
        threading.Thread(target=_listen, args=(there, told, is_open), daemon=True).start()
        assert is_open.wait(PATIENCE_SECONDS), "no stream"
        before = speed()
        took = _change(client, count, told)
        after = speed()
    name = f"live, from a change at one process to a page of another, {database}"
    report.add_latencies(name, took)
    report.add(f"{name}, at most", max(took) * 1000, "ms")
    report.add(f"{name}: ten million additions meanwhile", (before + after) / 2, "s")


def _change(client: httpx.Client, count: int, told: Told) -> list[float]:
    """Seconds from sending the request to the line of the stream."""
    dice = random.Random(1)
    numbers = [item["number"] for item in client.get("/api/v1/tickets?limit=50").json()["items"]]
    took = []
    for turn in range(count):
        time.sleep(dice.uniform(*BETWEEN_SECONDS))
        number, began = numbers[turn % len(numbers)], time.perf_counter()
        answer = client.post(f"/api/v1/tickets/{number}/notes", json={"text": "確認しました。"})
        assert answer.status_code == 201, answer.text
        took.append(_wait_for(number, told) - began)
    return took


def _wait_for(number: int, told: Told) -> float:
    while True:
        told_number, at = told.get(timeout=PATIENCE_SECONDS)
        if told_number == number:
            return at


def _listen(desk: Desk, told: Told, is_open: threading.Event) -> None:
    """As a browser does, until the desk ends."""
    try:
        with closing(desk.sign_in()) as client, client.stream("GET", "/api/v1/live") as stream:
            is_open.set()
            for line in stream.iter_lines():
                if line.startswith('data: {"number"'):
                    told.put((json.loads(line.removeprefix("data: "))["number"], time.perf_counter()))
    except httpx.HTTPError:
        return
