"""What each answer of LINE's, and each fault of the line, means for a reply and for a push."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.contracts import Address, DeliveryError, OutboundMessage
from connectors.line.answers import LIMIT
from connectors.line.sender import RETRY_KEY, LineSender
from connectors.refusals import Busy, NotAdmitted, QuotaGone, RightGone
from connectors.splitting import count_units
from connectors.talks import Answer, Media, SentPart, Talk
from tests.support.talking import INVALID, MONTHLY, RATE, SETTINGS, USER, ScriptedLine, refused, taken

KEY = "11111111-2222-4333-8444-555555555555"
GARBAGE = httpx.Response(200, text="<html>")
REPLY, PUSH = True, False
CERTAIN, UNCLEAR, PERMANENT = "certain", "unclear", "permanent"


def answer(*, is_reply: bool, text: str = "お送りします", **parts: Any) -> OutboundMessage:
    talk = Answer(Talk("person", USER), KEY, reply_token="right" if is_reply else "", **parts)
    return OutboundMessage("", Address("", ""), (), "", text, datetime(2026, 11, 2, tzinfo=UTC), answer=talk)


async def nothing() -> None:
    pass


async def offer(line: ScriptedLine, monkeypatch: pytest.MonkeyPatch, message: OutboundMessage) -> tuple[SentPart, ...]:
    line.stand_in(monkeypatch)
    return (await LineSender(SETTINGS).send(message, before_commit_point=nothing)).parts


ACCEPTED = [
    (REPLY, taken("1", "2"), ("1", "2")),
    (PUSH, taken("1"), ("1",)),
    (PUSH, httpx.Response(409, json={"message": "already", "sentMessages": [{"id": "7"}]}), ("7",)),
    (PUSH, refused(409, "The retry key is already accepted"), ()),
    (REPLY, GARBAGE, ()),
    (PUSH, httpx.Response(200, json={"sentMessages": [{"quoteToken": "x"}, "odd"]}), ()),
]


@pytest.mark.parametrize(("is_reply", "step", "ids"), ACCEPTED)
async def test_what_line_took(
    is_reply: bool, step: httpx.Response, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = await offer(ScriptedLine([step]), monkeypatch, answer(is_reply=is_reply))

    assert tuple(part.provider_id for part in parts) == ids


FAILED = [
    (REPLY, refused(*INVALID), RightGone, CERTAIN),
    (REPLY, refused(400, "The request body has 1 error(s)"), DeliveryError, PERMANENT),
    (PUSH, refused(400, "The property, 'to', in the request body is invalid"), DeliveryError, PERMANENT),
    (PUSH, refused(*INVALID), DeliveryError, PERMANENT),
    (PUSH, refused(404, "Not found"), DeliveryError, PERMANENT),
    (PUSH, refused(413, "Payload Too Large"), DeliveryError, PERMANENT),
    (REPLY, refused(409, "Conflict"), DeliveryError, PERMANENT),
    (REPLY, refused(*RATE), Busy, CERTAIN),
    (PUSH, refused(*RATE), Busy, CERTAIN),
    (PUSH, refused(*MONTHLY), QuotaGone, CERTAIN),
    (REPLY, refused(*MONTHLY), QuotaGone, CERTAIN),
    (REPLY, refused(401, "Authentication failed"), NotAdmitted, CERTAIN),
    (PUSH, refused(403, "Not authorized"), NotAdmitted, CERTAIN),
    (PUSH, httpx.Response(302, headers={"location": "/"}), DeliveryError, CERTAIN),
    (REPLY, refused(500, "Internal server error"), DeliveryError, UNCLEAR),
    (PUSH, refused(500, "Internal server error"), DeliveryError, UNCLEAR),
    (PUSH, httpx.Response(502, text="Bad Gateway"), DeliveryError, UNCLEAR),
    (REPLY, httpx.Response(503), DeliveryError, UNCLEAR),
    (PUSH, httpx.Response(408), DeliveryError, UNCLEAR),
    (REPLY, httpx.ConnectError("refused"), DeliveryError, CERTAIN),
    (PUSH, httpx.ConnectTimeout("late"), DeliveryError, CERTAIN),
    (PUSH, httpx.PoolTimeout("late"), DeliveryError, CERTAIN),
    (REPLY, httpx.ReadTimeout("late"), DeliveryError, UNCLEAR),
    (PUSH, httpx.ReadTimeout("late"), DeliveryError, UNCLEAR),
    (PUSH, httpx.WriteTimeout("late"), DeliveryError, UNCLEAR),
    (REPLY, httpx.WriteError("cut"), DeliveryError, UNCLEAR),
    (PUSH, httpx.ReadError("cut"), DeliveryError, UNCLEAR),
    (REPLY, httpx.RemoteProtocolError("cut"), DeliveryError, UNCLEAR),
]


@pytest.mark.parametrize(("is_reply", "step", "kind", "certainty"), FAILED)
async def test_what_line_did_not_take_or_may_have_taken(
    is_reply: bool,
    step: httpx.Response | Exception,
    kind: type[DeliveryError],
    certainty: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = ScriptedLine([step])

    with pytest.raises(DeliveryError) as raised:
        await offer(line, monkeypatch, answer(is_reply=is_reply))

    assert type(raised.value) is kind
    assert raised.value.is_uncertain is (certainty == UNCLEAR)
    assert raised.value.is_permanent is (certainty == PERMANENT)
    assert raised.value.reason
    assert len(line.requests) == 1


async def test_a_push_has_its_key_and_a_reply_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScriptedLine()

    await offer(line, monkeypatch, answer(is_reply=True))
    await offer(line, monkeypatch, answer(is_reply=False))

    assert line.ways == ["reply", "push"]
    assert line.bodies[0]["replyToken"] == "right"
    assert line.bodies[1]["to"] == USER
    assert [request.headers.get(RETRY_KEY) for request in line.requests] == [None, KEY]


@pytest.mark.parametrize(("header", "pause"), [("7", 7), ("99999999", 3600), ("soon", None), ("", None)])
async def test_line_says_for_how_long_it_wants_to_be_left_alone(
    header: str, pause: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ScriptedLine([httpx.Response(429, json={"message": RATE[1]}, headers={"Retry-After": header})])

    with pytest.raises(Busy) as raised:
        await offer(line, monkeypatch, answer(is_reply=False))

    assert raised.value.pause == (None if pause is None else timedelta(seconds=pause))


async def test_words_media_files_and_a_sticker_leave_together(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScriptedLine()
    media = (
        Media("image", "https://d/i", "https://d/p", "写真.jpg (1.0 MB)"),
        Media("file", "https://d/f", name="資料.pdf (2.0 MB)"),
        Media("audio", "https://d/a", name="声.m4a", duration_ms=4200),
    )
    parts: dict[str, Any] = {
        "media": media,
        "sticker": ("446", "1988"),
        "quote_token": "q1",
        "quick_replies": ("はい", "いいえ"),
        "sender_name": "あ" * 30,
    }

    await offer(line, monkeypatch, answer(is_reply=False, **parts))

    [body] = line.bodies
    words, image, audio, files, sticker = body["messages"]
    assert (words["text"], words["quoteToken"]) == ("お送りします", "q1")
    assert (image["originalContentUrl"], image["previewImageUrl"]) == ("https://d/i", "https://d/p")
    assert (audio["type"], audio["duration"]) == ("audio", 4200)
    assert files["text"] == "資料.pdf (2.0 MB)\nhttps://d/f"
    assert (sticker["packageId"], sticker["stickerId"]) == ("446", "1988")
    assert [each["action"]["label"] for each in sticker["quickReply"]["items"]] == ["はい", "いいえ"]
    assert {each["sender"]["name"] for each in body["messages"]} == {"あ" * 20}
    assert "quickReply" not in words


@pytest.mark.parametrize(("count", "messages"), [(12, 1), (13, 2), (48, 4)])
async def test_of_many_files_every_link_arrives(count: int, messages: int, monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScriptedLine()
    urls = [f"https://desk.example.jp/media/{number}-{'x' * 350}" for number in range(count)]

    await offer(line, monkeypatch, answer(is_reply=False, media=tuple(Media("file", each, name="名") for each in urls)))

    texts = [each["text"] for each in line.bodies[0]["messages"][1:]]
    assert len(texts) == messages
    assert [each for text in texts for each in text.split() if each.startswith("https")] == urls
    assert max(map(count_units, texts)) <= LIMIT


async def test_a_link_that_would_be_lost_stops_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScriptedLine()
    media = tuple(Media("file", f"https://d/{number}{'x' * 3000}", name="名") for number in range(2))

    with pytest.raises(DeliveryError) as raised:
        await offer(line, monkeypatch, answer(is_reply=False, media=media))

    assert raised.value.is_permanent
    assert line.requests == []


async def test_nothing_is_handed_over_after_a_lost_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScriptedLine().stand_in(monkeypatch)

    async def lost() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await LineSender(SETTINGS).send(answer(is_reply=True), before_commit_point=lost)

    assert not line.requests


@pytest.mark.parametrize("text", ["あ" * 25_001, ""])
async def test_what_does_not_fit_and_what_says_nothing_never_leaves(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = ScriptedLine()

    with pytest.raises(DeliveryError) as raised:
        await offer(line, monkeypatch, answer(is_reply=False, text=text))

    assert raised.value.is_permanent
    assert not line.requests
