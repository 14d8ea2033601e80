from datetime import datetime
from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent, Role
from app.outbox import claim_queries
from tests.support.builders import (
    build_agent,
    build_channel,
    build_customer,
    build_message,
    build_team,
    build_ticket,
)
from tests.support.fixtures_web import Clients
from tests.support.replying import Desk, held

API = "/api/v1"


@pytest.fixture
def path(desk: Desk) -> str:
    return f"{API}/tickets/{desk.ticket_id}"


async def colleague(desk: Desk, clients: Clients, role: Role = Role.AGENT) -> AsyncClient:
    async with desk.database.transaction() as session:
        agent = await build_agent(session, name="佐藤 恵", role=role)
    return await clients.of(agent)


async def take(client: AsyncClient, path: str) -> str:
    return str((await client.put(f"{path}/lock")).json()["token"])


def reply(token: str, **fields: Any) -> dict[str, Any]:
    return {"lock_token": token, "base_version": 1, "text": "お送りします。", **fields}


async def test_the_lock_tells_who_holds_it_and_until_when(client: AsyncClient, agent: Agent, path: str) -> None:
    answer = await client.put(f"{path}/lock")

    lock = answer.json()
    assert answer.status_code == 200
    assert lock["holder"] == {"id": agent.id, "name": agent.name}
    held_for = datetime.fromisoformat(lock["expires_at"]) - datetime.fromisoformat(lock["taken_at"])
    assert 85 < held_for.total_seconds() < 95


async def test_another_agent_is_told_who_answers(
    desk: Desk, client: AsyncClient, clients: Clients, agent: Agent, path: str
) -> None:
    await take(client, path)
    other = await colleague(desk, clients)

    answer = await other.put(f"{path}/lock")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (423, "ticket_locked")
    assert problem["holder"] == {"id": agent.id, "name": agent.name}
    assert {"taken_at", "expires_at"} <= set(problem)
    assert agent.name in problem["detail"]


async def test_only_leads_take_over(desk: Desk, client: AsyncClient, clients: Clients, path: str) -> None:
    token = await take(client, path)
    other, lead = await colleague(desk, clients), await colleague(desk, clients, Role.LEAD)
    reason = {"reason": "至急"}

    refused = await other.post(f"{path}/lock/takeover", json=reason)
    taken = await lead.post(f"{path}/lock/takeover", json=reason)

    late = await client.post(f"{path}/replies", json=reply(token))
    assert (refused.status_code, taken.status_code) == (403, 200)
    assert (late.status_code, late.json()["holder"]["name"]) == (423, "佐藤 恵")


async def test_only_leads_release_the_lock_of_another(
    desk: Desk, client: AsyncClient, clients: Clients, path: str
) -> None:
    token = await take(client, path)
    other, lead = await colleague(desk, clients), await colleague(desk, clients, Role.LEAD)
    reason = {"reason": "早退"}

    refused = await other.post(f"{path}/lock/release", json=reason)
    wordless = await lead.post(f"{path}/lock/release", json={"reason": " "})
    released = await lead.post(f"{path}/lock/release", json=reason)

    renewal = await client.put(f"{path}/lock", json={"token": token})
    assert (refused.status_code, wordless.status_code, released.status_code) == (403, 422, 204)
    assert (renewal.status_code, renewal.json()["code"], renewal.json()["holder"]) == (423, "ticket_locked", None)
    lost = renewal.json()["lost"]
    assert (lost["kind"], lost["by"]["name"], lost["reason"]) == ("lock_released", "佐藤 恵", "早退")
    assert datetime.fromisoformat(lost["at"]).tzinfo is not None
    assert (await other.put(f"{path}/lock")).status_code == 200


async def test_a_lock_is_renewed_by_its_token(client: AsyncClient, path: str) -> None:
    token = await take(client, path)

    renewed = await client.put(f"{path}/lock", json={"token": token})
    wrong = await client.put(f"{path}/lock", json={"token": "another"})

    assert (renewed.status_code, renewed.json()["token"]) == (200, token)
    assert (wrong.status_code, wrong.json()["lost"]) == (423, None)


async def test_a_draft_is_kept_and_given_back(client: AsyncClient, path: str) -> None:
    body = {"text": "途中\x0bです", "to": ["half@"], "cc": [{"name": "", "address": "c"}], "has_colour": True}

    saved = await client.put(f"{path}/draft", json=body)
    found = await client.get(f"{path}/draft")
    gone = await client.delete(f"{path}/draft")

    assert (saved.status_code, gone.status_code) == (200, 204)
    assert found.json()["text"] == "途中です"
    assert found.json()["to"] == [{"name": "", "address": "half@"}]
    assert (found.json()["base_version"], "has_colour" in found.json()) == (1, False)
    assert (await client.get(f"{path}/draft")).status_code == 404


async def test_a_draft_keeps_the_version_of_its_first_save(desk: Desk, client: AsyncClient, path: str) -> None:
    await client.put(f"{path}/draft", json={"text": "a"})
    async with desk.database.transaction() as session:
        await build_message(session, await held(session, desk.ticket_id))

    kept = await client.put(f"{path}/draft", json={"text": "b"})
    moved = await client.put(f"{path}/draft", json={"text": "b", "base_version": 2})

    assert (kept.json()["base_version"], moved.json()["base_version"]) == (1, 2)


async def test_a_draft_of_more_than_a_mebibyte_is_too_large(client: AsyncClient, path: str) -> None:
    answer = await client.put(f"{path}/draft", json={"text": "あ" * 400_000})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_half_a_character_is_refused_and_breaks_nothing(client: AsyncClient, path: str) -> None:
    answer = await client.put(
        f"{path}/draft", content=b'{"text": "\\ud800"}', headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422


async def test_a_reply_answers_with_the_message(client: AsyncClient, agent: Agent, path: str) -> None:
    token = await take(client, path)

    answer = await client.post(f"{path}/replies", json=reply(token, next_status="done"))

    message = answer.json()
    assert answer.status_code == 201
    assert (message["kind"], message["text"]) == ("outbound", "お送りします。")
    assert message["author"] == {"id": agent.id, "name": agent.name}
    assert message["to"] == [{"name": "田中 一郎", "address": "tanaka@example.com"}]
    assert message["delivery"]["state"] == "queued"
    assert (await client.get(path)).json()["phase"] == "done"


async def test_the_same_key_is_one_reply(desk: Desk, client: AsyncClient, path: str) -> None:
    body, key = reply(await take(client, path)), {"Idempotency-Key": "one"}

    first = await client.post(f"{path}/replies", json=body, headers=key)
    again = await client.post(f"{path}/replies", json=body, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(await desk.entries()) == 1


async def test_a_stale_reply_is_told_what_is_new_and_its_draft_stays(
    desk: Desk, client: AsyncClient, path: str
) -> None:
    token = await take(client, path)
    await client.put(f"{path}/draft", json={"text": "お送りします。"})
    async with desk.database.transaction() as session:
        await build_message(session, await held(session, desk.ticket_id))

    answer = await client.post(f"{path}/replies", json=reply(token))

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["current_version"]) == (409, "ticket_changed", 2)
    [newer] = problem["newer"]
    assert (newer["kind"], newer["text"]) == ("inbound", "まだ届いていません。")
    assert (await client.get(f"{path}/draft")).json()["text"] == "お送りします。"


async def test_what_is_wrong_is_named_by_its_field(client: AsyncClient, path: str) -> None:
    token = await take(client, path)

    answer = await client.post(f"{path}/replies", json=reply(token, to=["nobody"]))

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["to"]


async def test_a_foreign_ticket_does_not_exist(desk: Desk, client: AsyncClient, path: str) -> None:
    entry_id = await desk.reply()
    async with desk.database.transaction() as session:
        await build_team(session, name="別", channels=[desk.channel])

    answers = [
        await client.put(f"{path}/lock"),
        await client.delete(f"{path}/lock"),
        await client.put(f"{path}/draft", json={"text": "a"}),
        await client.get(f"{path}/draft"),
        await client.post(f"{path}/replies", json=reply("x")),
        await client.post(f"{API}/outbox/{entry_id}/cancel"),
        await client.post(f"{API}/outbox/{entry_id}/resend"),
        await client.post(f"{API}/outbox/{entry_id}/settle", json={"as": "sent"}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert (await client.get(f"{API}/outbox")).json()["items"] == []


async def test_a_new_mail_opens_a_ticket_of_its_writer(desk: Desk, client: AsyncClient, agent: Agent) -> None:
    body = {
        "channel_id": desk.channel.id,
        "to": [{"name": "鈴木 花", "address": "suzuki@example.com"}],
        "subject": "ご案内",
        "text": "はじめまして。",
    }

    answer = await client.post(f"{API}/messages", json=body)

    ticket = answer.json()
    assert answer.status_code == 201
    assert (ticket["subject"], ticket["phase"]) == ("ご案内", "in_progress")
    assert ticket["assignee"]["id"] == agent.id
    assert ticket["customer"]["address"] == "suzuki@example.com"
    [message] = (await client.get(f"{API}/tickets/{ticket['number']}/messages")).json()["items"]
    assert message["delivery"]["state"] == "queued"


async def test_a_new_mail_that_was_taken_back_is_a_draft_and_thrown_away_leaves_no_ticket(
    desk: Desk, client: AsyncClient
) -> None:
    body = {"channel_id": desk.channel.id, "to": [{"name": "", "address": "suzuki@example.com"}], "text": "x"}
    number = (await client.post(f"{API}/messages", json={**body, "subject": "ご案内"})).json()["number"]
    [message] = (await client.get(f"{API}/tickets/{number}/messages")).json()["items"]
    path = f"{API}/tickets/{number}"

    await client.post(f"{API}/outbox/{message['delivery']['id']}/cancel")
    draft = (await client.get(f"{path}/draft")).json()
    waiting = (await client.get(path)).json()
    await client.delete(f"{path}/draft")
    thrown = (await client.get(path)).json()

    assert (draft["text"], draft["subject"]) == ("x", "ご案内")
    assert waiting["trashed_at"] is None
    assert thrown["trashed_at"] is not None


async def test_a_new_mail_leaves_only_by_a_channel_that_one_sees(desk: Desk, client: AsyncClient) -> None:
    async with desk.database.transaction() as session:
        hidden = await build_channel(session, name="別の窓口")
        await build_team(session, name="別", channels=[hidden])

    answer = await client.post(f"{API}/messages", json={"channel_id": hidden.id, "to": ["a@example.com"], "text": "a"})

    assert [error["field"] for error in answer.json()["errors"]] == ["channel_id"]


async def test_a_customer_of_whom_one_sees_nothing_cannot_be_written_to(desk: Desk, client: AsyncClient) -> None:
    async with desk.database.transaction() as session:
        hidden = await build_channel(session, name="別の窓口")
        await build_team(session, name="別", channels=[hidden])
        customer = await build_customer(session, name="小林 明", address="kobayashi@example.com")
        await build_ticket(session, channel=hidden, customer=customer)
    body = {"channel_id": desk.channel.id, "to": ["a@example.com"], "text": "a"}

    answer = await client.post(f"{API}/messages", json={**body, "customer_id": customer.id})
    own = await client.post(f"{API}/messages", json={**body, "customer_id": (await desk.ticket()).customer_id})

    assert [error["field"] for error in answer.json()["errors"]] == ["customer_id"]
    assert own.status_code == 201


async def test_cancelling_gives_the_text_back(desk: Desk, client: AsyncClient, path: str) -> None:
    token = await take(client, path)
    sent = await client.post(f"{path}/replies", json=reply(token, hold_seconds=60))

    answer = await client.post(f"{API}/outbox/{sent.json()['delivery']['id']}/cancel")

    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert (await client.get(f"{path}/draft")).json()["text"] == "お送りします。"


async def test_cancelling_too_late_is_already_sent(desk: Desk, client: AsyncClient, path: str) -> None:
    entry_id = await desk.reply()
    async with desk.database.transaction() as session:
        await claim_queries.claim_next(session)

    answer = await client.post(f"{API}/outbox/{entry_id}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "already_sent")
