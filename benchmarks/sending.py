"""Answering: taking the lock and sending, from the request to the mail that has left."""

import time
from contextlib import closing
from pathlib import Path

import httpx

from benchmarks.desk import serving
from benchmarks.report import Report

LOOK_SECONDS = 0.1


async def measure(folder: Path, count: int, report: Report) -> None:
    """On demo mailboxes: what leaves is written to a file."""
    with serving(folder, tickets=max(count * 3, 1000), background=True) as desk, closing(desk.sign_in()) as client:
        numbers = _mail_tickets(client, count)
        desk.wait_until_calm()
        cpu_began, began, took = desk.cpu_seconds(), time.perf_counter(), []
        for number in numbers:
            sent_at = time.perf_counter()
            _reply(client, number)
            took.append(time.perf_counter() - sent_at)
        _wait_until_left(client)
        lasted = time.perf_counter() - began
        report.add_latencies("lock + reply", took)
        report.add("send: replies accepted and gone", len(numbers) / lasted, "replies/s")
        report.add("send: CPU", (desk.cpu_seconds() - cpu_began) / len(numbers) * 1000, "ms/reply")


def _mail_tickets(client: httpx.Client, count: int) -> list[int]:
    numbers: list[int] = []
    cursor = ""
    while len(numbers) < count:
        page = client.get(f"/api/v1/tickets?limit=200{cursor}").json()
        numbers += [item["number"] for item in page["items"] if item["channel"]["kind"] == "email"]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    return numbers[:count]


def _reply(client: httpx.Client, number: int) -> None:
    lock = client.put(f"/api/v1/tickets/{number}/lock")
    version = client.get(f"/api/v1/tickets/{number}").json()["version"]
    body = {"lock_token": lock.json().get("token", ""), "base_version": version, "text": "お調べいたします。"}
    answer = client.post(f"/api/v1/tickets/{number}/replies", json=body)
    assert answer.status_code in (201, 423), answer.text


def _wait_until_left(client: httpx.Client) -> None:
    while any(client.get(f"/api/v1/outbox?state={state}").json()["items"] for state in ("queued", "sending")):
        time.sleep(LOOK_SECONDS)
