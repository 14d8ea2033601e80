"""What the inbox and a ticket cost the server, at several sizes and on both databases.

The pages take turns in rounds, and each figure is the median of its rounds: a machine that is slow for some seconds is
slow for all of them alike. How fast it was is a figure too, and CPU times compare only where that one is alike.
"""

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx

from app.cli.desk import open_desk
from app.core.database import count_statements
from app.core.settings import Settings
from app.main import create_app
from benchmarks.desk import Desk, serving
from benchmarks.report import Report, speed

WARM_UP = 40
ROUNDS, REQUESTS = 5, 40
TICKETS = 20


@dataclass
class Page:
    """Asked for at its addresses in turn: nobody opens the same ticket all day."""

    name: str
    addresses: Sequence[str]
    target: str = ""
    cpu: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turns: Iterator[str] = cycle(self.addresses)
        self.headers = {"HX-Request": "true", "HX-Target": self.target} if self.target else {}

    def ask(self, client: httpx.Client) -> None:
        began = time.perf_counter()
        answer = client.get(next(self.turns), headers=self.headers)
        self.took.append(time.perf_counter() - began)
        self.sizes.append(len(answer.content))
        assert answer.status_code == 200, answer.text


def measure(folder: Path, size: int, database: str, report: Report) -> None:
    """CPU is the desk's alone; what PostgreSQL's own processes take shows in the times."""
    with serving(folder, tickets=size, database=database) as desk, closing(desk.sign_in()) as client:
        pages = _pages(client)
        for page in pages:
            _warm_up(page, client)
        speeds = [speed()]
        for _ in range(ROUNDS):
            for page in pages:
                _measure_round(page, desk, client)
            speeds.append(speed())
        memory = desk.pss_megabytes()
        settings = Settings(data_dir=folder, database_url=desk.database_url)
        counts = [asyncio.run(_count(settings, page, client.headers["Cookie"])) for page in pages]
    where = f"{size} tickets, {database}"
    for page, count in zip(pages, counts, strict=True):
        name = f"{page.name}, {where}"
        report.add(f"{name}, CPU", statistics.median(page.cpu) * 1000, "ms")
        report.add_latencies(name, page.took)
        report.add(f"{name}, size", statistics.mean(page.sizes) / 1024, "KiB")
        report.add(f"{name}, statements", count, "")
    report.add(f"pages, {where}: ten million additions meanwhile", statistics.median(speeds), "s")
    report.add(f"serve, {where}, PSS", memory, "MB")


def _pages(client: httpx.Client) -> list[Page]:
    numbers = [item["number"] for item in client.get(f"/api/v1/tickets?limit={TICKETS}").json()["items"]]
    tickets = [f"/tickets/{number}?tab=in_progress" for number in numbers]
    return [
        Page("inbox page of 50 rows", ["/tickets?tab=done"]),
        Page("inbox list fragment", ["/tickets?tab=in_progress"], "list-pane"),
        Page("ticket page", tickets, "ticket-pane"),
        Page("ticket with the inbox around it", tickets),
        Page("API list of 50", ["/api/v1/tickets?limit=50"]),
    ]


def _warm_up(page: Page, client: httpx.Client) -> None:
    for _ in range(WARM_UP):
        page.ask(client)
    page.took.clear()
    page.sizes.clear()


def _measure_round(page: Page, desk: Desk, client: httpx.Client) -> None:
    began = desk.cpu_seconds()
    for _ in range(REQUESTS):
        page.ask(client)
    page.cpu.append((desk.cpu_seconds() - began) / REQUESTS)


async def _count(settings: Settings, page: Page, cookie: str) -> int:
    """Statements of one request, BEGIN left out, counted in a desk of our own beside the server's."""
    desk = open_desk(settings)
    app = create_app(desk.database, desk.settings, box=desk.box, blobs=desk.blobs)
    seen = count_statements(desk.database)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        answer = await client.get(page.addresses[0], headers={**page.headers, "Cookie": cookie})
    await desk.database.dispose()
    assert answer.status_code == 200, answer.text
    return sum(statement != "BEGIN" for statement in seen)
