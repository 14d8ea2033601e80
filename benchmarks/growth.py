"""What the inbox and its counts cost with a thousand tickets, and with all of a year: to grow by less than a third.

Both desks are served side by side and asked in turn, so that a machine that is slow for some seconds is slow for both.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median

import httpx

from benchmarks.databases import KEY
from benchmarks.desk import COMMAND, Data, Desk
from benchmarks.report import Report

PASSWORD = "a password for measuring"
EMAIL = "a0@example.jp"
"""Of `years.fill`."""

ROUNDS, REQUESTS, WARM_UP = 7, 20, 20
PAGES: Mapping[str, str] = {
    "inbox page of 50 rows": "/tickets?tab=done",
    "API list of 50": "/api/v1/tickets?status=done&limit=50",
}


def measure(folder: Path, small: str, large: str, name: str, report: Report) -> None:
    """`small` and `large` are addresses of databases that `years.fill` has made."""
    with ExitStack() as stack:
        desks = [stack.enter_context(_served(folder / str(place), url)) for place, url in enumerate((small, large))]
        clients = [stack.enter_context(closing(desk.sign_in())) for desk in desks]
        for page, address in PAGES.items():
            took: tuple[list[float], list[float]] = ([], [])
            for client in clients:
                _ask(client, address, WARM_UP)
            for _ in range(ROUNDS):
                for client, times in zip(clients, took, strict=True):
                    began = time.perf_counter()
                    _ask(client, address, REQUESTS)
                    times.append((time.perf_counter() - began) / REQUESTS)
            few, many = (median(each) * 1000 for each in took)
            report.add(f"{name}: {page}, with 1,000 tickets", few, "ms")
            report.add(f"{name}: {page}, with all", many, "ms")
            report.add(f"{name}: {page}, times as much", many / few, "")


def _ask(client: httpx.Client, address: str, times: int) -> None:
    for _ in range(times):
        answer = client.get(address)
        assert answer.status_code == 200, answer.text


@contextmanager
def _served(folder: Path, url: str) -> Iterator[Desk]:
    folder.mkdir(parents=True)
    settings = {"DATA_DIR": str(folder), "DATABASE_URL": url, "LOG_LEVEL": "warning", "SECRET_KEY": KEY}
    environment = {**os.environ, **{f"MADOGUCHI_{name}": value for name, value in settings.items()}}
    command = [str(COMMAND), "agent", "set-password", EMAIL, "--password-stdin"]
    subprocess.run(command, env=environment, check=True, input=PASSWORD, text=True, stdout=subprocess.DEVNULL)
    with Data(environment, url, EMAIL, PASSWORD).served() as desk:
        yield desk
