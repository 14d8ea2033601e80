"""A mail as it came, and in another charset, over the API: for who may see the ticket, and for that ticket alone."""

import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.database import Database
from tests.app.ingest.test_rereading import WRONG
from tests.support.arrivals import Intake, build_mail
from tests.support.builders import build_agent, build_channel, build_team
from tests.support.fixtures_web import Clients

PATH = "/api/v1/tickets/{}/messages/{}"


@pytest_asyncio.fixture
async def desk(clients: Clients, database: Database, blobs: BlobStore, channel: Channel, agent: Agent) -> AsyncClient:
    """With two tickets of one mail each."""
    await Intake(database, blobs).take_in(channel, WRONG, build_mail())
    return await clients.of(agent)


async def test_the_bytes_come_back_as_they_came_and_run_nothing(desk: AsyncClient) -> None:
    answer = await desk.get(PATH.format(1, 1) + "/original")

    assert answer.content == WRONG
    assert answer.headers["content-type"] == "message/rfc822"
    assert answer.headers["content-disposition"] == 'attachment; filename="1-1.eml"'
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_a_charset_is_chosen_and_taken_back(desk: AsyncClient) -> None:
    right = await desk.put(PATH.format(1, 1) + "/charset", json={"charset": "shift_jis"})
    page = await desk.get("/tickets/1")
    back = await desk.put(PATH.format(1, 1) + "/charset", json={"charset": ""})

    assert right.json()["text"] == "荷物が届きません。"
    assert "荷物が届きません。" in page.text
    assert "荷物" not in back.json()["text"]


async def test_a_charset_that_is_none_is_refused_at_its_field(desk: AsyncClient) -> None:
    answer = await desk.put(PATH.format(1, 1) + "/charset", json={"charset": "utf-7"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "charset")


async def test_the_mail_of_another_ticket_is_not_there(desk: AsyncClient) -> None:
    assert (await desk.get(PATH.format(2, 1) + "/original")).status_code == 404
    assert (await desk.put(PATH.format(2, 1) + "/charset", json={"charset": "utf-8"})).status_code == 404
    assert (await desk.get(PATH.format(1, 999) + "/original")).status_code == 404


async def test_who_does_not_see_the_ticket_sees_no_original(
    desk: AsyncClient, clients: Clients, database: Database, blobs: BlobStore
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session, name="役員窓口", address="board@example.jp")
        stranger = await build_agent(session, email="stranger@example.jp", name="部外者")
        await build_team(session, name="役員", channels=[channel])
    intake = Intake(database, blobs)
    intake.next_uid = 100
    await intake.take_in(channel, build_mail(mail_id="secret@customer.example"))
    client = await clients.of(stranger)

    assert (await client.get(PATH.format(1, 1) + "/original")).status_code == 200
    assert (await client.get(PATH.format(3, 3) + "/original")).status_code == 404
    assert (await client.put(PATH.format(3, 3) + "/charset", json={"charset": "utf-8"})).status_code == 404
