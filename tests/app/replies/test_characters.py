import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from app.core.blobs import Blob, BlobStore
from app.core.clock import now
from app.replies.characters import MOST_NAMED, find_lost
from app.tickets.message_models import Attachment
from tests.support.builders import build_agent
from tests.support.replying import Desk
from tests.support.senders import RecordingSender
from tests.support.sending import attempt

API = "/api/v1"


async def write_old(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        channel = await session.merge(desk.channel)
        channel.settings = {"charset": "iso-2022-jp"}


async def send(client: AsyncClient, desk: Desk, **fields: object) -> tuple[int, dict[str, Any]]:
    token = (await client.put(f"{API}/tickets/{desk.ticket_id}/lock")).json()["token"]
    reply = {"lock_token": token, "base_version": 1, "text": "お送りします。", **fields}
    answer = await client.post(f"{API}/tickets/{desk.ticket_id}/replies", json=reply)
    return answer.status_code, answer.json()


async def charset_sent(desk: Desk, blobs: BlobStore) -> str:
    sender = RecordingSender()
    await attempt(desk, blobs, sender)
    [sent] = sender.sent
    return sent.charset


async def test_what_the_old_charset_cannot_carry_is_refused_and_named(client: AsyncClient, desk: Desk) -> None:
    await write_old(desk)
    to = [{"name": "髙橋", "address": "takahashi@example.com"}]

    status, problem = await send(client, desk, text="①番の㈱髙橋様", subject="ご案内①", to=to)

    assert (status, problem["code"]) == (422, "characters_lost")
    assert problem["lost"] == [
        {"character": "①", "instead": "(1)", "fields": ["subject", "text"]},
        {"character": "㈱", "instead": "(株)", "fields": ["text"]},
        {"character": "髙", "instead": "高", "fields": ["text", "to"]},
    ]
    assert [each["field"] for each in problem["errors"]] == ["subject", "text", "to"]
    assert await desk.entries() == []


async def test_for_one_letter_the_writer_may_choose_utf_8(client: AsyncClient, desk: Desk, blobs: BlobStore) -> None:
    await write_old(desk)

    status, _ = await send(client, desk, text="①番です", charset="utf-8")

    assert status == 201
    assert await charset_sent(desk, blobs) == "utf-8"


async def test_what_can_be_written_leaves_in_the_charset_of_the_mailbox(
    client: AsyncClient, desk: Desk, blobs: BlobStore
) -> None:
    await write_old(desk)

    status, _ = await send(client, desk, text="10～12時に伺います。")

    assert status == 201
    assert await charset_sent(desk, blobs) == "iso-2022-jp"


async def test_a_mailbox_that_writes_utf_8_loses_nothing(client: AsyncClient, desk: Desk) -> None:
    status, _ = await send(client, desk, text="①😀")

    assert status == 201


async def test_a_new_mail_is_looked_at_in_the_same_way(client: AsyncClient, desk: Desk) -> None:
    await write_old(desk)
    mail = {"channel_id": desk.channel.id, "to": ["new@example.com"], "subject": "ｱ", "text": "本文"}

    answer = await client.post(f"{API}/messages", json=mail)

    assert answer.json()["code"] == "characters_lost"


async def test_a_letter_is_looked_through_while_it_is_written(client: AsyncClient, desk: Desk) -> None:
    await write_old(desk)
    letter = {"channel_id": desk.channel.id, "text": "ｱﾎﾟ😀", "file_names": ["㎡.pdf"], "from": "support@example.jp"}

    answer = (await client.post(f"{API}/messages/characters", json=letter)).json()

    assert answer["charset"] == "iso-2022-jp"
    assert [(each["character"], each["instead"]) for each in answer["lost"]] == [
        ("ｱ", "ア"),
        ("ﾎﾟ", "ポ"),
        ("😀", ""),
        ("㎡", "m2"),
    ]
    assert answer["lost"][-1]["fields"] == ["attachment_ids"]


ENDLESS = {
    "many characters": "".join(chr(0x20000 + number) for number in range(20_000)),
    "one with joiners without end": "🎉" + "\u200d" * 200_000,
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
async def test_looking_through_a_letter_takes_a_moment_and_holds_up_nobody(text: str) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.create_task(turn())
    lost = await asyncio.wait_for(find_lost("iso-2022-jp", {"text": [text]}), timeout=2)
    turning.cancel()

    assert 0 < len(lost) <= MOST_NAMED
    assert turns > 1


async def test_nothing_is_told_of_a_file_that_is_not_the_writers(
    client: AsyncClient, desk: Desk, blobs: BlobStore
) -> None:
    await write_old(desk)
    sha256 = await blobs.put(b"secret")
    async with desk.database.transaction() as session:
        stranger = await build_agent(session)
        await session.flush()
        session.add(Blob(sha256=sha256, size=6, touched_at=now()))
        await session.flush()
        file = Attachment(
            uploader_id=stranger.id, sha256=sha256, name="髙橋.pdf", content_type="application/pdf", size=6
        )
        session.add(file)
        await session.flush()
        file_id = file.id

    status, problem = await send(client, desk, attachment_ids=[file_id])

    assert (status, problem["code"]) == (422, "invalid")
