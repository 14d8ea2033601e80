"""LINE's webhooks into two processes of a real `madoguchi serve`: each request one event, each event in the store
before its request is answered, while the digest works beside it."""

import asyncio
import os
import threading
import time
from collections import deque
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from app.channels.models import Channel
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from benchmarks.desk import Data, filled
from benchmarks.report import Report
from tests.support.fixtures_database import SECRET_KEY
from tests.support.line_events import body_of, build_line, from_user, signed, text

PROCESSES = 2
CONNECTIONS = 16
USERS = 200
TICKETS = 50
NOWHERE = "http://127.0.0.1:9"


def measure(folder: Path, count: int, database: str, report: Report) -> None:
    os.environ |= {"MADOGUCHI_SECRET_KEY": SECRET_KEY, "MADOGUCHI_LINE_API_URL": NOWHERE}
    with filled(folder, tickets=TICKETS, database=database) as data:
        channel = asyncio.run(_add_channel(data))
        for background in (False, True):
            with data.served(background=background, processes=PROCESSES) as desk:
                beside = ", digest beside" if background else ""
                _measure(f"hooks, {database}{beside}", f"{desk.address}/hooks/line/{channel.key}", count, report)


def _measure(name: str, address: str, count: int, report: Report) -> None:
    waiting = deque(
        body_of(text("荷物が届きません", source=from_user(f"U{n % USERS:032}"), at=now())) for n in range(count)
    )
    took: list[float] = []
    began = time.perf_counter()
    threads = [threading.Thread(target=_send, args=(address, waiting, took)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.add(name, len(took) / (time.perf_counter() - began), "requests/s")
    report.add_latencies(name, took)


def _send(address: str, waiting: deque[bytes], took: list[float]) -> None:
    where = urlsplit(address)
    connection = HTTPConnection(where.netloc)
    while waiting:
        try:
            body = waiting.popleft()
        except IndexError:
            return
        headers = signed(body)
        began = time.perf_counter()
        connection.request("POST", where.path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        assert answer.status == 200, answer.status


async def _add_channel(data: Data) -> Channel:
    database = Database(data.database_url)
    try:
        return await build_line(database, SecretBox(SECRET_KEY))
    finally:
        await database.dispose()
