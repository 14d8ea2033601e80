"""Older mail at the screen: begun, held up, ended, and how far it is."""

import re

import pytest_asyncio
from httpx import AsyncClient

from app.channels import queries as channel_queries
from app.core.database import Database
from app.imports import queries
from tests.app.administration.test_mailboxes import FORM


@pytest_asyncio.fixture
async def path(desk: AsyncClient) -> str:
    answer = await desk.post("/admin/mailboxes", data=FORM)
    return answer.headers["location"].removesuffix("?saved=1") + "/backfills"


async def begin(desk: AsyncClient, path: str, **values: str) -> int:
    """The status of the answer."""
    return (await desk.post(path, data={"folder": "過去", "since": "2025-04-01", "until": "", **values})).status_code


async def test_it_is_begun_paused_resumed_and_ended(desk: AsyncClient, path: str) -> None:
    assert await begin(desk, path, until="2025-12-31") == 303
    begun = await desk.get(path)
    [where] = set(re.findall(rf"{path}/\d+(?=/pause)", begun.text))
    assert "2025-04-01 〜 2025-12-31" in begun.text
    assert "data-poll" in begun.text

    await desk.post(f"{where}/pause")
    paused = await desk.get(f"{path}/progress")
    await desk.post(f"{where}/resumption")
    resumed = await desk.get(f"{path}/progress")
    await desk.post(f"{where}/cancellation")
    ended = await desk.get(f"{path}/progress")

    assert (f"{where}/resumption" in paused.text, f"{where}/pause" in resumed.text) == (True, True)
    assert ("data-poll" in ended.text, "<form" in ended.text) == (False, False)
    assert (await desk.post(f"{where}/pause")).status_code == 409


async def test_how_far_it_is_and_what_is_wrong_is_shown(desk: AsyncClient, path: str, database: Database) -> None:
    await begin(desk, path)
    async with database.transaction() as session:
        [backfill] = await queries.list_running(session)
        await queries.note_found(session, backfill.id, 7, uid=0, waiting=40, total=40)
        await queries.note_taken(session, backfill.id, uid=10, taken=10)
        await queries.note_error(session, backfill.id, error="imap_host: (timed out)")

    page = await desk.get(path)

    assert "40件中10件" in page.text
    assert 'value="25"' in page.text
    assert "(timed out)" in page.text


async def test_what_is_wrong_is_said_at_its_field_and_begins_nothing(
    desk: AsyncClient, path: str, database: Database
) -> None:
    assert await begin(desk, path, until="2025-03-31") == 422
    assert await begin(desk, path, since="") == 422
    assert await begin(desk, path, since="0001-01-01") == 422
    assert await begin(desk, path, folder=" ") == 422
    assert await begin(desk, path) == 303
    assert await begin(desk, path) == 422

    async with database.reading() as session:
        assert len(await queries.list_running(session)) == 1


async def test_a_mailbox_that_does_not_exist_has_none(desk: AsyncClient, path: str) -> None:
    await begin(desk, path)

    assert (await desk.get("/admin/mailboxes/999/backfills")).status_code == 404
    assert (await desk.post(f"{path}/999/pause")).status_code == 404


async def test_a_mailbox_begins_now_when_that_is_wished(desk: AsyncClient, path: str, database: Database) -> None:
    await desk.post("/admin/mailboxes", data={**FORM, "address": "now@example.jp", "begins_now": "true"})

    async with database.reading() as session:
        channels = await channel_queries.list_channels(session)
        folders = await channel_queries.list_folders(session, [channel.id for channel in channels])
    assert [folder.begins_at is not None for folder in folders] == [False, True]
