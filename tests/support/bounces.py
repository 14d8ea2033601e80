"""What mail servers send back."""

from collections.abc import Mapping

from tests.support.arrivals import build_mail

FAILED, DELAYED, DELIVERED = "failed", "delayed", "delivered"
NOBODY_THERE = "550 5.1.1 no such user"


def build_report(
    about: str,
    actions: Mapping[str, str],
    *,
    mail_id: str = "bounce-1@mx.example.com",
    words: str = NOBODY_THERE,
    original: str = "",
    sender: str = "MAILER-DAEMON@mx.example.com",
) -> bytes:
    """A delivery status notification (RFC 3464) with an action for each recipient, about a mail of this id."""
    lines = [
        f"From: Mail Delivery System <{sender}>",
        "To: support@example.jp",
        "Subject: Delivery Status Notification",
        f"Message-ID: <{mail_id}>",
        "Date: Mon, 02 Nov 2026 10:00:00 +0900",
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I am the mail system.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.com",
        "",
    ]
    for address, action in actions.items():
        lines += [f"Original-Recipient: rfc822;{original}"] if original else []
        lines += [f"Final-Recipient: rfc822;{address}", f"Action: {action}", "Status: 5.1.1"]
        lines += [f"Diagnostic-Code: smtp; {words}", ""]
    lines += ["--b", "Content-Type: text/rfc822-headers", "", f"Message-ID: <{about}>", "Subject: a", "--b--", ""]
    return "\r\n".join(lines).encode()


def build_plain_bounce(about: str, *, text: str = "Your message could not be delivered.") -> bytes:
    """As servers write that know no standard: it only refers to the mail."""
    mail = build_mail(
        mail_id="bounce-2@old.example.com",
        sender="MAILER-DAEMON@old.example.com",
        subject="Returned mail: User unknown",
        text=text,
        in_reply_to=about,
    )
    return b"Return-Path: <>\r\n" + mail
