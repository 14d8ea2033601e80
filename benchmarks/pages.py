"""What the inbox and a ticket cost the server, at several sizes."""

import time
from contextlib import closing
from pathlib import Path

import httpx

from benchmarks.desk import Desk, serving
from benchmarks.report import Report

WARM_UP = 20
REQUESTS = 200


async def measure(folder: Path, size: int, report: Report) -> None:
    with serving(folder, tickets=size) as desk, closing(desk.sign_in()) as client:
        number = client.get("/api/v1/tickets?limit=1").json()["items"][0]["number"]
        addresses = {
            "inbox page of 50 rows": "/tickets?tab=done",
            "inbox list fragment": "/tickets?tab=in_progress",
            "ticket page": f"/tickets/{number}?tab=in_progress",
            "API list of 50": "/api/v1/tickets?limit=50",
        }
        fragments = {"inbox list fragment": "list-pane", "ticket page": "ticket-pane"}
        for name, address in addresses.items():
            _measure_one(desk, client, f"{name}, {size} tickets", address, fragments.get(name, ""), report)
        report.add(f"serve, {size} tickets, PSS", desk.pss_megabytes(), "MB")


def _measure_one(desk: Desk, client: httpx.Client, name: str, address: str, target: str, report: Report) -> None:
    headers = {"HX-Request": "true", "HX-Target": target} if target else {}
    for _ in range(WARM_UP):
        assert client.get(address, headers=headers).status_code == 200
    cpu_began, took = desk.cpu_seconds(), []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        client.get(address, headers=headers)
        took.append(time.perf_counter() - began)
    report.add(f"{name}, CPU", (desk.cpu_seconds() - cpu_began) / REQUESTS * 1000, "ms")
    report.add_latencies(name, took)
