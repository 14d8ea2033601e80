"""The settings of a website's chat: made, changed, given hours, questions and prompts, paused."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from httpx import AsyncClient
from PIL import Image
from sqlalchemy import select

from app.accounts.models import Agent
from app.channels.chats import identity_secret, read_chat
from app.channels.models import CHAT, Channel
from app.chat.models import ChatPrompt
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.tickets.models import Ticket
from tests.support.builders import build_channel
from tests.support.chats import Website

PATH = "/admin/chat"


async def _chats(database: Database) -> Sequence[Channel]:
    async with database.reading() as session:
        found = (await session.scalars(select(Channel).where(Channel.kind == CHAT).order_by(Channel.id))).all()
        for channel in found:
            await session.refresh(channel, ["secrets"])
        return found


async def _make(admins: AsyncClient, database: Database, **typed: Any) -> Channel:
    await admins.post(PATH, data={"name": "サイトのチャット", **typed})
    return (await _chats(database))[-1]


@pytest.fixture
async def admins(clients: Any, admin: Agent) -> AsyncClient:
    client: AsyncClient = await clients.of(admin)
    return client


async def test_a_chat_is_made_and_told_how_to_put_on_a_site(database: Database, admins: AsyncClient) -> None:
    async with database.transaction() as session:
        mailbox = await build_channel(session)
    channel = await _make(admins, database, origins="www.example.jp", mail_channel_id=str(mailbox.id))

    page = (await admins.get(f"{PATH}/{channel.id}")).text
    listed = (await admins.get(PATH)).text
    assert read_chat(channel).origins == ("https://www.example.jp",)
    assert f"/chat/{channel.key}/widget.js" in page
    assert "script-src http" in page
    assert "どのサイトでもこのチャットを" not in page
    assert mailbox.name in listed


async def test_each_line_is_a_site(database: Database, admins: AsyncClient) -> None:
    """A browser sends the field as one value with its lines."""
    channel = await _make(admins, database, origins="http://127.0.0.1:8080\r\nwww.example.jp\r\n")

    page = (await admins.get(f"{PATH}/{channel.id}")).text
    assert read_chat(channel).origins == ("http://127.0.0.1:8080", "https://www.example.jp")
    assert "http://127.0.0.1:8080\nhttps://www.example.jp</textarea>" in page


async def test_without_sites_and_mailbox_the_pages_warn(database: Database, admins: AsyncClient) -> None:
    channel = await _make(admins, database)

    page = (await admins.get(f"{PATH}/{channel.id}")).text
    assert "どのサイトでもこのチャットを表示できます" in page
    assert "続きはメールで送られません" in page


async def test_what_is_wrong_is_told_at_its_field_and_kept(database: Database, admins: AsyncClient) -> None:
    channel = await _make(admins, database)

    again = await admins.post(f"{PATH}/{channel.id}", data={"name": "チャット", "origins": "https://a.jp/shop"})

    assert again.status_code == 422
    assert "https://a.jp/shop" in again.text
    assert 'id="origins-help"' in again.text


async def test_it_is_paused_and_goes_on(database: Database, admins: AsyncClient) -> None:
    channel = await _make(admins, database)
    states = []
    for act in ("pause", "resumption"):
        await admins.post(f"{PATH}/{channel.id}/{act}")
        states.append((await _chats(database))[0].is_paused)

    assert states == [True, False]


async def test_hours_and_questions_have_pages_of_their_own(database: Database, admins: AsyncClient) -> None:
    channel = await _make(admins, database, title_ja="ご質問")
    hours = await admins.post(f"{PATH}/{channel.id}/hours", data={"monday": "9:00-18:00"})
    typed = {
        "kind_0": "mail",
        "is_required_0": "true",
        "kind_1": "choice",
        "label_ja_1": "用件",
        "options_ja_1": "注文\n返品",
    }
    questions = await admins.post(f"{PATH}/{channel.id}/questions", data=typed)
    wrong = await admins.post(f"{PATH}/{channel.id}/questions", data={"kind_1": "text", "label_ja_3": "ここ"})

    chat = read_chat((await _chats(database))[0])
    shown = (await admins.get(f"{PATH}/{channel.id}/questions")).text
    assert (hours.status_code, questions.status_code, wrong.status_code) == (303, 303, 422)
    assert chat.hours is not None
    assert [(each.name == "mail", each.is_required) for each in chat.fields] == [(True, True), (False, False)]
    assert chat.words("ja").title == "ご質問"
    assert "注文\n返品" in shown
    assert "ここ" in wrong.text


async def test_a_picture_is_made_small(database: Database, admins: AsyncClient, blobs: BlobStore) -> None:
    channel = await _make(admins, database)
    data = io.BytesIO()
    Image.new("RGB", (900, 900), (10, 120, 60)).save(data, "PNG")

    taken = await admins.post(f"{PATH}/{channel.id}/picture", files={"picture": ("a.png", data.getvalue())})
    kept = read_chat((await _chats(database))[0]).avatar
    served = await admins.get(f"/chat/{channel.key}/avatar")
    refused = await admins.post(f"{PATH}/{channel.id}/picture", files={"picture": ("a.png", b"no picture")})
    still = read_chat((await _chats(database))[0]).avatar
    await admins.post(f"{PATH}/{channel.id}/picture")

    assert (taken.status_code, refused.status_code) == (303, 422)
    assert kept is not None
    assert still == kept
    assert Image.open(io.BytesIO(served.content)).size == (192, 192)
    assert read_chat((await _chats(database))[0]).avatar is None


async def test_a_new_secret_is_shown_once(database: Database, admins: AsyncClient, box: SecretBox) -> None:
    channel = await _make(admins, database)
    before = identity_secret(channel, box)

    made = await admins.post(f"{PATH}/{channel.id}/identity")
    after = identity_secret((await _chats(database))[0], box)

    assert before != after
    assert after in made.text
    assert made.headers["cache-control"] == "no-store"
    assert after not in (await admins.get(f"{PATH}/{channel.id}/identity")).text


async def test_who_is_blocked_is_listed_and_let_in_again(
    database: Database, admins: AsyncClient, blobs: BlobStore
) -> None:
    channel = await _make(admins, database)
    site = Website(database, blobs, channel)
    await site.say("買ってください")
    [ticket] = await site.all(Ticket)
    await site.tell(blocked_at=ticket.created_at, name="迷惑な人")

    listed = (await admins.get(f"{PATH}/{channel.id}/blocked")).text
    visitor = await site.visitor()
    await admins.post(f"{PATH}/{channel.id}/blocked/{visitor.id}/unblocking")
    again = await admins.post(f"{PATH}/{channel.id}/blocked/{visitor.id}/unblocking")

    assert "迷惑な人" in listed
    assert (await site.visitor()).blocked_at is None
    assert again.status_code == 404


async def test_a_prompt_is_written_turned_off_and_put_away(database: Database, admins: AsyncClient) -> None:
    channel = await _make(admins, database)
    where = f"{PATH}/{channel.id}/prompts"
    typed = {
        "name": "料金",
        "kind": "message",
        "text_ja": "お困りですか",
        "page": "*/pricing*",
        "attributes": "plan = free",
    }
    await admins.post(where, data=typed)
    async with database.reading() as session:
        [prompt] = (await session.scalars(select(ChatPrompt))).all()

    changed = await admins.post(f"{where}/{prompt.id}", data={**typed, "name": "料金のページ"})
    wrong = await admins.post(f"{where}/{prompt.id}", data={**typed, "url": "http://a.example"})
    listed = (await admins.get(where)).text
    form = (await admins.get(f"{where}/{prompt.id}")).text
    for act in ("pause", "archival"):
        assert (await admins.post(f"{where}/{prompt.id}/{act}")).status_code == 303

    async with database.reading() as session:
        [kept] = (await session.scalars(select(ChatPrompt))).all()
    assert (changed.status_code, wrong.status_code) == (303, 422)
    assert "料金のページ" in listed
    assert "plan = free" in form
    assert (kept.is_on, kept.archived_at is not None) == (False, True)


@pytest.mark.parametrize(
    "path", ["", "/new", "/1", "/1/hours", "/1/questions", "/1/prompts", "/1/identity", "/1/blocked"]
)
async def test_it_is_for_admins_alone(client: AsyncClient, path: str) -> None:
    assert (await client.get(PATH + path)).status_code == 403


async def test_another_kind_of_channel_is_none(database: Database, admins: AsyncClient) -> None:
    async with database.transaction() as session:
        mailbox = await build_channel(session)

    assert (await admins.get(f"{PATH}/{mailbox.id}")).status_code == 404
