"""The official `line-bot-sdk`, unchanged, against the simulator: both directions."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from linebot.v3 import WebhookParser, webhooks
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    ApiClient,
    Configuration,
    ImageMessage,
    LocationMessage,
    MarkMessagesAsReadByTokenRequest,
    MessageAction,
    MessagingApi,
    MessagingApiBlob,
    PushMessageRequest,
    QuickReply,
    QuickReplyItem,
    ReplyMessageRequest,
    Sender,
    SetWebhookEndpointRequest,
    ShowLoadingAnimationRequest,
    StickerMessage,
    TextMessage,
)
from linebot.v3.messaging.exceptions import ApiException

from simulators.line.acting import Act
from simulators.line.events import KNOWN
from simulators.line.signing import signature
from tests.support.line_simulator import SECRET, TOKEN, Clock, ServedSimulator, credentials, serve_simulator

MESSAGES: list[dict[str, Any]] = [
    {"type": "text", "text": "こんにちは @公式LINE"},
    {"type": "text", "text": "(smile)", "emojis": [{"index": 0, "length": 7, "productId": "5ac1", "emojiId": "001"}]},
    {"type": "sticker"},
    {"type": "image"},
    {"type": "image", "imageSet": {"id": "s", "index": 1, "total": 2}},
    {"type": "image", "originalContentUrl": "https://example.jp/a.png", "previewImageUrl": "https://example.jp/b.png"},
    {"type": "video"},
    {"type": "audio"},
    {"type": "file"},
    {"type": "location"},
]
EVENT_CLASSES = {
    "message": webhooks.MessageEvent,
    "delivery": webhooks.PnpDeliveryCompletionEvent,
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def served(clock: Clock) -> Iterator[ServedSimulator]:
    with serve_simulator(credentials().model_copy(update={"webhook_url": ""}), clock=clock) as simulator:
        yield simulator


@pytest.fixture
def kit(served: ServedSimulator) -> Iterator[ApiClient]:
    with ApiClient(Configuration(host=served.url, access_token=TOKEN)) as client:
        yield client


def person(served: ServedSimulator) -> str:
    return next(iter(served.platform.people.persons))


def happens(served: ServedSimulator, kind: str = "message", **more: Any) -> dict[str, Any]:
    return served.platform.actors.act(Act(type=kind, **more), served.platform.rules)


def parsed(served: ServedSimulator, *events: dict[str, Any]) -> list[Any]:
    """As a desk with the kit gets them: signed bytes."""
    body = json.dumps(served.platform.body(list(events)), ensure_ascii=False)
    found: list[Any] = WebhookParser(SECRET).parse(body, signature(SECRET, body.encode()))
    return found


def test_a_reply_is_sent_once(served: ServedSimulator, kit: ApiClient) -> None:
    api, event = MessagingApi(kit), happens(served)
    request = ReplyMessageRequest(replyToken=event["replyToken"], messages=[TextMessage(text="はい")])

    sent = api.reply_message(request)
    with pytest.raises(ApiException) as refused:
        api.reply_message(request)

    assert sent.sent_messages[0].quote_token
    assert (refused.value.status, "Invalid reply token" in refused.value.body) == (400, True)


def test_every_kind_of_message_is_pushed(served: ServedSimulator, kit: ApiClient) -> None:
    action = QuickReplyItem(action=MessageAction(label="はい", text="はい"))
    picture = "https://example.jp/picture.png"
    messages = [
        TextMessage(text="どうですか", quickReply=QuickReply(items=[action]), sender=Sender(name="佐藤")),
        StickerMessage(packageId="446", stickerId="1988"),
        ImageMessage(originalContentUrl=picture, previewImageUrl=picture),
        LocationMessage(title="駅", address="東京", latitude=35.6, longitude=139.7),
    ]

    sent = MessagingApi(kit).push_message(PushMessageRequest(to=person(served), messages=messages))

    assert len(sent.sent_messages) == 4
    assert [entry["message"]["type"] for entry in served.platform.ledger.entries()] == [
        "text",
        "sticker",
        "image",
        "location",
    ]


def test_a_known_retry_key_is_a_conflict(served: ServedSimulator, kit: ApiClient) -> None:
    api, key = MessagingApi(kit), str(uuid4())
    request = PushMessageRequest(to=person(served), messages=[TextMessage(text="一度だけ")])

    first = api.push_message_with_http_info(request, x_line_retry_key=key)
    with pytest.raises(ApiException) as again:
        api.push_message(request, x_line_retry_key=key)

    assert again.value.status == 409
    assert again.value.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert len(served.platform.ledger.entries()) == 1


def test_a_wrong_token_is_unauthorised(served: ServedSimulator) -> None:
    with (
        ApiClient(Configuration(host=served.url, access_token="wrong")) as client,
        pytest.raises(ApiException) as refused,
    ):
        MessagingApi(client).get_bot_info()

    assert refused.value.status == 401


def test_contents_are_fetched(served: ServedSimulator, kit: ApiClient, clock: Clock) -> None:
    blob = MessagingApiBlob(kit)
    picture, film = (happens(served, message={"type": kind})["message"]["id"] for kind in ("image", "video"))

    processing = blob.get_message_content_transcoding_by_message_id(film).status
    clock.move(3)
    ready = blob.get_message_content_transcoding_by_message_id(film).status

    assert (processing, ready) == ("processing", "succeeded")
    assert bytes(blob.get_message_content(picture)).startswith(b"\x89PNG")
    assert bytes(blob.get_message_content(film))[4:8] == b"ftyp"
    assert bytes(blob.get_message_content_preview(film)).startswith(b"\x89PNG")


def test_who_writes_is_asked_for(served: ServedSimulator, kit: ApiClient) -> None:
    api, group = MessagingApi(kit), next(iter(served.platform.people.groups))

    assert api.get_profile(person(served)).display_name == "はなこ"
    assert api.get_group_member_profile(group, person(served)).display_name == "はなこ"
    assert api.get_group_summary(group).group_name == "町内会の買い物係"
    assert api.get_group_member_count(group).count == 2
    assert api.get_bot_info().display_name == "公式LINE"


def test_the_quota_is_told(served: ServedSimulator, kit: ApiClient) -> None:
    api = MessagingApi(kit)
    api.push_message(PushMessageRequest(to=person(served), messages=[TextMessage(text="一通")]))

    assert (api.get_message_quota().type, api.get_message_quota().value) == ("limited", 200)
    assert api.get_message_quota_consumption().total_usage == 1


def test_signs_in_the_talk_are_given(served: ServedSimulator, kit: ApiClient) -> None:
    api, event = MessagingApi(kit), happens(served)

    api.show_loading_animation(ShowLoadingAnimationRequest(chatId=person(served), loadingSeconds=5))
    api.mark_messages_as_read_by_token(
        MarkMessagesAsReadByTokenRequest(markAsReadToken=event["message"]["markAsReadToken"])
    )

    assert served.platform.talks.loading_until(person(served)) > served.platform.clock()
    assert all(bubble.is_read for bubble in served.platform.talks.of(person(served)))


def test_the_webhook_is_set_and_asked_for(served: ServedSimulator, kit: ApiClient) -> None:
    api, url = MessagingApi(kit), "https://desk.example.jp/hooks/line/key"

    api.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint=url))

    assert (api.get_webhook_endpoint().endpoint, api.get_webhook_endpoint().active) == (url, True)


def test_the_test_of_the_webhook_reaches_another_simulator(served: ServedSimulator, kit: ApiClient) -> None:
    """Anything that answers will do: here it is the simulator's own page, which knows no such call."""
    api = MessagingApi(kit)
    api.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint=f"{served.url}/hooks/line/key"))

    told = api.test_webhook_endpoint()

    assert (told.success, told.status_code, told.reason) == (False, 404, "ERROR_STATUS_CODE")


@pytest.mark.parametrize("kind", KNOWN)
def test_the_kit_reads_every_event(served: ServedSimulator, kind: str) -> None:
    name = f"{kind[0].upper()}{kind[1:]}Event"
    event = happens(served, kind, message_id="5")

    [found] = parsed(served, event)

    assert type(found) is EVENT_CLASSES.get(kind, getattr(webhooks, name, None))
    assert found.webhook_event_id == event["webhookEventId"]
    assert getattr(found, "reply_token", None) == event.get("replyToken")


@pytest.mark.parametrize("message", MESSAGES)
def test_the_kit_reads_every_message(served: ServedSimulator, message: dict[str, Any]) -> None:
    [found] = parsed(served, happens(served, message=message))

    assert type(found.message) is getattr(webhooks, f"{message['type'].title()}MessageContent")
    assert isinstance(found.source, webhooks.UserSource)


def test_the_kit_reads_groups_mentions_and_quotes(served: ServedSimulator) -> None:
    group = next(iter(served.platform.people.groups))
    first = happens(served, chat=group, message={"type": "text", "text": "@公式LINE お願いします"})
    second = happens(served, chat=group, message={"type": "text", "text": "これです"}, quote=first["message"]["id"])

    asked, told = parsed(served, first, second)

    assert asked.source.group_id == group
    assert asked.message.mention.mentionees[0].is_self
    assert told.message.quoted_message_id == asked.message.id


def test_the_kit_refuses_another_secret(served: ServedSimulator) -> None:
    with pytest.raises(InvalidSignatureError):
        WebhookParser(SECRET).parse("{}", signature("another", b"{}"))
