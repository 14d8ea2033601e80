"""What users do, and the events that tell of it."""

import re
from typing import Any

import pytest

from simulators.line.contents import STICKERS
from simulators.line.events import KNOWN, REPLYABLE, WITHOUT_SOURCE
from simulators.line.people import Person
from tests.simulators.line.playing import Line, text
from tests.support.line_simulator import Clock, Desk

ULID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


@pytest.mark.parametrize("kind", KNOWN)
async def test_every_event_has_what_line_gives_it(line: Line, clock: Clock, kind: str) -> None:
    said = await line.say()

    event = await line.act(kind, message_id=said["message"]["id"])

    assert (event["type"], event["mode"], event["timestamp"]) == (kind, "active", int(clock.now * 1000))
    assert ULID.fullmatch(event["webhookEventId"])
    assert event["deliveryContext"] == {"isRedelivery": False}
    assert ("replyToken" in event) == (kind in REPLYABLE)
    assert ("source" in event) == (kind not in WITHOUT_SOURCE)


async def test_later_events_have_greater_ids(line: Line, clock: Clock) -> None:
    first = await line.say()
    clock.move(1)

    assert (await line.say())["webhookEventId"] > first["webhookEventId"]


async def test_in_standby_there_is_nothing_to_reply_to(line: Line) -> None:
    await line.set(webhooks={"mode": "standby"})

    event = await line.say()

    assert event["mode"] == "standby"
    assert "replyToken" not in event


async def test_a_text_names_whom_it_mentions(line: Line) -> None:
    other = line.platform.people.persons[line.platform.people.groups[line.group].members[1]]

    event = await line.say(f"🎣 @{other.name} と @公式LINE へ", chat=line.group)

    place = 3 + len(f"@{other.name} と ".encode("utf-16-le")) // 2
    assert {
        "index": 3,
        "length": len(f"@{other.name}".encode("utf-16-le")) // 2,
        "type": "user",
        "userId": other.id,
        "isSelf": False,
    } in event["message"]["mention"]["mentionees"]
    assert [each["index"] for each in event["message"]["mention"]["mentionees"] if each.get("isSelf")] == [place]
    assert event["source"] == {"type": "group", "groupId": line.group, "userId": line.user}


async def test_a_text_carries_emoji_and_a_quote(line: Line) -> None:
    emoji = {"index": 0, "length": 7, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    first = await line.say()

    event = await line.act(message={"type": "text", "text": "(smile)", "emojis": [emoji]}, quote=first["message"]["id"])

    assert event["message"]["emojis"] == [emoji]
    assert event["message"]["quotedMessageId"] == first["message"]["id"]
    assert event["message"]["quoteToken"] != first["message"]["quoteToken"]


async def test_a_desk_can_quote_what_a_user_said(line: Line) -> None:
    said = await line.say("いつ届きますか")

    await line.send(text("明日です") | {"quoteToken": said["message"]["quoteToken"]})

    assert [bubble["quoted_id"] for bubble in await line.seen()] == [None, said["message"]["id"]]


async def test_a_sticker_has_its_words(line: Line) -> None:
    sticker = next(iter(STICKERS))

    event = await line.act(message={"type": "sticker", "stickerId": sticker})

    assert event["message"]["keywords"] == STICKERS[sticker][1]
    assert event["message"]["packageId"] == STICKERS[sticker][0]
    assert event["message"]["stickerResourceType"] == "STATIC"


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ({"type": "location"}, {"title", "address", "latitude", "longitude"}),
        ({"type": "location", "latitude": 1.5, "longitude": 2.5}, {"latitude", "longitude"}),
        ({"type": "file", "fileName": "見積.pdf"}, {"fileName", "fileSize"}),
        ({"type": "video"}, {"contentProvider", "duration", "quoteToken"}),
        ({"type": "audio", "duration": 900}, {"contentProvider", "duration"}),
        ({"type": "hologram", "depth": 3}, {"depth"}),
    ],
)
async def test_each_kind_of_message_has_its_fields(line: Line, message: dict[str, Any], names: set[str]) -> None:
    event = await line.act(message=message)

    assert set(event["message"]) == names | {"type", "id", "markAsReadToken"}


async def test_pictures_that_are_sent_together_are_a_set(line: Line) -> None:
    for number in (1, 2):
        words = {"user": line.user, "set_id": "s", "set_index": number, "set_total": 2}
        await line.client.post("/simulator/media", params=words, content=b"picture")
    await line.platform.courier.wait()

    found = [bubble["message"]["imageSet"] for bubble in await line.seen()]
    assert found == [{"id": "s", "index": number, "total": 2} for number in (1, 2)]


async def test_unsending_takes_the_words_away(line: Line, desk: Desk) -> None:
    said = await line.say("間違えました")

    event = await line.act("unsend", message_id=said["message"]["id"])

    [bubble] = await line.seen()
    assert event["unsend"] == {"messageId": said["message"]["id"]}
    assert (bubble["is_unsent"], bubble["message"]) == (True, {})


async def test_blocking_and_coming_back(line: Line) -> None:
    new = line.platform.people.add(Person("U" + "a" * 32, "新人", is_friend=False))

    added = await line.act("follow", user=new.id)
    left = await line.act("unfollow", user=new.id)
    back = await line.act("follow", user=new.id)

    assert added["follow"] == {"isUnblocked": False}
    assert "replyToken" not in left
    assert back["follow"] == {"isUnblocked": True}
    assert new.hears


async def test_groups_change_with_who_joins_and_leaves(line: Line) -> None:
    group = line.platform.people.groups[line.group]
    stranger = next(each for each in line.platform.people.persons if each not in group.members)

    joined = await line.act("memberJoined", user=stranger, chat=line.group)
    count = (await line.client.get(f"/v2/bot/group/{line.group}/members/count")).json()
    await line.act("memberLeft", user=stranger, chat=line.group)

    assert joined["joined"] == {"members": [{"type": "user", "userId": stranger}]}
    assert count == {"count": 3}
    assert stranger not in group.members


async def test_a_room_is_a_source_of_its_own(line: Line) -> None:
    room = (await line.client.post("/simulator/groups", json={"is_room": True})).json()["id"]

    event = await line.say(chat=room)

    assert event["source"] == {"type": "room", "roomId": room, "userId": line.user}


async def test_what_is_put_over_an_event_wins(line: Line) -> None:
    event = await line.act("thought", fields={"thought": {"about": "tea"}}, event_id="01X", timestamp=5)

    assert (event["type"], event["thought"], event["webhookEventId"]) == ("thought", {"about": "tea"}, "01X")
    assert event["timestamp"] == 5


async def test_nobody_speaks_for_somebody_unknown(line: Line) -> None:
    form = {"acts": [{"type": "message", "user": "U0", "message": text("x")}]}

    assert (await line.client.post("/simulator/webhooks", json=form)).status_code == 404
