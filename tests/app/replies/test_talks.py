"""What is accepted as an answer in a talk, and what is refused at which field."""

from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient

from app.accounts.audiences import viewer_of
from app.channels import endpoints
from app.conversations import answer_queries, quota_queries
from app.conversations.models import ConversationState
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import AppError, Invalid
from app.core.settings import Settings
from app.outbox.models import OutboxEntry
from app.replies import drafts, service, withdrawal
from app.replies.errors import QuotaExhausted, RecipientUnreachable
from app.replies.forms import MailForm, ReplyForm
from app.tickets import queries as ticket_queries
from app.tickets.attachments import Upload, add_upload
from app.tickets.errors import Unknown
from app.tickets.message_queries import get_message
from tests.support.builders import build_channel, build_message, build_ticket
from tests.support.replying import held
from tests.support.talking import USER, TalkDesk, open_talk

STICKER = {"package_id": "446", "sticker_id": "1988"}
HTTPS = {"base_url": "https://desk.example.jp"}


@pytest_asyncio.fixture
async def talk(database: Database, box: SecretBox) -> TalkDesk:
    return await open_talk(database, box)


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "_addresses", {})


async def upload(talk: TalkDesk, blobs: BlobStore, name: str = "資料.pdf", kind: str = "application/pdf") -> int:
    async with talk.database.transaction() as session:
        file = Upload(name, kind, await blobs.put(name.encode()), 3)
        return (await add_upload(session, file, by=talk.agent)).id


async def refusal(talk: TalkDesk, **fields: Any) -> AppError:
    with pytest.raises(AppError) as raised:
        await talk.reply(**fields)
    return raised.value


async def test_it_goes_to_the_conversation_with_all_that_it_has(talk: TalkDesk) -> None:
    quoted = await talk.hear()

    entry_id = await talk.reply(text="  はい\n", sticker=STICKER, quote_of=quoted, quick_replies=[" 了解 ", "いいえ"])

    entry = await talk.entry(entry_id)
    async with talk.database.reading() as session:
        message = await get_message(session, entry.message_id)
    assert (message.text, message.conversation_id, message.mail_id) == ("はい", talk.conversation_id, "")
    assert message.extras == {"sticker": STICKER, "quote_of": quoted, "quick_replies": ["了解", "いいえ"]}
    assert [each.address for each in await talk.recipients(message.id)] == ["", USER]
    assert entry.provider_id


async def test_a_sticker_alone_is_enough(talk: TalkDesk) -> None:
    await talk.reply(text="", sticker=STICKER)

    assert (await talk.ticket()).preview


REFUSED = [
    ({"text": " \n"}, "text"),
    ({"to": ["someone@example.com"]}, "to"),
    ({"cc": ["someone@example.com"]}, "cc"),
    ({"bcc": ["someone@example.com"]}, "bcc"),
    ({"from": "support@example.jp"}, "from"),
    ({"subject": "件名"}, "subject"),
    ({"html": "<b>x</b>"}, "html"),
    ({"forward_of": 1}, "forward_of"),
    ({"quote_of": 999}, "quote_of"),
    ({"text": "あ" * 25_001}, "text"),
    ({"text": "あ" * 20_001, "sticker": STICKER}, "text"),
    ({"text": "{{no_such_field}}"}, "text"),
]


@pytest.mark.parametrize(("fields", "field"), REFUSED)
async def test_what_has_no_place_in_a_talk_is_refused_at_its_field(
    talk: TalkDesk, fields: dict[str, Any], field: str
) -> None:
    error = await refusal(talk, **fields)

    assert isinstance(error, Invalid)
    assert error.field == field


async def test_the_same_recipient_may_be_named(talk: TalkDesk) -> None:
    assert await talk.reply(to=[USER], subject="")


@pytest.mark.parametrize("fields", [{"sticker": STICKER}, {"quick_replies": ["はい"]}, {"quote_of": 1}])
async def test_a_mail_has_no_stickers(desk: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as raised:
        await desk.reply(**fields)

    assert raised.value.field in fields


@pytest.mark.parametrize("state", [ConversationState.BLOCKED, ConversationState.LEFT])
async def test_nobody_is_written_to_who_would_not_hear_it(talk: TalkDesk, state: ConversationState) -> None:
    await talk.set_conversation(state=state)

    assert isinstance(await refusal(talk), RecipientUnreachable)


async def test_without_quota_only_what_leaves_by_reply_is_accepted(talk: TalkDesk) -> None:
    async with talk.database.transaction() as session:
        await quota_queries.note(session, talk.channel.id, allowance=200, used=200, is_exhausted=True)

    before = await refusal(talk)
    await talk.hear()

    assert isinstance(before, QuotaExhausted)
    assert await talk.reply()
    assert isinstance(await refusal(talk), QuotaExhausted)


async def test_files_need_an_address_that_line_can_reach(talk: TalkDesk, blobs: BlobStore, settings: Settings) -> None:
    endpoints.use(settings.model_copy(update={"base_url": "http://192.0.2.1"}))
    file = await upload(talk, blobs)

    error = await refusal(talk, attachment_ids=[file])
    endpoints.use(settings.model_copy(update=HTTPS))

    assert isinstance(error, Invalid)
    assert error.field == "attachment_ids"
    assert await talk.reply(text="", attachment_ids=[file])


async def test_no_more_goes_at_once_than_line_takes(talk: TalkDesk, blobs: BlobStore, settings: Settings) -> None:
    endpoints.use(settings.model_copy(update=HTTPS))
    pictures = [await upload(talk, blobs, f"{number}.png", "image/png") for number in range(6)]

    too_many = await refusal(talk, attachment_ids=pictures)
    too_much = await refusal(talk, attachment_ids=pictures[:5])

    assert isinstance(too_many, Invalid)
    assert isinstance(too_much, Invalid)
    assert (too_many.field, too_much.field) == ("attachment_ids", "text")
    assert "the text is one" in too_much.reason, "not that it may have 0 characters"
    assert await talk.reply(text="", attachment_ids=pictures[:5])


async def test_taken_back_it_is_a_draft_with_all_that_it_had(talk: TalkDesk) -> None:
    quoted = await talk.hear()
    fields = {"sticker": STICKER, "quote_of": quoted, "quick_replies": ["はい"]}
    entry_id = await talk.reply(hold_seconds=60, **fields)

    async with talk.database.transaction() as session:
        ticket = await held(session, talk.ticket_id)
        entry = await session.get_one(OutboxEntry, entry_id)
        await session.refresh(entry, ["message"])
        await withdrawal.cancel(session, ticket, entry, by=talk.agent)
        draft = await drafts.get(session, ticket, by=talk.agent)

    assert draft.body == {"text": "お送りします。", "attachment_ids": [], **fields}


async def test_of_a_ticket_that_holds_mails_too_the_newest_words_decide(talk: TalkDesk) -> None:
    async with talk.database.transaction() as session:
        mailbox = await build_channel(session)
        mail = await build_message(session, await held(session, talk.ticket_id), text="メールです")
        mail.channel_id, mail.created_at = mailbox.id, mail.created_at.replace(year=2030)

    entry_id = await talk.reply(to=["tanaka@example.com"])

    assert (await talk.entry(entry_id)).channel_id == mailbox.id


async def test_something_is_said_first_to_a_customer_who_has_a_conversation(talk: TalkDesk) -> None:
    customer_id = (await talk.ticket()).customer_id
    form = MailForm.model_validate(
        {"channel_id": talk.channel.id, "customer_id": customer_id, "text": "お知らせです。"}
    )

    async with talk.database.transaction() as session:
        ticket = await service.start(session, form, viewer=await viewer_of(session, talk.agent))

    assert ticket.subject == "お知らせです。"
    async with talk.database.reading() as session:
        assert (await answer_queries.get_conversation(session, talk.conversation_id)).ticket_id == ticket.id


async def test_nothing_is_said_first_to_who_never_spoke_here(talk: TalkDesk) -> None:
    async with talk.database.transaction() as session:
        other = await build_ticket(session)
        await session.flush()
        customer_id = (await ticket_queries.find_ticket(session, other.id)).customer_id  # type: ignore[union-attr]
    forms = [{"customer_id": customer_id}, {}]

    for fields in forms:
        form = MailForm.model_validate({"channel_id": talk.channel.id, "text": "お知らせです。", **fields})
        with pytest.raises((Invalid, Unknown)) as raised:
            async with talk.database.transaction() as session:
                await service.start(session, form, viewer=await viewer_of(session, talk.agent))
        assert raised.value.field == "customer_id"


@pytest.mark.parametrize(
    "bad", [{"quick_replies": ["い" * 21]}, {"quick_replies": ["a"] * 14}, {"quick_replies": [" "]}]
)
def test_quick_replies_are_few_and_short(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="quick_replies"):
        ReplyForm.model_validate({"lock_token": "x", "base_version": 1, "text": "x", **bad})


PARTS = [
    ("短い文です。", False, {"fits": True, "units": 6, "most": 25_000, "parts": ["短い文です。"]}),
    ("𠮷" * 2_501, True, {"fits": True, "units": 5_002, "most": 20_000, "parts": ["𠮷" * 2_500, "𠮷"]}),
    ("あ" * 20_001, True, {"fits": False, "units": 20_001, "most": 20_000, "parts": []}),
]


@pytest.mark.parametrize(("text", "has_sticker", "expected"), PARTS)
async def test_what_a_text_becomes_is_told_before_it_is_sent(
    client: AsyncClient, talk: TalkDesk, text: str, has_sticker: bool, expected: dict[str, Any]
) -> None:
    wish = {"channel_id": talk.channel.id, "text": text, "has_sticker": has_sticker}

    answer = await client.post("/api/v1/messages/parts", json=wish)

    assert answer.json() == expected


async def test_who_blocked_us_is_a_problem_of_its_own(client: AsyncClient, talk: TalkDesk) -> None:
    await talk.set_conversation(state=ConversationState.BLOCKED)
    token = (await client.put(f"/api/v1/tickets/{talk.ticket_id}/lock")).json()["token"]
    reply = {"lock_token": token, "base_version": (await talk.ticket()).version, "text": "はい"}

    answer = await client.post(f"/api/v1/tickets/{talk.ticket_id}/replies", json=reply)

    assert (answer.status_code, answer.json()["code"]) == (409, "recipient_unreachable")
