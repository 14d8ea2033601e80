"""Mail servers that are down, refuse or begin anew: nothing is lost, nothing is twice, and the desk says why."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.wakeups import OUTBOX
from app.outbox.models import OutboxEntry
from tests.support.arrivals import build_mail
from tests.support.dovecot import Dovecot, Mailbox
from tests.support.missing import require_program
from tests.support.network import found
from tests.support.office import Office, add_mailbox, open_office
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

MANY = 600
LONG_PATIENCE_SECONDS = 180

Delivery = dict[str, Any]


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """Nobody else's, so that it can be stopped."""
    require_program("dovecot", package="dovecot-imapd")
    server = Dovecot.create()
    yield server
    server.remove()


async def test_what_cannot_be_sent_waits_or_fails_and_says_why(office: Office) -> None:
    office.mailbox.deliver(build_mail())
    async with office.api(office.hanako_token) as api:
        await found(lambda: _numbers(api), lambda numbers: numbers == [1])

        office.smtp.pause()
        await _reply(api, text="つながらない間の返信")
        waiting = await found(lambda: _delivery(api), lambda delivery: delivery["error"] is not None)
        assert waiting["state"] == "queued"
        assert "このポートでは応答がありません。" in waiting["error"]

        office.smtp.start()
        await _half_a_minute_passes(office)
        assert (await found(lambda: _delivery(api), _is_settled))["state"] == "sent"

        office.smtp.refuse_recipients("*@example.com", "550 5.1.1 そのような人はいません")
        await _reply(api, text="届かない返信")
        failed = await found(lambda: _delivery(api), _is_settled)
        assert (failed["state"], failed["error"]) == ("failed", "550 5.1.1 そのような人はいません")
        assert len(office.smtp.received) == 1


async def test_mailboxes_recover_by_themselves_and_nothing_comes_twice(
    desk: ServedDesk, own_dovecot: Dovecot, smtp_server: RecordingSmtpServer
) -> None:
    mailbox = Mailbox(own_dovecot, own_dovecot.new_user())
    office = await open_office(desk, mailbox, smtp_server)
    channel_id = await add_mailbox(desk, mailbox, smtp_server)
    locked_out = Mailbox(own_dovecot, own_dovecot.new_user())
    locked_out_id = await add_mailbox(desk, locked_out, smtp_server, name="鍵違い", imap_password="wrong")
    mailbox.deliver(build_mail(mail_id="1@customer.example"))
    mailbox.deliver(build_mail(mail_id="", text="番号のないメール"))
    desk.start()
    async with office.api() as api:
        await found(lambda: _numbers(api), lambda numbers: numbers == [1, 2])
        refusal = await found(lambda: _last_error(api, locked_out_id), bool)
        assert "サーバーがこのユーザー名とパスワードを受け付けません。" in refusal

        own_dovecot.stop()
        await found(lambda: _last_error(api, channel_id), bool)
        mailbox.reset_uidvalidity()
        mailbox.deliver(build_mail(mail_id="2@customer.example"))
        own_dovecot.start()

        await found(lambda: _numbers(api), lambda numbers: numbers == [1, 2, 3])
        await found(lambda: _last_error(api, channel_id), lambda error: not error)
        await _many_arrive_while_the_desk_answers(api, office)


async def _many_arrive_while_the_desk_answers(api: AsyncClient, office: Office) -> None:
    for number in range(MANY):
        office.mailbox.deliver(build_mail(mail_id=f"many-{number}@customer.example", text=f"{number} 件目"))
    seen: set[int] = set()
    async with asyncio.timeout(LONG_PATIENCE_SECONDS):
        while max(seen, default=0) < MANY + 3:
            (await api.get("/tickets")).raise_for_status()
            seen.add(await _new_count(api))
    assert max(seen) == MANY + 3
    assert len(seen) > 2


async def _reply(api: AsyncClient, *, text: str) -> None:
    lock = (await api.put("/tickets/1/lock", json={})).json()
    ticket = (await api.get("/tickets/1")).json()
    reply = {"lock_token": lock["token"], "base_version": ticket["version"], "text": text}
    (await api.post("/tickets/1/replies", json=reply)).raise_for_status()


async def _delivery(api: AsyncClient) -> Delivery:
    """How the newest message is doing."""
    messages = (await api.get("/tickets/1/messages")).json()["items"]
    delivery: Delivery = messages[-1]["delivery"]
    return delivery


def _is_settled(delivery: Delivery) -> bool:
    return delivery["state"] not in ("queued", "sending")


async def _half_a_minute_passes(office: Office) -> None:
    """Until the next attempt is due."""
    async with office.desk.open() as opened, opened.database.transaction() as session:
        await session.execute(update(OutboxEntry).values(not_before=now()))
        wake_at_commit(session, OUTBOX)


async def _numbers(api: AsyncClient) -> list[int]:
    tickets = (await api.get("/tickets", params={"sort": "created_at"})).json()["items"]
    return sorted(ticket["number"] for ticket in tickets)


async def _new_count(api: AsyncClient) -> int:
    tabs = (await api.get("/tabs")).json()
    return next(int(tab["count"]) for tab in tabs if tab["key"] == "new")


async def _last_error(api: AsyncClient, channel_id: int) -> str:
    channels = (await api.get("/channels")).json()["items"]
    [error] = [channel["last_error"] for channel in channels if channel["id"] == channel_id]
    return error or ""
