"""A letter leaves with all of its fields filled, or not at all (C2)."""

from typing import Any

import pytest
from httpx import AsyncClient

from app.letters.models import LetterFrame
from app.tickets import queries as ticket_queries
from tests.support.replying import Desk

API = "/api/v1"


async def _post(desk: Desk, client: AsyncClient, text: str, **fields: object) -> tuple[int, dict[str, Any]]:
    path = f"{API}/tickets/{desk.ticket_id}"
    token = (await client.put(f"{path}/lock")).json()["token"]
    answer = await client.post(f"{path}/replies", json={"lock_token": token, "base_version": 1, "text": text, **fields})
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "text", ["{{会社名}}様", "{{customer.department}}", "{{知らない項目}}", "{{記入:日付}}", "{{会社名"]
)
async def test_an_empty_or_unknown_field_stops_the_send(desk: Desk, client: AsyncClient, text: str) -> None:
    status, problem = await _post(desk, client, f"お世話になっております。\n{text}")

    [error] = problem["errors"]
    assert (status, problem["code"], error["field"]) == (422, "invalid", "text")
    assert text.removesuffix("様") in error["message"]
    assert await desk.entries() == []


async def test_what_is_known_is_filled_and_escapes_are_taken_out(desk: Desk, client: AsyncClient) -> None:
    text = "{{宛名}}\n番号は{{案件番号}}です。書き方は \\{{名前}} です。\n\n> {{お客様名}} と表示されます\n"

    status, message = await _post(desk, client, text)

    assert status == 201
    assert message["text"] == (
        f"田中 一郎 様\n番号は{desk.ticket_id}です。書き方は {{{{名前}}}} です。\n\n> {{{{お客様名}}}} と表示されます\n"
    )


async def test_a_subject_must_be_filled_too(desk: Desk, client: AsyncClient) -> None:
    wrong, problem = await _post(desk, client, "本文", subject="{{会社名}}様")
    right, message = await _post(desk, client, "本文", subject="{{お客様名}} {{敬称}}へ")

    assert (wrong, problem["errors"][0]["field"]) == (422, "subject")
    assert (right, message["subject"]) == (201, "田中 一郎 様へ")


async def test_a_new_mail_knows_its_own_number_and_whom_it_is_to(desk: Desk, client: AsyncClient) -> None:
    mail = {"channel_id": desk.channel.id, "to": [{"name": "佐藤", "address": "sato@example.com"}]}

    sent = await client.post(
        f"{API}/messages", json={**mail, "subject": "#{{案件番号}}", "text": "{{宛名}} #{{案件番号}}"}
    )
    stopped = await client.post(f"{API}/messages", json={**mail, "subject": "件名", "text": "{{会社名}}"})

    number = sent.json()["number"]
    messages = (await client.get(f"{API}/tickets/{number}/messages")).json()["items"]
    assert (sent.status_code, sent.json()["subject"]) == (201, f"#{number}")
    assert [message["text"] for message in messages] == [f"佐藤 様 #{number}"]
    assert (stopped.status_code, stopped.json()["errors"][0]["field"]) == (422, "text")


async def test_values_go_into_html_as_text(desk: Desk, client: AsyncClient) -> None:
    async with desk.database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, desk.ticket_id)
        assert ticket is not None
        ticket.customer.company = "A & <B>"
    quoted = "<blockquote>{{x}}</blockquote>"

    wrong, problem = await _post(desk, client, "本文", html="<p>{{部署}}</p>")
    right, message = await _post(desk, client, "本文", html=f"<p>{{{{会社名}}}}</p>{quoted}")

    assert (wrong, problem["errors"][0]["field"]) == (422, "html")
    assert right == 201
    assert "A &amp; &lt;B&gt;" in str(message["html"])
    assert quoted in str(message["html"])


async def test_a_signature_without_a_mark_is_known_for_one(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        session.add(LetterFrame(channel_id=desk.channel.id, signature="{{窓口名}}\n{{担当者名}}"))
    lock = await desk.take()

    text = "お送りします。\n\nお問い合わせ窓口\n山田 花子\n\n2026年11月2日 10:00 田中 様:\n> まだですか"
    message = await desk.send(lock.token, text=text)

    assert message.signature_start == text.index("お問い合わせ窓口")
    assert message.quote_start == text.index("2026年")
