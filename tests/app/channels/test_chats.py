"""What is set for a website's chat: as it is typed, kept, and read."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from app.channels.chat_forms import ChatForm, FieldsForm, normal_origin
from app.channels.chat_service import change_fields, create_chat, renew_secret
from app.channels.chats import ChatTexts, PrechatKind, identity_secret, read_chat
from app.channels.models import CHAT, Channel
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import Invalid
from tests.support.builders import build_agent, build_channel


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://www.example.jp", "https://www.example.jp"),
        ("  HTTPS://WWW.Example.JP:443/ ", "https://www.example.jp"),
        ("www.example.jp", "https://www.example.jp"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://例え.jp:80", "http://xn--r8jz45g.jp"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_site_is_kept_as_a_browser_names_it(written: str, origin: str) -> None:
    assert normal_origin(written) == origin


@pytest.mark.parametrize(
    "written",
    ["https://example.jp/shop", "https://a@example.jp", "ftp://example.jp", "https://*.example.jp", "https://a:b", "*"],
)
def test_what_is_no_site_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        ChatForm.model_validate({"name": "チャット", "origins": f"https://www.example.jp\n{written}"})


def test_what_nobody_set_is_what_most_want() -> None:
    chat = read_chat(Channel(kind=CHAT, name="チャット", key="k", settings={}))

    assert (chat.origins, chat.hours, chat.fields, chat.avatar) == ((), None, (), None)
    assert chat.mail_after == timedelta(minutes=5)
    assert chat.allows("https://anything.example")
    assert chat.words("fr") == ChatTexts()


async def test_what_was_typed_is_read(database: Database, box: SecretBox) -> None:
    typed = {
        "name": "チャット",
        "origins": "www.example.jp\nhttps://www.example.jp\n",
        "color": "#0A7D33",
        "position": "left",
        "title_ja": "ご質問はこちら",
        "mail_after": "15",
        "max_file_megabytes": "3",
        "has_files": "true",
    }
    async with database.transaction() as session:
        channel = await create_chat(session, ChatForm.model_validate(typed), box)

    chat = read_chat(channel)
    assert (chat.origins, chat.color, chat.position) == (("https://www.example.jp",), "#0a7d33", "left")
    assert (chat.words("ja").title, chat.words("en").title) == ("ご質問はこちら", "")
    assert (chat.mail_after, chat.max_file_bytes) == (timedelta(minutes=15), 3 * 1024 * 1024)
    assert (chat.has_files, chat.has_sound, chat.needs_presence) == (True, False, False)
    assert not chat.allows("https://evil.example")


async def test_what_goes_by_mail_goes_by_a_mailbox(database: Database, box: SecretBox) -> None:
    async with database.transaction() as session:
        mailbox, other = await build_channel(session), await build_channel(session, kind=CHAT, address="")
        form = ChatForm(name="チャット", mail_channel_id=mailbox.id)
        made = await create_chat(session, form, box)
        with pytest.raises(Invalid):
            await create_chat(session, ChatForm(name="チャット", mail_channel_id=other.id), box)

    assert made.mail_channel_id == mailbox.id


def line(number: int, **fields: str) -> dict[str, str]:
    return {f"{name}_{number}": value for name, value in fields.items()}


async def test_what_is_asked_beforehand_keeps_its_name(database: Database, box: SecretBox) -> None:
    async with database.transaction() as session:
        admin, channel = await build_agent(session), await create_chat(session, ChatForm(name="チャット"), box)
        typed = {
            **line(0, kind="name", label_ja="", is_required="true"),
            **line(2, kind="choice", label_ja="用件", options_ja="注文\n返品", options_en="Order\nReturn"),
        }
        change_fields(session, channel, FieldsForm.model_validate(typed), by=admin)

        name, about = read_chat(channel).fields
        again = {**line(0, kind="choice", name=about.name, label_ja="ご用件", options_ja="注文")}
        change_fields(session, channel, FieldsForm.model_validate(again), by=admin)

    assert (name.name, name.kind, name.is_required) == ("name", PrechatKind.TEXT, True)
    assert (name.label("ja"), name.label("en")) == ("お名前", "Your name")
    assert (about.kind, about.label("en"), about.choices("en")) == (PrechatKind.CHOICE, "用件", ("Order", "Return"))
    (renamed,) = read_chat(channel).fields
    assert (renamed.name, renamed.label("ja"), renamed.choices("en")) == (about.name, "ご用件", ("注文",))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (line(1, kind="text"), "label_ja_1"),
        (line(0, kind="choice", label_ja="用件"), "label_ja_0"),
        (line(3, kind="choice", label_ja="用件", options_ja="あ\nい", options_en="a"), "label_ja_3"),
        ({**line(0, kind="mail"), **line(4, kind="mail")}, "kind_4"),
        (line(2, kind="shoe size", label_ja="靴"), "kind_2"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_at_its_line(typed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        FieldsForm.model_validate(typed).kept()

    assert refused.value.field == field


async def test_the_secret_is_sealed_and_another_when_it_is_renewed(database: Database, box: SecretBox) -> None:
    async with database.transaction() as session:
        admin, channel = await build_agent(session), await create_chat(session, ChatForm(name="チャット"), box)
        before = identity_secret(channel, box)
        renewed = renew_secret(session, channel, box, by=admin)

    assert len(before) > 30
    assert identity_secret(channel, box) == renewed != before
    assert renewed not in channel.secrets
