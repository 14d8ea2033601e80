"""Every kind of event and message of LINE's webhook, and whatever else comes: read, never raised over."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.line.hook import LineHook
from connectors.line.parser import parse
from connectors.line.signature import sign
from connectors.talks import Talk, WrongSignature
from tests.support.line_events import (
    GROUP,
    OTHER_USER,
    ROOM,
    SECRET,
    USER,
    Event,
    body_of,
    event,
    from_group,
    said,
    text,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=20,
)
NAMES = "type message source userId groupId timestamp mode text id emojis mention unsend follow joined postback".split()
LIKE_EVENTS = st.dictionaries(st.sampled_from(NAMES), JSON | st.sampled_from(["message", "user", "text", "follow"]))

HAPPENINGS: list[tuple[Event, str, dict[str, Any]]] = [
    (event("unsend", unsend={"messageId": "325708"}), "unsent", {"message_id": "325708"}),
    (event("follow", follow={"isUnblocked": False}), "followed", {}),
    (event("follow", follow={"isUnblocked": True}), "unblocked", {}),
    (event("unfollow"), "unfollowed", {}),
    (event("join", source=from_group("")), "joined", {}),
    (event("leave", source=from_group("")), "left", {}),
    (
        event("memberJoined", joined={"members": [{"type": "user", "userId": USER}]}),
        "members_joined",
        {"members": [USER]},
    ),
    (event("memberLeft", left={"members": [{"type": "user", "userId": USER}]}), "members_left", {"members": [USER]}),
    (
        event("postback", postback={"data": "a=1", "params": {"datetime": "2026-11-02T10:00"}}),
        "postback",
        {"data": "a=1", "params": {"datetime": "2026-11-02T10:00"}},
    ),
    (event("videoPlayComplete", videoPlayComplete={"trackingId": "t"}), "video_played", {"tracking_id": "t"}),
    (
        event("beacon", beacon={"hwid": "d41d8cd98f", "type": "enter", "dm": "ff"}),
        "beacon",
        {"hardware_id": "d41d8cd98f", "type": "enter", "device_message": "ff"},
    ),
    (event("accountLink", link={"result": "ok", "nonce": "n"}), "account_linked", {"result": "ok", "nonce": "n"}),
    (
        event("membership", membership={"type": "joined", "membershipId": 3189}),
        "membership",
        {"type": "joined", "membership_id": 3189},
    ),
    (
        event("module", source={}, module={"type": "attached", "botId": "U1", "scopes": ["message:send"]}),
        "module",
        {"type": "attached", "bot_id": "U1", "scopes": ["message:send"]},
    ),
    (event("activated", chatControl={"expireAt": 1462629479859}), "activated", {"expires_at_ms": 1462629479859}),
    (event("deactivated"), "deactivated", {}),
    (event("botSuspended", source={}), "suspended", {}),
    (event("botResumed", source={}), "resumed", {}),
    (event("delivery", delivery={"data": "hash"}), "delivered", {"data": "hash"}),
    (event("hologram"), "unknown", {"type": "hologram"}),
]


def read(one: Any) -> Any:
    body = body_of(one)
    [raw] = LineHook(SECRET).read(body, {"X-Line-Signature": sign(SECRET, body)})
    return parse(raw.data)


@pytest.mark.parametrize(
    ("one", "kind", "detail"), HAPPENINGS, ids=[f"{each[0]['type']}-{each[1]}" for each in HAPPENINGS]
)
def test_each_kind_of_event_is_a_happening(one: Event, kind: str, detail: dict[str, Any]) -> None:
    happening = read(one).said.happening

    assert (happening.kind, happening.detail) == (kind, detail)


@pytest.mark.parametrize(
    ("source", "talk", "speaker"),
    [
        ({"type": "user", "userId": USER}, Talk("person", USER), USER),
        ({"type": "group", "groupId": GROUP, "userId": OTHER_USER}, Talk("group", GROUP), OTHER_USER),
        ({"type": "group", "groupId": GROUP}, Talk("group", GROUP), None),
        ({"type": "room", "roomId": ROOM, "userId": USER}, Talk("room", ROOM), USER),
        ({"type": "openchat", "id": "x"}, None, None),
        ({"type": "user"}, None, None),
    ],
)
def test_with_whom_it_is(source: dict[str, str], talk: Talk | None, speaker: str | None) -> None:
    inbound = read(text("はい", source=source))

    assert (inbound.said.talk, inbound.sender.address if inbound.sender else None) == (talk, speaker)


def test_places_in_the_text_are_counted_in_characters_of_ours() -> None:
    words = "😀(moon) @田中"
    emojis = [{"index": 2, "length": 6, "productId": "p", "emojiId": "001"}]
    mention = {"mentionees": [{"index": 9, "length": 3, "type": "user", "userId": USER, "isSelf": True}]}

    inbound = read(said({"type": "text", "text": words, "emojis": emojis, "mention": mention, "quotedMessageId": "9"}))

    assert inbound.text == words
    assert inbound.said.extras == {
        "mentions": [{"index": 8, "length": 3, "kind": "user", "address": USER, "is_self": True}],
        "emojis": [{"index": 1, "length": 6, "product_id": "p", "emoji_id": "001"}],
        "quoted_id": "9",
    }


@pytest.mark.parametrize("mark", [{"index": 1, "length": 3}, {"index": 90, "length": 1}, {"index": "0"}, {}, 5, None])
def test_marks_that_lie_nowhere_are_none(mark: Any) -> None:
    inbound = read(said({"type": "text", "text": "😀です", "emojis": [mark]}))

    assert (inbound.text, inbound.said.extras) == ("😀です", {})


@pytest.mark.parametrize(
    ("message", "extras"),
    [
        (
            {
                "type": "sticker",
                "packageId": 1,
                "stickerId": "2",
                "stickerResourceType": "STATIC",
                "keywords": ["a", 3],
            },
            {"sticker": {"package_id": "1", "sticker_id": "2", "resource_type": "STATIC", "words": "a"}},
        ),
        (
            {"type": "sticker", "packageId": "1", "stickerId": "2", "text": "ありがとう", "keywords": ["a"]},
            {"sticker": {"package_id": "1", "sticker_id": "2", "words": "ありがとう"}},
        ),
        (
            {"type": "location", "title": "駅", "address": "東京", "latitude": 35.5, "longitude": 139},
            {"place": {"title": "駅", "address": "東京", "latitude": 35.5, "longitude": 139.0}},
        ),
        (
            {"type": "location", "latitude": 91, "longitude": "x"},
            {"place": {"title": "", "address": "", "latitude": None, "longitude": None}},
        ),
        ({"type": "hologram"}, {"unknown": {"type": "hologram"}}),
    ],
)
def test_what_a_message_has_beside_words(message: dict[str, Any], extras: dict[str, Any]) -> None:
    assert read(said(message)).said.extras == extras


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_media_are_with_line_or_elsewhere(kind: str) -> None:
    here = read(said({"type": kind, "contentProvider": {"type": "line"}}, message_id="5")).said.files
    away = {"type": "external", "originalContentUrl": "https://example.com/x"}
    there = read(said({"type": kind, "contentProvider": away})).said.files
    nowhere = read(said({"type": kind, "contentProvider": {**away, "originalContentUrl": "file:///etc/passwd"}})).said

    assert [(each.provider_id, each.is_elsewhere) for each in here] == [("5", False)]
    assert [(each.provider_id, each.is_elsewhere) for each in there] == [("https://example.com/x", True)]
    assert [each.is_elsewhere for each in nowhere.files] == [False]


def test_standby_is_told_and_a_new_mode_is_not_answered_either() -> None:
    modes = ("active", "standby", "brandNew")

    assert [read(text("x", mode=mode)).said.is_standby for mode in modes] == [False, True, True]


@given(st.binary())
def test_any_bytes_are_read(raw: bytes) -> None:
    assert parse(raw).said is not None


@given(JSON | LIKE_EVENTS, JSON)
def test_any_json_is_read_holds_what_can_be_stored_and_costs_no_neighbour(odd: Any, destination: Any) -> None:
    body = json.dumps({"destination": destination, "events": [odd, text("隣", event_id="01N")]}).encode()

    raws = LineHook(SECRET).read(body, {"x-line-signature": sign(SECRET, body)})
    parsed = [parse(raw.data) for raw in raws]

    assert len(raws) == 2
    assert parsed[1].text == "隣"
    kept = json.dumps([repr(parsed[0]), parsed[0].text, dict(parsed[0].said.extras if parsed[0].said else {})])
    assert "\\u0000" not in kept
    assert not any("\ud800" <= character <= "\udfff" for character in parsed[0].text)


@given(st.binary())
def test_any_signed_body_is_split_and_an_unsigned_one_refused(body: bytes) -> None:
    for raw in LineHook(SECRET).read(body, {"x-line-signature": sign(SECRET, body)}):
        assert raw.source
    with pytest.raises(WrongSignature):
        LineHook("other").read(body, {"x-line-signature": sign(SECRET, body)})


def test_the_source_is_the_same_however_often_it_is_delivered() -> None:
    first = {name: value for name, value in text("x").items() if name != "webhookEventId"}
    again = {**first, "deliveryContext": {"isRedelivery": True}, "replyToken": "other"}
    other = {**first, "timestamp": first["timestamp"] + 1}
    body = body_of(first, again, other)

    sources = [raw.source for raw in LineHook(SECRET).read(body, {"x-line-signature": sign(SECRET, body)})]

    assert sources[0] == sources[1] != sources[2]


def test_what_is_too_deep_or_too_long_costs_no_neighbour() -> None:
    deep = b'{"type":"message","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    long = b'{"type":"message","timestamp":' + b"9" * 5_000 + b"}"
    body = b'{"events":[' + deep + b"," + long + b',{"type":"follow"}]}'

    raws = LineHook(SECRET).read(body, {"x-line-signature": sign(SECRET, body)})

    assert [parse(raw.data).said.happening.kind for raw in raws] == ["unknown", "unknown", "followed"]  # type: ignore[union-attr]
