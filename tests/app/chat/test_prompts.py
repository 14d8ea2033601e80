"""What the widget says by itself: under which conditions, in which language, and how often it was of use."""

from asyncio import gather
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from app.channels.models import CHAT, Channel
from app.chat import prompt_queries, prompts
from app.chat.models import ChatPrompt, PromptKind
from app.chat.prompt_forms import PromptForm
from app.core.database import Database
from app.core.errors import NotFound
from tests.support.builders import build_agent, build_channel

WRITTEN: dict[str, Any] = {
    "kind": "message",
    "name": "料金のページ",
    "title_ja": "お困りですか",
    "text_ja": "料金についてお気軽にお尋ねください。",
    "button_ja": "尋ねる",
    "page": "*/pricing*",
    "seconds": "20",
    "visited_before": "no",
    "attributes": "plan = free\r\n\r\n country=jp",
}


async def build_prompt(database: Database, **written: Any) -> tuple[Channel, ChatPrompt]:
    async with database.transaction() as session:
        channel, admin = await build_channel(session, kind=CHAT, address=""), await build_agent(session)
        form = PromptForm.model_validate({**WRITTEN, **written})
        return channel, await prompts.add(session, channel, form, by=admin)


async def test_what_was_written_is_what_the_widget_gets(database: Database) -> None:
    channel, prompt = await build_prompt(database)
    async with database.reading() as session:
        shown = await prompts.list_shown(session, channel, language="ja")

    assert shown == [
        {
            "id": prompt.id,
            "kind": PromptKind.MESSAGE,
            "title": "お困りですか",
            "text": "料金についてお気軽にお尋ねください。",
            "button": "尋ねる",
            "url": "",
            "when": {
                "page": "*/pricing*",
                "seconds": 20,
                "visited_before": False,
                "attributes": {"plan": "free", "country": "jp"},
            },
        }
    ]


@pytest.mark.parametrize(("english", "title"), [("", "お困りですか"), ("Ask us about prices.", "Questions?")])
async def test_where_a_language_has_no_words_the_other_is_shown(database: Database, english: str, title: str) -> None:
    channel, _ = await build_prompt(database, text_en=english, title_en="Questions?")
    async with database.reading() as session:
        [shown] = await prompts.list_shown(session, channel, language="en")

    assert shown["title"] == title


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://www.example.jp/guide"),
        ("url", "javascript:alert(1)"),
        ("attributes", "plan"),
        ("text_ja", ""),
        ("seconds", "-1"),
        ("page", "two words"),
        ("kind", "banner"),
    ],
)
def test_what_makes_no_sense_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        PromptForm.model_validate({**WRITTEN, field: value})


async def test_each_time_is_counted_once(database: Database) -> None:
    channel, prompt = await build_prompt(database)

    async def count(what: Literal["shown", "clicked", "talks"]) -> None:
        async with database.transaction() as session:
            await prompts.count(session, channel, prompt.id, what)

    await gather(*(count("shown") for _ in range(5)), count("clicked"), count("talks"))

    async with database.reading() as session:
        found = await prompt_queries.get_prompt(session, channel.id, prompt.id)
    assert (found.shown, found.clicked, found.talks) == (5, 1, 1)


async def test_another_chats_prompt_is_neither_counted_nor_found(database: Database) -> None:
    _, prompt = await build_prompt(database)
    async with database.transaction() as session:
        other = await build_channel(session, kind=CHAT, address="")
        await prompts.count(session, other, prompt.id, "shown")
        with pytest.raises(NotFound):
            await prompt_queries.get_prompt(session, other.id, prompt.id)

    async with database.reading() as session:
        assert (await session.get_one(ChatPrompt, prompt.id)).shown == 0


async def test_what_is_off_or_put_away_is_not_shown(database: Database) -> None:
    channel, prompt = await build_prompt(database)
    shown = []
    for act in ("off", "on", "archive", "restore"):
        async with database.transaction() as session:
            admin = await build_agent(session)
            found = await prompt_queries.get_prompt(session, channel.id, prompt.id)
            if act in ("off", "on"):
                prompts.switch(session, found, act == "on", by=admin)
            else:
                prompts.archive(session, found, act == "archive", by=admin)
            await session.flush()
            shown.append(len(await prompts.list_shown(session, channel, language="ja")))

    assert shown == [0, 1, 0, 0]
