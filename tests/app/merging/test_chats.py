"""A chat goes on where its newest words are, and is shown, typed in and read there."""

import pytest_asyncio
from httpx import AsyncClient

from app.conversations.models import Conversation
from app.core.blobs import BlobStore
from app.core.database import Database
from app.tickets.message_models import Message
from tests.app.merging.tickets import merge, open_ticket, path
from tests.support.chats import Website, build_chat


@pytest_asyncio.fixture
async def site(database: Database, blobs: BlobStore) -> Website:
    return Website(database, blobs, await build_chat(database))


async def _place(site: Website) -> int | None:
    [conversation] = await site.all(Conversation)
    place: int | None = conversation.ticket_id
    return place


async def _open_chats(client: AsyncClient) -> list[int]:
    return [each["number"] for each in (await client.get("/api/v1/chats")).json()["items"]]


async def test_a_merged_chat_is_among_the_open_ones_still(
    site: Website, database: Database, client: AsyncClient
) -> None:
    mail = await open_ticket(database, texts=["別件"])
    await site.say("届きません")
    chat = await _place(site) or 0
    assert await _open_chats(client) == [chat]

    await merge(client, chat, mail)
    merged = await _open_chats(client)
    await client.request("DELETE", path(chat, "/merge"))

    assert merged == [mail]
    assert await _open_chats(client) == [await _place(site)] == [chat]


async def test_only_what_was_said_last_leads_a_chat_elsewhere(site: Website, client: AsyncClient) -> None:
    await site.say("届きません", "それと返品も")
    first, _ = [each.id for each in await site.all(Message)]

    await client.post(path(1, "/split"), json={"message_ids": [first]})
    stays = await _place(site)
    await site.say("急いでいます")
    split = await client.post(path(1, "/split"), json={"message_ids": [(await site.all(Message))[-1].id]})

    assert stays == 1
    assert await _place(site) == split.json()["number"] != 1
