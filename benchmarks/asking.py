"""Load over several connections at once: by `wrk`, or where there is none by a client of our own.

Ours takes more of the processors that the desk is to have: each connection is a process of its own.
"""

import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

CONNECTIONS = 8
SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """Requests, one path after the other and then from the first again; each is to be answered with success."""

    paths: Sequence[str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    count: int
    seconds: float
    p50: float
    """Seconds, as the next."""
    p95: float


def ask(address: str, load: Load, *, seconds: int) -> Answered:
    if shutil.which("wrk"):
        return _ask_by_wrk(address, load, seconds)
    print("There is no wrk on this machine (Debian has it): a client of our own asks, and takes more itself.")
    return _ask_ourselves(address, load, seconds)


def _ask_by_wrk(address: str, load: Load, seconds: int) -> Answered:
    headers = [f"-H{name}: {value}" for name, value in load.headers.items()]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(SCRIPT), *headers, address]
    given = [*command, "--", load.method, load.body, *load.paths]
    said = subprocess.run(given, check=True, stdout=subprocess.PIPE, text=True).stdout
    count, lasted, wrong, p50, p95 = map(int, said.partition("figures ")[2].split())
    assert count, said
    assert not wrong, said
    return Answered(count, lasted / 1e6, p50 / 1e6, p95 / 1e6)


def _ask_ourselves(address: str, load: Load, seconds: int) -> Answered:
    with ProcessPoolExecutor(CONNECTIONS, mp_context=get_context("spawn")) as pool:
        shares = [load.paths[number::CONNECTIONS] or load.paths for number in range(CONNECTIONS)]
        over_each = list(pool.map(partial(_ask_over_one, address, load, seconds), shares))
    took = [each for over_one in over_each for each in over_one]
    cuts = quantiles(took, n=20)
    return Answered(len(took), seconds, cuts[9], cuts[18])


def _ask_over_one(address: str, load: Load, seconds: int, paths: Sequence[str]) -> list[float]:
    """What each request took."""
    connection = HTTPConnection(urlsplit(address).netloc)
    ends_at, took = time.perf_counter() + seconds, []
    for path in cycle(paths):
        began = time.perf_counter()
        if began > ends_at:
            break
        connection.request(load.method, path, body=load.body, headers=dict(load.headers))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.reason
        took.append(time.perf_counter() - began)
    connection.close()
    return took
