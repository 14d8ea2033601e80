"""A client for load, where there is no `wrk`: each connection is a process of its own, and imports little."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from http.client import HTTPConnection
from multiprocessing import get_context
from urllib.parse import urlsplit

WARM_UP_SECONDS = 2.0


def ask(address: str, path: str, headers: dict[str, str], *, connections: int, seconds: float) -> list[float]:
    """What each request took, over so many connections at once."""
    with ProcessPoolExecutor(connections, mp_context=get_context("spawn")) as pool:
        for length in (WARM_UP_SECONDS, seconds):
            asking = partial(_ask_over_one, address, path, headers)
            took: Sequence[list[float]] = list(pool.map(asking, [length] * connections))
    return [each for over_one in took for each in over_one]


def _ask_over_one(address: str, path: str, headers: dict[str, str], seconds: float) -> list[float]:
    connection = HTTPConnection(urlsplit(address).netloc)
    ends_at, took = time.perf_counter() + seconds, []
    while (began := time.perf_counter()) < ends_at:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.reason
        took.append(time.perf_counter() - began)
    connection.close()
    return took
