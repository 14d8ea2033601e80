"""The API channel at the screen: made, used, answered by a mailbox; what is no channel of these is none."""

import re

import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.channels.models import API, Channel
from app.core.database import Database
from tests.support.builders import build_channel
from tests.support.fixtures_web import Clients


@pytest_asyncio.fixture
async def channel_id(desk: AsyncClient) -> int:
    answer = await desk.post("/admin/channels?kind=api", data={"name": "予約システム", "mail_channel_id": ""})
    made = re.fullmatch(r"/admin/channels/(\d+)\?saved=1", answer.headers.get("location", ""))
    assert made, answer.text
    return int(made[1])


async def load(database: Database, channel_id: int) -> Channel:
    async with database.reading() as session:
        return await channel_queries.get_channel(session, channel_id)


async def test_an_api_channel_is_made_and_says_how_it_is_used(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    channel = await load(database, channel_id)
    page = await desk.get(f"/admin/channels/{channel_id}")
    listed = await desk.get("/admin/channels")

    assert (channel.kind, channel.settings) == (API, {"mail_channel_id": None})
    assert f"&#34;channel_id&#34;: {channel_id}," in page.text or f'"channel_id": {channel_id},' in page.text
    assert channel.key in page.text
    assert "予約システム" in listed.text


async def test_a_program_hands_in_a_ticket_and_sees_the_channel(
    clients: Clients, admin: Agent, channel_id: int
) -> None:
    program = await clients.with_token(admin)
    body = {
        "channel_id": channel_id,
        "customer": {"name": "田中", "address": ""},
        "subject": "",
        "text": "いつ届きますか。",
    }

    made = await program.post("/api/v1/tickets", json=body)
    listed = (await program.get("/api/v1/channels")).json()["items"]
    messages = (await program.get(f"/api/v1/tickets/{made.json()['number']}/messages")).json()["items"]

    [channel] = [each for each in listed if each["id"] == channel_id]
    assert made.status_code == 201, made.text
    assert (channel["kind"], channel["name"]) == ("api", "予約システム")
    assert [(each["kind"], each["text"]) for each in messages] == [("inbound", "いつ届きますか。")]


async def test_answers_go_by_a_mailbox_and_by_nothing_else(
    desk: AsyncClient, database: Database, channel_id: int
) -> None:
    async with database.transaction() as session:
        mailbox = await build_channel(session)
    form = {"name": "予約", "hold_seconds": "0"}

    refused = await desk.post(f"/admin/channels/{channel_id}", data={**form, "mail_channel_id": str(channel_id)})
    saved = await desk.post(f"/admin/channels/{channel_id}", data={**form, "mail_channel_id": str(mailbox.id)})

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert "そのメールボックスはありません。" in refused.text
    assert (await load(database, channel_id)).mail_channel_id == mailbox.id


async def test_channels_with_pages_of_their_own_are_not_here(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        mailbox = await build_channel(session)

    answers = [await desk.get(path) for path in (f"/admin/channels/{mailbox.id}", "/admin/channels/new?kind=email")]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_whoever_knows_the_number_alone_is_led_here(desk: AsyncClient, channel_id: int) -> None:
    answer = await desk.get(f"/admin/mailboxes/{channel_id}")

    assert answer.headers["location"] == f"/admin/channels/{channel_id}"


async def test_it_is_found_by_its_name(desk: AsyncClient, channel_id: int) -> None:
    found = await desk.get("/admin/search?q=予約")

    assert f"/admin/channels/{channel_id}" in found.text


async def test_a_kind_whose_package_is_gone_is_shown_as_such(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session, kind="pager", name="ポケベル", address="")

    page = await desk.get(f"/admin/channels/{channel.id}")
    listed = await desk.get("/admin/channels")
    refused = await desk.post(f"/admin/channels/{channel.id}", data={"name": "別名"})

    assert "「pager」のパッケージがインストールされていないか" in page.text
    assert "パッケージなし" in listed.text
    assert refused.status_code == 409
