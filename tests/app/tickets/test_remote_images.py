"""Images that lie elsewhere: off until an agent wants them, and then fetched by the desk (G5)."""

import html
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import update

from app.accounts.models import Agent
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.outside import Outside
from app.tickets.message_models import Message, SenderCheck
from tests.app.core.test_outside import ok, open_to, serving
from tests.support.arrivals import Intake
from tests.support.builders import build_channel
from tests.support.fixtures_web import Clients

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
PATH = "/api/v1/tickets/{0}/messages/{0}/images"


def newsletter(number: int, url: str, sender: str = "news@shop.example") -> bytes:
    page = f'<p>Hello</p><img src="{url}/{number}.png?a=1&amp;b=2" alt="Sale"><img src="{url}/pixel" width=1 height=1>'
    head = (
        f"From: {sender}\r\nMessage-ID: <{number}@shop.example>\r\nSubject: {number}\r\nContent-Type: text/html\r\n\r\n"
    )
    return (head + page).encode()


@pytest_asyncio.fixture
async def shop() -> AsyncIterator[tuple[int, list[str]]]:
    def answer(head: str) -> bytes:
        return ok(b"<svg onload='alert(1)'/>", "Content-Type: image/png") if "/2.png" in head else ok(PNG)

    async with serving(answer) as served:
        yield served


@pytest_asyncio.fixture
async def desk(
    app: FastAPI, clients: Clients, database: Database, blobs: BlobStore, agent: Agent, shop: tuple[int, list[str]]
) -> AsyncClient:
    """With three mails of the shop, each on a ticket, and one of somebody else's."""
    port, _ = shop
    app.state.outside = open_to(port)
    async with database.transaction() as session:
        channel = await build_channel(session)
    url = f"http://127.0.0.1:{port}"
    mails = [newsletter(number, url) for number in (1, 2, 3)]
    await Intake(database, blobs).take_in(channel, *mails, newsletter(4, url, sender="other@shop.example"))
    return await clients.of(agent)


def images(document: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'<img[^>]* src="([^"]*)"', document)]


async def shown(desk: AsyncClient, number: int) -> list[str]:
    found = await desk.get(f"/api/v1/tickets/{number}/messages")
    return images(found.json()["items"][0]["html"])


async def test_nothing_is_asked_for_until_an_agent_wants_it(desk: AsyncClient, shop: tuple[int, list[str]]) -> None:
    page = await desk.get("/tickets/1")

    assert await shown(desk, 1) == []
    assert 'data-action="show-images"' in page.text
    assert shop[1] == []


async def test_they_are_fetched_by_the_desk_for_this_mail_alone(
    desk: AsyncClient, clients: Clients, shop: tuple[int, list[str]]
) -> None:
    await desk.post(PATH.format(1), json={})
    [address] = await shown(desk, 1)
    browser = await clients.nobody()
    answer = await browser.get(address)

    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [head.split()[1] for head in shop[1]] == ["/1.png?a=1&b=2"]
    assert await shown(desk, 3) == []


async def test_for_a_sender_they_are_shown_in_every_mail_and_hidden_again(desk: AsyncClient) -> None:
    await desk.post(PATH.format(1), json={"of_sender": True})
    trusted = [len(await shown(desk, number)) for number in (1, 2, 3, 4)]
    await desk.delete(PATH.format(3))
    hidden = [len(await shown(desk, number)) for number in (1, 2, 3, 4)]

    assert trusted == [1, 1, 1, 0]
    assert hidden == [1, 0, 0, 0]


async def test_a_trusted_name_does_not_help_who_only_bears_it(desk: AsyncClient, database: Database) -> None:
    await desk.post(PATH.format(1), json={"of_sender": True})
    async with database.transaction() as session:
        await session.execute(update(Message).where(Message.id == 3).values(sender_check=SenderCheck.SUSPICIOUS))

    assert await shown(desk, 3) == []


async def test_what_is_no_picture_is_not_handed_on(desk: AsyncClient) -> None:
    await desk.post(PATH.format(2), json={})
    [address] = await shown(desk, 2)

    answer = await desk.get(address)

    assert answer.status_code == 502
    assert "<svg onload" not in answer.text


@pytest.mark.parametrize("change", [("url=http", "url=https"), ("until=", "until=9"), ("signature=", "signature=x")])
async def test_nobody_has_us_fetch_what_is_in_no_mail(
    desk: AsyncClient, shop: tuple[int, list[str]], change: tuple[str, str]
) -> None:
    await desk.post(PATH.format(1), json={})
    [address] = await shown(desk, 1)

    assert (await desk.get(address.replace(*change))).status_code == 404
    assert shop[1] == []


async def test_an_address_ends_after_some_minutes(
    desk: AsyncClient, shop: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.post(PATH.format(1), json={})
    [address] = await shown(desk, 1)
    until = int(re.findall(r"until=(\d+)", address)[0])
    monkeypatch.setattr("app.tickets.remote_images.now", lambda: Instant(until))

    assert (await desk.get(address)).status_code == 404
    assert shop[1] == []


class Instant:
    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def timestamp(self) -> int:
        return self._seconds


async def test_what_leads_inside_is_not_fetched(app: FastAPI, desk: AsyncClient, shop: tuple[int, list[str]]) -> None:
    app.state.outside = Outside(ports=[shop[0]])
    await desk.post(PATH.format(1), json={})
    [address] = await shown(desk, 1)

    assert (await desk.get(address)).status_code == 502
    assert shop[1] == []


async def test_the_mail_of_another_ticket_is_not_there(desk: AsyncClient) -> None:
    assert (await desk.post("/api/v1/tickets/1/messages/2/images", json={})).status_code == 404
    assert (await desk.delete("/api/v1/tickets/1/messages/2/images")).status_code == 404
