"""Memory of `serve` with its background half after a time of load."""

import time
from contextlib import closing
from pathlib import Path

from benchmarks.desk import serving
from benchmarks.report import Report

TICKETS = 10_000
SECONDS_A_MINUTE = 60


async def measure(folder: Path, minutes: float, report: Report) -> None:
    with serving(folder, tickets=TICKETS, background=True) as desk, closing(desk.sign_in()) as client:
        report.add("serve with background, PSS at first", desk.pss_megabytes(), "MB")
        ends_at = time.monotonic() + minutes * SECONDS_A_MINUTE
        half_at, half = time.monotonic() + minutes * SECONDS_A_MINUTE / 2, 0.0
        numbers = [item["number"] for item in client.get("/api/v1/tickets?limit=200").json()["items"]]
        while time.monotonic() < ends_at:
            for number in numbers[:20]:
                client.get("/tickets?tab=new")
                client.get(f"/tickets/{number}")
                client.post(f"/api/v1/tickets/{number}/notes", json={"text": "確認しました。"})
            numbers = numbers[20:] + numbers[:20]
            if not half and time.monotonic() > half_at:
                half = desk.pss_megabytes()
        report.add(f"serve with background, PSS after {minutes / 2:g} min of load", half, "MB")
        report.add(f"serve with background, PSS after {minutes:g} min of load", desk.pss_megabytes(), "MB")
