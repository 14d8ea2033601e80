"""Sample mails, settings and messages for the tests of the mail connector."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors.contracts import Address, InboundMessage, OutboundMessage
from connectors.email.parser import parse
from connectors.email.settings import EmailSettings, Security

FOLDER = Path(__file__).parents[2] / "support" / "mail"
NOON = datetime(2024, 1, 15, 3, 0, tzinfo=UTC)


def read_sample(name: str) -> InboundMessage:
    return parse((FOLDER / f"{name}.eml").read_bytes())


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in strings(item)]
    return [text for slot in getattr(value, "__slots__", ()) for text in strings(getattr(value, slot))]


def assert_storable(message: InboundMessage) -> None:
    for text in strings(message):
        assert "\0" not in text
        text.encode("utf-8")


def build_settings(**changes: Any) -> EmailSettings:
    values: dict[str, Any] = {
        "imap_host": "127.0.0.1",
        "imap_port": 1,
        "imap_security": Security.NONE,
        "imap_user": "support@example.jp",
        "imap_password": "imap-secret",
        "smtp_host": "127.0.0.1",
        "smtp_port": 1,
        "smtp_security": Security.NONE,
        "timeout": 60.0,
    }
    return EmailSettings(**{**values, **changes})


def build_message(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "message_id": "reply-1@desk.example.jp",
        "sender": Address("サポート窓口", "support@example.jp"),
        "to": (Address("山田 太郎", "taro@example.jp"),),
        "subject": "Re: ご注文について",
        "text": "お世話になっております。\n",
        "sent_at": NOON,
    }
    return OutboundMessage(**{**values, **changes})


def build_raw(subject: str = "hello", *, body: str = "text") -> bytes:
    return f"From: a@example.jp\r\nTo: b@example.jp\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()
