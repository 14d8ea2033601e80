"""Pages whose line is cut, whose process dies, or of which there are hundreds: all of them end with the truth."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.core.clock import now
from app.core.desk import Desk
from app.live.models import Presence, Signal
from app.live.presence import sweep
from tests.faults.answering import new_tickets, new_tokens, take
from tests.faults.proxy import proxy_to
from tests.faults.streaming import open_page, open_pages
from tests.faults.webs import Web, Webs
from tests.support.serving import ServedDesk

MINUTES = timedelta(minutes=3)


@dataclass(slots=True)
class Scene:
    """花子 looks on at the one process, 健 works at the other."""

    opened: Desk
    here: Web
    there: Web
    hanako: str
    ken: AsyncClient
    ticket_ids: list[int]

    async def work(self) -> None:
        """All kinds of changes, a ticket for each: a note, a status, a lock, presence, a lock given back."""
        noted, closed, locked, watched, freed = self.ticket_ids
        for answer in (
            await self.ken.post(f"/tickets/{noted}/notes", json={"text": "確認中です。"}),
            await self.ken.patch(f"/tickets/{closed}", json={"status": "done"}),
            await take(self.ken, locked),
            await self.ken.put(f"{self.there.address}/tickets/{watched}/presence", data={"state": "typing"}),
            await take(self.ken, freed),
            await self.ken.delete(f"/tickets/{freed}/lock"),
        ):
            assert answer.is_success, answer.text

    async def pass_time(self) -> None:
        """As if what was told had been told minutes ago."""
        async with self.opened.database.transaction() as session:
            await session.execute(update(Signal).values(at=now() - MINUTES))


@asynccontextmanager
async def open_scene(desk: ServedDesk, webs: Webs) -> AsyncIterator[Scene]:
    async with desk.open() as opened:
        hanako, ken = await new_tokens(opened, "山田 花子", "鈴木 健")
        ticket_ids = await new_tickets(opened, 5)
        here, there = await webs.start(), await webs.start()
        async with there.client(ken) as client:
            yield Scene(opened, here, there, hanako, client, ticket_ids)


async def test_after_a_cut_of_minutes_a_page_is_told_of_all_that_changed(desk: ServedDesk, webs: Webs) -> None:
    async with open_scene(desk, webs) as scene, proxy_to(scene.here.port) as proxy:
        async with open_page(proxy.port, scene.hanako) as page:
            await page.is_welcome()
            proxy.reset()
            await page.has_lost_its_line()
        await scene.work()
        await scene.pass_time()

        async with open_page(proxy.port, scene.hanako, last_id=page.last_id) as again:
            assert await again.hears(*scene.ticket_ids) == set(scene.ticket_ids)


async def test_after_the_death_of_its_process_a_page_is_told_of_all_that_changed(desk: ServedDesk, webs: Webs) -> None:
    async with open_scene(desk, webs) as scene:
        async with open_page(scene.here.port, scene.hanako) as page:
            await page.is_welcome()
            scene.here.kill()
            await page.has_lost_its_line()
        await scene.work()
        await scene.here.start()

        async with (
            open_page(scene.here.port, scene.hanako, last_id=page.last_id) as again,
            open_page(scene.there.port, scene.hanako, last_id=page.last_id) as elsewhere,
        ):
            assert await again.hears(*scene.ticket_ids) == set(scene.ticket_ids)
            assert await elsewhere.hears(*scene.ticket_ids) == set(scene.ticket_ids)


async def test_whose_process_died_is_no_longer_present(desk: ServedDesk, webs: Webs) -> None:
    """Nobody renews it, and whichever process sweeps next tells the pages."""
    async with open_scene(desk, webs) as scene, scene.here.client(scene.hanako) as hanako:
        ticket_id = scene.ticket_ids[0]
        async with open_page(scene.there.port, scene.hanako) as page:
            await page.is_welcome()
            await hanako.put(f"{scene.here.address}/tickets/{ticket_id}/presence", data={"state": "viewing"})
            assert await page.hears(ticket_id) == {ticket_id}
            scene.here.kill()
            page.numbers.clear()

            async with scene.opened.database.transaction() as session:
                await session.execute(update(Presence).values(expires_at=now()))
                await sweep(session)
            assert await page.hears(ticket_id) == {ticket_id}


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.long)], ids=["short", "full"])
async def test_an_event_reaches_every_page_of_one_process(desk: ServedDesk, webs: Webs, count: int) -> None:
    async with open_scene(desk, webs) as scene, open_pages(scene.here.port, scene.hanako, count) as pages:
        await asyncio.gather(*(page.is_welcome() for page in pages))

        await scene.work()

        told = await asyncio.gather(*(page.hears(*scene.ticket_ids) for page in pages))
        assert all(numbers == set(scene.ticket_ids) for numbers in told)
