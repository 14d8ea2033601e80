"""Which mails a machine may answer (RFC 3834), and which invitations are in them."""

from datetime import UTC, datetime

import pytest

from connectors.email.parser import read
from connectors.findings import Invitation

INVITATION = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:打ち合わせ\\, 第2回
DTSTART;TZID={zone}:20261201T100000
DTEND;TZID={zone}:20261201T110000
LOCATION:会議室A
ORGANIZER;CN=山田:mailto:yamada@example.com
END:VEVENT
END:VCALENDAR"""


def _mail(*headers: str, sender: str = "taro@shop.example", body: str = "b") -> bytes:
    return "\r\n".join([f"From: {sender}", "To: support@example.jp", "Subject: a", *headers, "", body, ""]).encode()


def _invitation(zone: str) -> Invitation | None:
    text = INVITATION.format(zone=zone).replace("\n", "\r\n")
    return read(_mail("Content-Type: text/calendar; method=REQUEST; charset=utf-8", body=text)).invitation


def test_a_persons_mail_may_be_answered() -> None:
    assert read(_mail("Return-Path: <taro@shop.example>")).can_auto_reply


@pytest.mark.parametrize(
    "header",
    [
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "Precedence: list",
        "List-Id: <news.example>",
        "List-Unsubscribe: <https://news.example/off>",
        "X-Auto-Response-Suppress: OOF",
        "X-Loop: support@example.jp",
    ],
)
def test_what_asks_for_no_answer_gets_none(header: str) -> None:
    assert not read(_mail(header)).can_auto_reply


@pytest.mark.parametrize(
    "sender",
    [
        "no-reply@shop.example",
        "noreply+12@shop.example",
        "donotreply@shop.example",
        "do_not_reply@shop.example",
        "order.no-reply@shop.example",
        "MAILER-DAEMON@shop.example",
        "postmaster@shop.example",
        "owner-list@shop.example",
        "list-request@shop.example",
        "bounce-17@shop.example",
        "taro",
    ],
)
def test_nobody_is_not_answered(sender: str) -> None:
    assert not read(_mail(sender=sender)).can_auto_reply


@pytest.mark.parametrize("sender", ["norio@shop.example", "noriply@shop.example", "bouncer.taro@shop.example"])
def test_names_that_only_look_alike_are_persons(sender: str) -> None:
    assert read(_mail(sender=sender)).can_auto_reply


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Tokyo Standard Time"])
def test_an_invitation_is_read_with_its_instants(zone: str) -> None:
    assert _invitation(zone) == Invitation(
        method="request",
        summary="打ち合わせ, 第2回",
        when=f"2026-12-01 10:00 – 11:00 ({zone})",
        location="会議室A",
        organiser="山田 <yamada@example.com>",
        starts_at=datetime(2026, 12, 1, 1, 0, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, 2, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize("zone", ["Nowhere/Atall", "../../etc/passwd", "America", "posix", "Our own"])
def test_a_strange_zone_leaves_the_written_time(zone: str) -> None:
    invitation = _invitation(zone)

    assert invitation is not None
    assert invitation.starts_at is None
    assert invitation.when.startswith("2026-12-01 10:00")
