"""Reply and push by LINE's rules."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from simulators.line.ledger import Accepted, Ledger
from tests.simulators.line.playing import Line, text
from tests.support.line_simulator import Clock

KEY = str(uuid4())
HTTPS = "https://example.jp/picture.png"
LOOPBACK = "http://127.0.0.1:8000/picture.png"


def details(answer: Any) -> list[tuple[str, str]]:
    return [(each["property"], each["message"]) for each in answer.json()["details"]]


async def test_a_reply_token_is_good_once(line: Line) -> None:
    event = await line.say()

    first, second = await line.reply(event["replyToken"], "一", "二"), await line.reply(event["replyToken"])

    assert first.status_code == 200
    assert len({sent["id"] for sent in first.json()["sentMessages"]}) == 2
    assert all(sent["quoteToken"] for sent in first.json()["sentMessages"])
    assert (second.status_code, second.json()) == (400, {"message": "Invalid reply token"})
    assert [entry["message"]["text"] for entry in await line.accepted()] == ["一", "二"]


async def test_a_reply_token_ends_after_a_minute(line: Line, clock: Clock) -> None:
    early, late = await line.say(), await line.say()

    clock.move(59)
    in_time = await line.reply(early["replyToken"])
    clock.move(1)
    too_late = await line.reply(late["replyToken"])

    assert (in_time.status_code, too_late.status_code) == (200, 400)


async def test_a_refused_reply_leaves_its_token_good(line: Line) -> None:
    event = await line.say()

    refused = await line.reply(event["replyToken"], "")
    taken = await line.reply(event["replyToken"], "はい")

    assert (refused.status_code, taken.status_code) == (400, 200)


async def test_a_reply_takes_no_retry_key(line: Line) -> None:
    event = await line.say()
    body = {"replyToken": event["replyToken"], "messages": [text("はい")]}

    answer = await line.client.post("/v2/bot/message/reply", json=body, headers={"X-Line-Retry-Key": KEY})

    assert answer.status_code == 400


async def test_a_push_with_a_known_retry_key_is_taken_once(line: Line, clock: Clock) -> None:
    first = await line.push("一", key=KEY)
    clock.move(24 * 3600 - 1)
    again = await line.push("一", key=KEY)
    clock.move(1)
    next_day = await line.push("一", key=KEY)

    assert again.status_code == 409
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.headers["x-line-request-id"] != first.headers["x-line-request-id"]
    assert again.json() == {"message": "The retry key is already accepted", **first.json()}
    assert next_day.status_code == 200
    assert [entry["retry_key"] for entry in await line.accepted()] == [KEY, KEY]


async def test_a_refused_push_leaves_its_key_free(line: Line) -> None:
    refused, taken = await line.push("", key=KEY), await line.push("はい", key=KEY)
    odd = await line.push(key="no-uuid")

    assert (refused.status_code, taken.status_code, odd.status_code) == (400, 200, 400)


async def test_pushes_count_by_those_whom_they_reach(line: Line) -> None:
    await line.set(quota={"limit": 4, "used": 0})
    members = len(line.platform.people.groups[line.group].members)

    await line.push("一", "二", "三")
    await line.push(to=line.group)
    used = await line.client.get("/v2/bot/message/quota/consumption")
    await line.push()
    beyond = await line.push()
    free = await line.reply((await line.say())["replyToken"])

    assert members == 2
    assert used.json() == {"totalUsage": 3}
    assert (beyond.status_code, beyond.json()) == (429, {"message": "You have reached your monthly limit."})
    assert free.status_code == 200
    assert (await line.client.get("/v2/bot/message/quota")).json() == {"type": "limited", "value": 4}


async def test_without_a_limit_there_is_none(line: Line) -> None:
    await line.set(quota={"limit": None})

    assert (await line.client.get("/v2/bot/message/quota")).json() == {"type": "none"}


async def test_who_blocks_is_shown_nothing_and_the_push_is_taken(line: Line) -> None:
    await line.act("unfollow")

    answer = await line.push("届かない")

    assert answer.status_code == 200
    assert await line.seen() == []
    assert [entry["shown_to"] for entry in await line.accepted()] == [[]]
    assert (await line.client.get("/v2/bot/message/quota/consumption")).json() == {"totalUsage": 0}


async def test_a_push_to_nobody_is_refused(line: Line) -> None:
    odd, unknown = await line.push(to="somebody"), await line.push(to="U" + "0" * 32)
    await line.act("leave", chat=line.group)
    left = await line.push(to=line.group)

    assert odd.json() == {"message": "The property, 'to', in the request body is invalid (line: -, column: -)"}
    assert (unknown.status_code, unknown.json()) == (400, {"message": "Failed to send messages"})
    assert left.status_code == 400


async def test_more_calls_than_the_rate_allows_are_refused(line: Line, clock: Clock) -> None:
    await line.set(calls_per_second=2)

    statuses = [(await line.push()).status_code for _ in range(3)]
    clock.move(1)

    assert statuses == [200, 200, 429]
    assert (await line.push()).status_code == 200


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Basic x"}])
async def test_without_the_right_token_nothing_is_done(line: Line, header: dict[str, str]) -> None:
    del line.client.headers["authorization"]

    answer = await line.client.get("/v2/bot/info", headers=header)

    assert answer.status_code == 401
    assert answer.json()["message"].startswith("Authentication failed")
    assert answer.headers["x-line-request-id"]


async def test_any_token_is_good_where_none_was_given(line: Line) -> None:
    line.platform.credentials.access_token = ""
    line.client.headers["authorization"] = "Bearer anything"

    assert (await line.push()).status_code == 200


@pytest.mark.parametrize("count", [0, 6])
async def test_a_request_holds_one_to_five_messages(line: Line, count: int) -> None:
    body = {"to": line.user, "messages": [text("はい")] * count}

    answer = await line.client.post("/v2/bot/message/push", json=body)

    assert details(answer) == [("messages", "Size must be between 1 and 5")]


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (text(""), "text"),
        (text(" \n"), "text"),
        (text("あ" * 5001), "text"),
        (text("🎣" * 2500 + "x"), "text"),
        ({"type": "hologram"}, "type"),
        ("text", "type"),
        ({"type": "sticker", "packageId": "1"}, "stickerId"),
        ({"type": "image", "originalContentUrl": HTTPS}, "previewImageUrl"),
        ({"type": "image", "originalContentUrl": HTTPS, "previewImageUrl": "http://example.jp/x"}, "previewImageUrl"),
        ({"type": "video", "originalContentUrl": "file:///x", "previewImageUrl": HTTPS}, "originalContentUrl"),
        ({"type": "audio", "originalContentUrl": HTTPS, "duration": 0}, "duration"),
        ({"type": "location", "title": "駅", "address": "東京", "latitude": 91, "longitude": 0}, "latitude"),
        ({"type": "flex", "contents": {}}, "altText"),
        (text("x") | {"sender": {"name": "あ" * 21}}, "sender.name"),
        (
            text("x") | {"quickReply": {"items": [{"action": {"type": "message", "label": "a"}}] * 14}},
            "quickReply.items",
        ),
        (text("x") | {"quickReply": {"items": [{"action": {}}]}}, "quickReply.items[0].action"),
    ],
)
async def test_a_message_that_line_would_refuse_is_refused(line: Line, message: object, place: str) -> None:
    answer = await line.send(message)

    assert answer.status_code == 400
    assert answer.json()["message"] == "The request body has 1 error(s)"
    assert [found for found, _ in details(answer)] == [f"messages[0].{place}"]
    assert await line.accepted() == []


@pytest.mark.parametrize(
    "message",
    [
        text("あ" * 5000),
        text("🎣" * 2500),
        text("x")
        | {
            "sender": {"name": "あ" * 20},
            "quickReply": {"items": [{"action": {"type": "camera", "label": "撮る"}}] * 13},
        },
        {"type": "textV2", "text": "こんにちは"},
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {"type": "image", "originalContentUrl": HTTPS, "previewImageUrl": LOOPBACK},
        {"type": "video", "originalContentUrl": HTTPS, "previewImageUrl": HTTPS, "trackingId": "t"},
        {"type": "audio", "originalContentUrl": HTTPS, "duration": 1000},
        {"type": "location", "title": "駅", "address": "東京", "latitude": 35.6, "longitude": 139.7},
        {"type": "flex", "altText": "表", "contents": {"type": "bubble"}},
    ],
)
async def test_a_message_that_line_takes_is_taken(line: Line, message: dict[str, Any]) -> None:
    answer = await line.send(message)

    assert answer.status_code == 200, answer.text
    assert [bubble["message"] for bubble in await line.seen()] == [message]


async def test_http_on_this_machine_can_be_refused_as_line_does(line: Line) -> None:
    await line.set(allows_http=False)

    answer = await line.send({"type": "image", "originalContentUrl": LOOPBACK, "previewImageUrl": HTTPS})

    assert [place for place, _ in details(answer)] == ["messages[0].originalContentUrl"]


async def test_validation_alone_sends_nothing(line: Line) -> None:
    good = await line.client.post("/v2/bot/message/validate/push", json={"messages": [text("はい")]})
    bad = await line.client.post("/v2/bot/message/validate/reply", json={"messages": [text("")]})

    assert (good.status_code, bad.status_code) == (200, 400)
    assert await line.accepted() == []


async def test_what_is_no_json_is_refused(line: Line) -> None:
    answer = await line.client.post("/v2/bot/message/push", content=b"{")

    assert answer.json() == {"message": "The request body could not be parsed as JSON"}


def test_the_ledger_writes_each_message_at_once(tmp_path: Path) -> None:
    file = tmp_path / "sent.jsonl"
    ledger = Ledger(file)

    ledger.add(Accepted("1", "r", 5, "push", "U1", ["U1"], text("はい"), retry_key=KEY))
    written = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    kept = ledger.entries()
    ledger.close()

    assert written == kept
    assert (written[0]["retry_key"], written[0]["message"]["text"]) == (KEY, "はい")
