"""The tests' own SMTP server keeps what it gets and fails as told."""

import asyncio
from email.message import EmailMessage

import aiosmtplib
import pytest

from tests.support.certificates import Certificate
from tests.support.smtp import RecordingSmtpServer


async def send(server: RecordingSmtpServer, *, user: str | None = None, password: str | None = None) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.jp", "a@example.jp", "返信"
    message.set_content("本文")
    await aiosmtplib.send(
        message, hostname=server.host, port=server.port, start_tls=False, username=user, password=password
    )


async def test_what_is_sent_is_kept(smtp_server: RecordingSmtpServer) -> None:
    await send(smtp_server)

    [delivery] = await smtp_server.wait_for(1)
    assert (delivery.mail_from, delivery.rcpt_tos) == ("desk@example.jp", ["a@example.jp"])
    assert b"Subject" in delivery.raw
    assert delivery.was_accepted


@pytest.mark.parametrize("is_tls_at_once", [False, True])
async def test_tls_is_spoken_in_both_ways(
    smtp_server: RecordingSmtpServer, certificate: Certificate, is_tls_at_once: bool
) -> None:
    client = aiosmtplib.SMTP(
        hostname=smtp_server.host,
        port=smtp_server.tls_port if is_tls_at_once else smtp_server.port,
        use_tls=is_tls_at_once,
        start_tls=not is_tls_at_once,
        tls_context=certificate.client_context(),
    )
    async with client:
        await client.sendmail("desk@example.jp", ["a@example.jp"], b"Subject: x\r\n\r\ny\r\n")

    assert len(smtp_server.received) == 1


async def test_a_login_is_asked_for(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.require_login("desk", "right")

    with pytest.raises(aiosmtplib.SMTPSenderRefused):
        await send(smtp_server)
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await send(smtp_server, user="desk", password="wrong")
    await send(smtp_server, user="desk", password="right")


async def test_a_recipient_is_refused(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.refuse_recipients("a@*")

    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await send(smtp_server)
    assert smtp_server.received == []


async def test_a_message_is_refused(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.refuse_data("451 4.3.0 Later")

    with pytest.raises(aiosmtplib.SMTPDataError) as refusal:
        await send(smtp_server)
    assert refusal.value.code == 451
    assert not smtp_server.received[0].was_accepted


async def test_the_line_goes_dead_before_the_answer(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.drop_after_data()

    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(smtp_server)
    assert len(smtp_server.received) == 1


async def test_the_answer_waits(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.hold_answer()
    sending = asyncio.create_task(send(smtp_server))
    await smtp_server.wait_for(1)
    assert not sending.done()

    smtp_server.release_answer()

    await sending


async def test_a_paused_server_comes_back_on_its_port(smtp_server: RecordingSmtpServer) -> None:
    smtp_server.pause()
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await send(smtp_server)
    smtp_server.start()

    await send(smtp_server)
