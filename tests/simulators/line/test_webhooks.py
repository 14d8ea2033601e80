"""How webhooks reach the desk: signed, again after a failure, doubled, late and out of order on demand."""

import asyncio
import base64
import hashlib
import hmac
import json

import httpx

from simulators.line.platform import Platform
from simulators.line.program import create_app
from simulators.line.rules import Webhooks
from simulators.line.webhooks import MAX_CONNECTIONS
from tests.simulators.line.playing import Line, text
from tests.support.line_simulator import SECRET, WEBHOOK, Desk, credentials

AT_ONCE = {"redelivery_seconds": [0, 0], "shuffle_seconds": 0.02}


async def test_the_bytes_of_a_webhook_are_signed(line: Line, desk: Desk) -> None:
    await line.say("こんにちは🎣")

    [request] = desk.requests
    expected = base64.b64encode(hmac.new(SECRET.encode(), request.content, hashlib.sha256).digest()).decode()
    assert str(request.url) == WEBHOOK
    assert request.headers["x-line-signature"] == expected
    assert "こんにちは🎣" in request.content.decode()
    assert json.loads(request.content)["destination"] == line.platform.credentials.account.user_id


async def test_what_was_not_answered_with_200_comes_again(line: Line, desk: Desk) -> None:
    await line.set(webhooks=AT_ONCE)
    desk.statuses = [503, 500]

    await line.say()

    flags = [event["deliveryContext"]["isRedelivery"] for event in desk.events]
    [delivery] = await line.deliveries()
    assert flags == [False, True, True]
    assert len({event["webhookEventId"] for event in desk.events}) == 1
    assert len({event["replyToken"] for event in desk.events}) == 1
    assert delivery["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [503, 500, 200]


async def test_after_the_last_try_an_event_is_given_up(line: Line, desk: Desk) -> None:
    await line.set(webhooks=AT_ONCE)
    desk.statuses = [500] * 3

    await line.say()

    assert [delivery["state"] for delivery in await line.deliveries()] == ["given_up"]


async def test_without_redelivery_there_is_one_try(line: Line, desk: Desk) -> None:
    await line.set(webhooks={"is_redelivered": False})
    desk.statuses = [500]

    await line.say()

    assert len(desk.requests) == 1


async def test_copies_come_besides(line: Line, desk: Desk) -> None:
    form = {"acts": [{"type": "message", "message": text("二度")}], "copies": 2, "wait": True}

    await line.client.post("/simulator/webhooks", json=form)

    assert len(desk.events) == 3
    assert len({event["webhookEventId"] for event in desk.events}) == 1


async def test_a_share_of_the_bodies_is_doubled(line: Line, desk: Desk) -> None:
    await line.set(webhooks={"duplicated": 1})

    await line.say()

    assert len(desk.requests) == 2


async def test_several_events_are_one_body_or_each_its_own(line: Line, desk: Desk) -> None:
    acts = [{"type": "message", "message": text(str(number))} for number in range(3)]

    await line.client.post("/simulator/webhooks", json={"acts": acts, "wait": True})
    await line.client.post("/simulator/webhooks", json={"acts": acts, "is_separate": True, "wait": True})

    assert [len(body["events"]) for body in desk.bodies] == [3, 1, 1, 1]
    assert [event["message"]["text"] for event in desk.events] == ["0", "1", "2"] * 2


async def test_shuffled_bodies_overtake_each_other(line: Line, desk: Desk) -> None:
    await line.set(webhooks=AT_ONCE | {"is_shuffled": True})
    acts = [{"type": "message", "message": text(str(number))} for number in range(30)]

    await line.client.post("/simulator/webhooks", json={"acts": acts, "is_separate": True, "wait": True})

    order = [int(event["message"]["text"]) for event in desk.events]
    assert sorted(order) == list(range(30))
    assert order != sorted(order)


async def test_webhooks_can_be_switched_off(line: Line, desk: Desk) -> None:
    await line.set(webhooks={"is_active": False})

    await line.say()

    assert desk.requests == []
    assert [delivery["state"] for delivery in await line.deliveries()] == ["off"]
    assert (await line.client.get("/v2/bot/channel/webhook/endpoint")).json() == {"endpoint": WEBHOOK, "active": False}


async def test_raw_events_leave_as_they_are(line: Line, desk: Desk) -> None:
    odd = {"type": "teleported", "mode": "sideways", "深さ": [1, {"a": None}]}

    await line.client.post("/simulator/raw-webhooks?copies=1", json={"events": [odd, {}], "wait": True})

    assert [body["events"] for body in desk.bodies] == [[odd, {}]] * 2


async def test_a_desk_that_does_not_answer_in_time_is_asked_again() -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    platform = Platform(credentials(), client=httpx.AsyncClient(transport=httpx.MockTransport(never)))
    platform.rules.webhooks.redelivery_seconds = [0]

    delivery = platform.send([])
    await platform.courier.wait()
    await platform.close()

    assert [attempt.status for attempt in delivery.attempts] == [0, 0]
    assert "refused" in delivery.attempts[0].said
    assert delivery.state == "given_up"


async def test_the_test_of_the_webhook_is_sent_and_told(line: Line, desk: Desk) -> None:
    desk.statuses = [200, 401]

    good = (await line.client.post("/v2/bot/channel/webhook/test")).json()
    bad = (await line.client.post("/v2/bot/channel/webhook/test", json={"endpoint": WEBHOOK})).json()

    assert [body["events"] for body in desk.bodies] == [[], []]
    assert (good["success"], good["statusCode"], good["reason"], good["detail"]) == (True, 200, "OK", "200")
    assert (bad["success"], bad["statusCode"], bad["reason"]) == (False, 401, "ERROR_STATUS_CODE")
    assert good["timestamp"] == "2026-09-21T14:13:20.000Z"


async def test_the_test_of_the_webhook_tells_late_and_dead_desks_apart() -> None:
    for error, reason in ((httpx.ConnectError("refused"), "COULD_NOT_CONNECT"), (TimeoutError(), "REQUEST_TIMEOUT")):
        line = failing(error)

        told = (await line.client.post("/v2/bot/channel/webhook/test")).json()
        await line.platform.close()
        await line.client.aclose()

        assert (told["success"], told["statusCode"], told["reason"]) == (False, 0, reason)


def failing(error: Exception) -> Line:
    async def fail(request: httpx.Request) -> httpx.Response:
        raise error

    platform = Platform(credentials(), client=httpx.AsyncClient(transport=httpx.MockTransport(fail)))
    transport = httpx.ASGITransport(create_app(platform))
    headers = {"authorization": f"Bearer {platform.credentials.access_token}"}
    return Line(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers), platform)


async def test_the_address_of_the_webhook_can_be_set(line: Line, desk: Desk) -> None:
    new = "https://desk.example.jp/hooks/line/other"

    set_ = await line.client.put("/v2/bot/channel/webhook/endpoint", json={"endpoint": new})
    refused = await line.client.put("/v2/bot/channel/webhook/endpoint", json={"endpoint": "http://desk.example.jp/"})
    await line.say()

    assert (set_.status_code, refused.status_code) == (200, 400)
    assert [str(request.url) for request in desk.requests] == [new]


async def test_waiting_for_a_free_line_is_not_the_desks_time() -> None:
    """Each answer takes most of the time that the desk has; many at once are answered all the same."""

    open_lines = asyncio.Semaphore(MAX_CONNECTIONS)

    async def slowly(request: httpx.Request) -> httpx.Response:
        assert not open_lines.locked()
        async with open_lines:
            await asyncio.sleep(1)
        return httpx.Response(200)

    platform = Platform(credentials(), client=httpx.AsyncClient(transport=httpx.MockTransport(slowly)))
    platform.rules.webhooks = Webhooks(is_shuffled=True, shuffle_seconds=0, answer_seconds=2.5, redelivery_seconds=[])

    deliveries = [platform.send([]) for _ in range(3 * MAX_CONNECTIONS)]
    await platform.courier.wait()
    await platform.close()

    assert {delivery.state for delivery in deliveries} == {"delivered"}
