"""Questions to people without an account: one mail, one link, one question, one answer."""

import re
from datetime import timedelta

import pytest
import pytest_asyncio
import time_machine
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox, hash_token
from app.core.database import Database
from app.escalations import guest_routes
from app.outbox import lending
from app.outbox.delivery import deliver
from app.outbox.models import OutboxEntry
from app.tickets.message_models import Attachment, Message, MessageKind
from app.web.rates import Rate
from connectors.contracts import OutboundMessage
from tests.support.asking import ask, find, list_kinds, list_notes, make_ticket
from tests.support.fixtures_web import Clients
from tests.support.senders import RecordingSender
from tests.support.sending import claim

GUEST = {"name": "外部 太郎", "address": "taro@maker.example"}


async def _mailed(database: Database, blobs: BlobStore, box: SecretBox) -> OutboundMessage:
    """What left last."""
    lending.use(box)
    sender = RecordingSender()
    await deliver(database, blobs, await claim(database), lambda _: sender)
    return sender.sent[-1]


def _path(mail: OutboundMessage) -> str:
    [token] = re.findall(r"/asked/([\w-]+)", mail.text)
    return f"/asked/{token}"


@pytest_asyncio.fixture
async def guest(clients: Clients) -> AsyncClient:
    return await clients.nobody()


async def test_a_guest_is_asked_by_one_mail_and_answers_once_with_files(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, guest: AsyncClient, agent: Agent
) -> None:
    number = await make_ticket(database, subject="秘密の件名")
    asked = await ask(await clients.of(agent), number, guest=GUEST)
    mail = await _mailed(database, blobs, box)
    path = _path(mail)

    page = await guest.get(path)
    sent = await guest.post(
        path, data={"text": "在庫は\r\nあります"}, files={"files": ("在庫.txt", b"10", "text/plain")}
    )
    twice = await guest.post(path, data={"text": "もう一度"})

    assert [each.address for each in mail.to] == ["taro@maker.example"]
    assert ("秘密" in mail.subject + mail.text, mail.references, mail.in_reply_to, mail.is_automatic) == (
        False,
        (),
        "",
        False,
    )
    assert ("この型番は在庫がありますか。" in page.text, "秘密" in page.text, "請求書" in page.text) == (
        True,
        False,
        False,
    )
    assert (page.headers["x-robots-tag"], page.headers["referrer-policy"]) == ("noindex, nofollow", "no-referrer")
    assert "set-cookie" not in page.headers
    assert sent.status_code == 200
    assert (twice.status_code, "もう一度" in twice.text, "型番" in twice.text) == (410, True, False)
    kept = await find(database, asked["id"])
    assert (kept.outcome, kept.answer, kept.ended_by_id) == ("answered", "在庫は\nあります", None)
    assert [each.text for each in await list_notes(database, number)][1:] == ["在庫は\nあります"]
    async with database.reading() as session:
        statement = select(Attachment.name).where(Attachment.message_id == kept.answer_message_id)
        assert (await session.scalars(statement)).all() == ["在庫.txt"]


async def test_the_secret_of_the_link_stands_nowhere_in_the_database(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, agent: Agent
) -> None:
    number = await make_ticket(database)
    mine = await clients.of(agent)
    asked = await ask(mine, number, guest=GUEST)

    token = _path(await _mailed(database, blobs, box)).removeprefix("/asked/")

    shown = (await mine.get(f"/api/v1/tickets/{number}/messages")).text
    async with database.reading() as session:
        mails = (await session.scalars(select(Message).where(Message.kind == MessageKind.OUTBOUND))).all()
    assert token not in shown + "".join(f"{each.text}{each.html}{each.extras}" for each in mails)
    assert (await find(database, asked["id"])).token_hash == hash_token(token)


@pytest.mark.parametrize("act", ["withdraw", "close", "answer"])
async def test_a_link_leads_nowhere_after_the_question_is_over(
    database: Database,
    blobs: BlobStore,
    box: SecretBox,
    clients: Clients,
    guest: AsyncClient,
    agent: Agent,
    act: str,
) -> None:
    number, mine = await make_ticket(database), await clients.of(agent)
    asked = await ask(mine, number, guest=GUEST)
    path = _path(await _mailed(database, blobs, box))
    body = {"answer": "電話で聞きました"} if act == "answer" else {}

    ended = await mine.post(f"/api/v1/escalations/{asked['id']}/{act}", json=body)
    page, late = await guest.get(path), await guest.post(path, data={"text": "遅れました"})

    assert ended.status_code == 200
    assert [(each.status_code, "型番" in each.text) for each in (page, late)] == [(410, False), (410, False)]
    assert len(await list_notes(database, number)) == (2 if act == "answer" else 1)


async def test_a_link_ends_after_a_month(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, guest: AsyncClient, agent: Agent
) -> None:
    number = await make_ticket(database)
    await ask(await clients.of(agent), number, guest=GUEST)
    path = _path(await _mailed(database, blobs, box))

    with time_machine.travel(now() + timedelta(days=31), tick=False):
        page = await guest.get(path)

    assert page.status_code == 410


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 5000, "%00", "..%2f..%2fetc"])
async def test_a_token_of_nobody_is_not_found(database: Database, guest: AsyncClient, token: str) -> None:
    answers = [await guest.get(f"/asked/{token}"), await guest.post(f"/asked/{token}", data={"text": "?"})]

    assert {each.status_code for each in answers} <= {404, 422}


async def test_a_guest_asks_back_and_gets_a_new_link(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, guest: AsyncClient, agent: Agent
) -> None:
    number, mine = await make_ticket(database), await clients.of(agent)
    asked = await ask(mine, number, guest={**GUEST, "locale": "en"})
    first = _path(await _mailed(database, blobs, box))

    await guest.post(first, data={"text": "Which model?", "act": "return"})
    again = await mine.post(f"/api/v1/escalations/{asked['id']}/question", json={"comment": "A-100"})
    mail = await _mailed(database, blobs, box)
    old, new = await guest.get(first), await guest.get(_path(mail))

    assert (again.json()["state"], again.json()["returned_count"]) == ("open", 1)
    assert ("A-100" in mail.text, "asks you" in mail.text) == (True, True)
    assert (old.status_code, new.status_code) == (404, 200)
    assert ("Which model?" in new.text, "A-100" in new.text) == (True, True)
    assert await list_kinds(database, number) == [
        "escalated",
        "escalation_mailed",
        "escalation_returned",
        "escalation_mailed",
        "escalation_asked_again",
    ]


async def test_only_what_was_attached_to_the_question_is_given_out(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, guest: AsyncClient, agent: Agent
) -> None:
    number, mine = await make_ticket(database), await clients.of(agent)
    uploads = [
        (await mine.post("/api/v1/attachments", files={"file": (name, b"x", "text/plain")})).json()["id"]
        for name in ("見せる.txt", "見せない.txt")
    ]
    await ask(mine, number, guest=GUEST, attachment_ids=uploads[:1])

    page = await guest.get(_path(await _mailed(database, blobs, box)))
    [url] = re.findall(r'href="(/attachments/[^"]+)"', page.text)

    assert (await guest.get(url.replace("&amp;", "&"))).content == b"x"
    assert (await guest.get(f"/attachments/{uploads[1]}/x")).status_code == 303
    assert "見せない" not in page.text


async def test_without_a_mailbox_nobody_outside_is_asked(database: Database, clients: Clients, agent: Agent) -> None:
    number, mine = await make_ticket(database), await clients.of(agent)
    async with database.transaction() as session:
        for channel in await session.scalars(select(Channel).order_by(Channel.id)):
            channel.paused_at = now()

    answer = await mine.post(
        f"/api/v1/tickets/{number}/escalations", json={"guest": GUEST, "reason": "legal", "question": "?"}
    )

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "guest")
    async with database.reading() as session:
        assert (await session.scalars(select(OutboxEntry))).all() == []


async def test_who_tries_very_often_waits(
    database: Database, guest: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_routes, "LOOKED_AT", Rate("asked page", 2, timedelta(minutes=10)))

    answers = [(await guest.get("/asked/x")).status_code for _ in range(3)]

    assert answers == [404, 404, 429]
