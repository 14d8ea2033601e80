"""What the desk asks LINE: contents, profiles, the account; and the small signs in a talk."""

import pytest

from simulators.line import media
from simulators.line.media import Media
from simulators.line.problems import LineProblem
from simulators.line.rules import Rules
from tests.simulators.line.playing import Line
from tests.support.line_simulator import Clock


async def content(line: Line, number: str, what: str = "") -> tuple[int, bytes]:
    answer = await line.client.get(f"/v2/bot/message/{number}/content{what}")
    return answer.status_code, answer.content


async def test_what_was_uploaded_comes_back(line: Line) -> None:
    words = {"user": line.user, "kind": "file", "name": "見積.pdf"}
    sent = await line.client.post(
        "/simulator/media", params=words, content=b"%PDF", headers={"content-type": "application/pdf"}
    )
    message = sent.json()["events"][0]["message"]

    answer = await line.client.get(f"/v2/bot/message/{message['id']}/content")

    assert (message["fileName"], message["fileSize"]) == ("見積.pdf", 4)
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF", "application/pdf")


async def test_a_film_is_made_ready_first(line: Line, clock: Clock) -> None:
    number = (await line.act(message={"type": "video"}, size=200_000))["message"]["id"]

    early = await content(line, number)
    processing = await line.client.get(f"/v2/bot/message/{number}/content/transcoding")
    early_preview = await content(line, number, "/preview")
    clock.move(3)
    ready = await content(line, number)
    preview = await content(line, number, "/preview")
    succeeded = await line.client.get(f"/v2/bot/message/{number}/content/transcoding")

    assert (early[0], early_preview[0], processing.json()) == (202, 202, {"status": "processing"})
    assert (ready[0], len(ready[1])) == (200, 200_000)
    assert preview[1].startswith(b"\x89PNG")
    assert succeeded.json() == {"status": "succeeded"}


async def test_making_ready_can_fail(line: Line, clock: Clock) -> None:
    await line.set(is_transcoding_failing=True)
    number = (await line.act(message={"type": "audio"}))["message"]["id"]

    clock.move(3)

    answer = await line.client.get(f"/v2/bot/message/{number}/content/transcoding")
    assert answer.json() == {"status": "failed"}


async def test_contents_end(line: Line, clock: Clock) -> None:
    unsent = (await line.act(message={"type": "image"}))["message"]["id"]
    kept = (await line.act(message={"type": "image"}))["message"]["id"]
    forgotten = (await line.act(message={"type": "image"}))["message"]["id"]

    assert (await content(line, kept, "/preview"))[0] == 200
    await line.act("unsend", message_id=unsent)
    await line.client.post(f"/simulator/content/{forgotten}/forget")
    clock.move(7 * 24 * 3600)

    assert [(await content(line, number))[0] for number in (unsent, kept, forgotten, "1")] == [404, 410, 404, 404]


async def test_profiles_are_those_of_friends(line: Line) -> None:
    known = await line.client.get(f"/v2/bot/profile/{line.user}")
    picture = await line.client.get(known.json()["pictureUrl"])
    await line.act("unfollow")
    blocked = await line.client.get(f"/v2/bot/profile/{line.user}")

    assert known.json()["displayName"] == "はなこ"
    assert picture.content.startswith(b"\x89PNG")
    assert (blocked.status_code, blocked.json()) == (404, {"message": "Not found"})


async def test_profiles_can_be_out_of_reach(line: Line) -> None:
    await line.set(profile_status=500)

    one = await line.client.get(f"/v2/bot/profile/{line.user}")
    member = await line.client.get(f"/v2/bot/group/{line.group}/member/{line.user}")

    assert (one.status_code, member.status_code) == (500, 500)


async def test_a_group_tells_of_itself_and_its_members(line: Line) -> None:
    stranger = list(line.platform.people.persons)[2]

    summary = (await line.client.get(f"/v2/bot/group/{line.group}/summary")).json()
    member = (await line.client.get(f"/v2/bot/group/{line.group}/member/{line.user}")).json()
    outside = await line.client.get(f"/v2/bot/group/{line.group}/member/{stranger}")
    ids = (await line.client.get(f"/v2/bot/group/{line.group}/members/ids")).json()["memberIds"]
    await line.client.post(f"/v2/bot/group/{line.group}/leave")
    left = await line.client.get(f"/v2/bot/group/{line.group}/summary")

    assert (summary["groupId"], summary["groupName"]) == (line.group, "町内会の買い物係")
    assert (member["userId"], member["displayName"]) == (line.user, "はなこ")
    assert line.user in ids
    assert (outside.status_code, left.status_code) == (404, 404)


async def test_the_account_tells_of_itself(line: Line) -> None:
    await line.set(chat_mode="bot")

    info = (await line.client.get("/v2/bot/info")).json()

    assert info["displayName"] == "公式LINE"
    assert (info["chatMode"], info["markAsReadMode"]) == ("bot", "manual")
    assert info["basicId"].startswith("@")


async def test_loading_is_shown_until_the_answer(line: Line, clock: Clock) -> None:
    form = {"chatId": line.user, "loadingSeconds": 10}

    started = await line.client.post("/v2/bot/chat/loading/start", json=form)
    shown = await loading(line)
    clock.move(4)
    later = await loading(line)
    await line.push()

    assert (started.status_code, started.json()) == (202, {})
    assert (shown, later, await loading(line)) == (10, 6, 0)


async def loading(line: Line) -> float:
    answer = await line.client.get(f"/simulator/talks/{line.user}", params={"user": line.user})
    seconds: float = answer.json()["loading_seconds"]
    return seconds


@pytest.mark.parametrize("seconds", [4, 7, 65, "10"])
async def test_loading_lasts_five_to_sixty_seconds_in_fives(line: Line, seconds: object) -> None:
    form = {"chatId": line.user, "loadingSeconds": seconds}

    assert (await line.client.post("/v2/bot/chat/loading/start", json=form)).status_code == 400


async def test_loading_is_for_talks_of_two(line: Line) -> None:
    assert (await line.client.post("/v2/bot/chat/loading/start", json={"chatId": line.group})).status_code == 400


async def test_marks_as_read_reach_the_message_of_their_token(line: Line) -> None:
    first, _ = await line.say("一"), await line.say("二")
    token = first["message"]["markAsReadToken"]

    by_token = await line.client.post("/v2/bot/chat/markAsRead", json={"markAsReadToken": token})
    after_token = [bubble["is_read"] for bubble in await line.seen()]
    by_user = await line.client.post("/v2/bot/message/markAsRead", json={"chat": {"userId": line.user}})
    wrong = await line.client.post("/v2/bot/chat/markAsRead", json={"markAsReadToken": "x"})

    assert (by_token.status_code, by_user.status_code, wrong.status_code) == (200, 200, 400)
    assert after_token == [True, False]
    assert [bubble["is_read"] for bubble in await line.seen()] == [True, True]


async def test_a_group_sees_what_one_of_it_says(line: Line) -> None:
    others = list(line.platform.people.persons)

    await line.say("みなさん", chat=line.group)
    await line.push("はい", to=line.group)

    assert [bubble["message"]["text"] for bubble in await line.seen(user=others[1], chat=line.group)] == [
        "みなさん",
        "はい",
    ]
    assert await line.seen(user=others[2], chat=line.group) == []
    assert await line.seen() == []


async def test_what_is_not_there_is_not_found(line: Line) -> None:
    answer = await line.client.post("/v2/bot/message/broadcast", json={})

    assert (answer.status_code, answer.json()) == (404, {"message": "Not found"})


async def test_rules_that_make_no_sense_are_refused(line: Line) -> None:
    bad = await line.client.patch("/simulator/rules", json={"faults": {"failed": 2}})
    unknown = await line.client.patch("/simulator/rules", json={"gravity": 1})

    assert (bad.status_code, unknown.status_code) == (422, 422)
    assert bad.json()["message"].startswith("faults.failed: ")


async def test_a_reset_forgets_everything_but_the_credentials(line: Line) -> None:
    await line.set(quota={"used": 7})
    event = await line.say()
    await line.push()

    await line.client.post("/simulator/reset")

    assert (await line.accepted(), await line.deliveries(), await line.seen()) == ([], [], [])
    assert line.platform.rules.quota.used == 0
    assert (await line.reply(event["replyToken"])).status_code == 400
    assert (await line.push()).status_code == 200


def test_the_oldest_contents_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "KEPT_BYTES", 10)
    kept, rules = Media(Clock()), Rules()

    for name in ("first", "second", "third"):
        kept.keep(name, "file", b"12345")

    with pytest.raises(LineProblem):
        kept.get("first", rules)
    assert kept.get("second", rules).data == kept.get("third", rules).data == b"12345"
