"""A visitor leaves their address and goes: the answer comes by a real mail, and theirs joins the same ticket."""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest_asyncio
from httpx import AsyncClient

from app.channels import queries as channel_queries
from app.channels.chat_forms import FRESH, ChatForm
from app.channels.chat_service import create_chat
from app.channels.models import Channel
from tests.support.arrivals import build_mail
from tests.support.network import PATIENCE_SECONDS, eventually
from tests.support.office import ADDRESS, Office
from tests.support.smtp import Delivery
from tests.support.visiting import BrowserOfVisitor

MAIL = "taro@example.com"
QUESTION, ANSWER = "荷物が届きません。", "本日発送しました。"
THANKS, LAST = "受け取りました。", "何よりです。"


@pytest_asyncio.fixture
async def chat(office: Office) -> Channel:
    """Nobody is at the desk: its visitors are answered by mail."""
    async with office.desk.open() as opened, opened.database.transaction() as session:
        [mailbox] = [each.id for each in await channel_queries.list_channels(session) if each.kind == "email"]
        form = ChatForm(**FRESH, name="サイトのチャット", mail_channel_id=mailbox)
        return await create_chat(session, form, opened.box)


async def test_a_chat_goes_on_by_mail_in_both_directions(office: Office, chat: Channel) -> None:
    async with AsyncClient(base_url=office.desk.address, timeout=PATIENCE_SECONDS) as client, office.api() as api:
        await _ask(BrowserOfVisitor(client, chat))
        await eventually(lambda: _is_there(api, QUESTION), what="the visitor's words on a ticket")
        number = (await _tickets(api))[0]["number"]

        await _answer(api, number, ANSWER)
        [first] = await office.smtp.wait_for(1)
        mail = _mail(first)
        office.mailbox.deliver(_reply_to(mail))
        await eventually(lambda: _is_there(api, THANKS), what="the customer's mail on the same ticket")
        await _answer(api, number, LAST)
        _, second = await office.smtp.wait_for(2)

        tickets = await _tickets(api)

    assert [ticket["number"] for ticket in tickets] == [number]
    assert first.rcpt_tos == second.rcpt_tos == [MAIL]
    assert (ANSWER in _text(mail), f"> {QUESTION}" in _text(mail), f"#{number}" in mail["Subject"]) == (True,) * 3
    assert mail["Auto-Submitted"] is None
    assert LAST in _text(_mail(second))
    assert f"#{number}" in _mail(second)["Subject"]


async def _ask(visitor: BrowserOfVisitor) -> None:
    await visitor.visit()
    await visitor.say(QUESTION)
    left = await visitor.post("contact", {"name": "太郎", "mail": MAIL})
    assert left.status_code == 204, left.text


async def _tickets(api: AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.get("/tickets")).json()["items"]
    return found


async def _is_there(api: AsyncClient, words: str) -> bool:
    for ticket in await _tickets(api):
        messages = (await api.get(f"/tickets/{ticket['number']}/messages")).json()["items"]
        if any(words in message["text"] for message in messages):
            return True
    return False


async def _answer(api: AsyncClient, number: int, text: str) -> None:
    ticket = (await api.get(f"/tickets/{number}")).json()
    lock = (await api.put(f"/tickets/{number}/lock")).json()
    form = {"lock_token": lock["token"], "base_version": ticket["version"], "text": text}
    sent = await api.post(f"/tickets/{number}/replies", json=form)
    assert sent.status_code == 201, sent.text


def _reply_to(mail: EmailMessage) -> bytes:
    mail_id = str(mail["Message-ID"]).strip("<>")
    return build_mail(
        mail_id="thanks@customer.example",
        sender=f"太郎 <{MAIL}>",
        to=ADDRESS,
        subject=f"Re: {mail['Subject']}",
        text=THANKS,
        in_reply_to=mail_id,
        references=[mail_id],
    )


def _mail(delivery: Delivery) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(delivery.raw)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return str(body.get_content())
