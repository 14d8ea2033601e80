"""A website's chat with many open visitors on one process: from a visitor's words to an agent's open page, and from the
agent's answer to the visitor's browser."""

import asyncio
import random
import time
from pathlib import Path

import httpx

from benchmarks.databases import empty
from benchmarks.report import Report, speed
from tests.faults.answering import new_tokens
from tests.faults.streaming import Page, open_page
from tests.faults.visiting import Caller, new_callers
from tests.support.chats import build_chat
from tests.support.network import eventually
from tests.support.serving import ServedDesk

TURNS = 60
BETWEEN_SECONDS = (0.2, 0.6)
PATIENCE_SECONDS = 120


def measure(folder: Path, count: int, database: str, report: Report) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with empty(database, folder) as url:
        desk = ServedDesk(folder, url)
        desk.run("migrate")
        try:
            asyncio.run(_measure(desk, count, database, report))
        finally:
            desk.stop()


async def _measure(desk: ServedDesk, count: int, database: str, report: Report) -> None:
    stop = asyncio.Event()
    async with desk.open() as opened:
        channel = await build_chat(opened.database, needs_presence=False)
        [token] = await new_tokens(opened, "佐藤")
        callers = await new_callers(opened, channel, desk.port, count)
        desk.start()
        before = speed()
        listening = [asyncio.create_task(each.listen(random.Random(1), stop, cut_rate=0)) for each in callers]
        client = httpx.AsyncClient(base_url=desk.address, timeout=PATIENCE_SECONDS)
        async with client, open_page(desk.port, token) as page:
            await page.is_welcome()
            to_desk, to_visitor = await _talk(callers, client, token, page)
        name = f"chat with {count} open visitors, {database}"
        report.add_latencies(f"{name}: from a visitor to an open page", to_desk)
        report.add_latencies(f"{name}: from an answer to the visitor", to_visitor)
        report.add(f"{name}: memory of the process", _megabytes(desk), "MB")
        report.add(f"{name}: ten million additions meanwhile", (before + speed()) / 2, "s")
        stop.set()
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


async def _talk(
    callers: list[Caller], client: httpx.AsyncClient, token: str, page: Page
) -> tuple[list[float], list[float]]:
    """Seconds of each, from sending the request."""
    dice, to_desk, to_visitor = random.Random(2), list[float](), list[float]()
    agent = {"Authorization": f"Bearer {token}"}
    for number, caller in enumerate(dice.sample(callers, TURNS), start=1):
        await asyncio.sleep(dice.uniform(*BETWEEN_SECONDS))
        began = time.perf_counter()
        saying = asyncio.create_task(caller.say(client, "在庫はありますか", dice))
        await page.hears(number)
        to_desk.append(time.perf_counter() - began)
        await saying
        to_visitor.append(await _answer(client, agent, number, caller))
    return to_desk, to_visitor


async def _answer(client: httpx.AsyncClient, agent: dict[str, str], number: int, caller: Caller) -> float:
    path = f"/api/v1/tickets/{number}"
    lock = (await client.put(f"{path}/lock", headers=agent)).json()
    ticket = (await client.get(path, headers=agent)).json()
    reply = {"lock_token": lock["token"], "base_version": ticket["version"], "text": "ございます。"}
    began = time.perf_counter()
    answer = await client.post(f"{path}/replies", json=reply, headers=agent)
    assert answer.status_code == 201, answer.text
    await eventually(lambda: caller.shown("agent") == ["ございます。"], what="the answer", seconds=PATIENCE_SECONDS)
    return time.perf_counter() - began


def _megabytes(desk: ServedDesk) -> float:
    assert desk.process is not None
    fields = Path(f"/proc/{desk.process.pid}/statm").read_text().split()
    return int(fields[1]) * 4096 / 1024 / 1024
