"""Every mail of tests/support/mail against the table beside it."""

import base64
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from connectors.contracts import Address, InboundMessage
from connectors.email.parser import read
from tests.connectors.email.samples import FOLDER, assert_storable, read_sample

EXPECTATIONS: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / "expectations.toml").read_text())
MAILS = sorted(path.stem for path in FOLDER.glob("*.eml"))
EVERY_NTH = 37


def written(address: Address | None) -> str:
    if address is None:
        return ""
    return f"{address.name} <{address.address}>" if address.name or not address.address else address.address


def content(expected: str) -> bytes:
    is_binary = expected.startswith("base64:")
    return base64.b64decode(expected.removeprefix("base64:")) if is_binary else expected.encode()


def lists(addresses: tuple[Address, ...]) -> list[str]:
    return [written(address) for address in addresses]


def reports(message: InboundMessage) -> list[list[str]]:
    about = message.report.recipients if message.report else ()
    return [[report.address, report.action, report.status, report.detail] for report in about]


SEEN: dict[str, Callable[[InboundMessage], Any]] = {
    "sender": lambda message: written(message.sender),
    "to": lambda message: lists(message.to),
    "cc": lambda message: lists(message.cc),
    "reply_to": lambda message: lists(message.reply_to),
    "sent_at": lambda message: message.sent_at.isoformat() if message.sent_at else "",
    "in_reply_to": lambda message: list(message.in_reply_to),
    "references": lambda message: list(message.references),
    "passages": lambda message: [[passage.text, passage.html] for passage in message.passages],
    "names": lambda message: [attachment.filename for attachment in message.attachments],
    "inline": lambda message: [attachment.filename for attachment in message.attachments if attachment.is_inline],
    "attachments": lambda message: [[each.filename, each.content_type, each.data] for each in message.attachments],
    "about": lambda message: message.report.message_id if message.report else None,
    "reports": reports,
}
"""What the table calls by another name, or writes in another form, than the message does."""


def seen(message: InboundMessage, what: str) -> Any:
    return SEEN[what](message) if what in SEEN else getattr(message, what)


def wanted(what: str, value: Any) -> Any:
    return [[name, kind, content(data)] for name, kind, data in value] if what == "attachments" else value


def test_every_mail_is_in_the_table_and_every_line_has_its_mail() -> None:
    assert sorted(EXPECTATIONS) == MAILS
    assert len(MAILS) >= 150


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_read_as_the_table_says(name: str) -> None:
    expected = {what: wanted(what, value) for what, value in EXPECTATIONS[name].items() if what != "why"}

    message = read_sample(name)

    assert {what: seen(message, what) for what in expected} == expected
    assert_storable(message)


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_cut_off_anywhere_is_storable(name: str) -> None:
    raw = (FOLDER / f"{name}.eml").read_bytes()

    for end in range(0, len(raw), EVERY_NTH):
        assert_storable(read(raw[:end]))


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_with_flipped_bits_is_storable(name: str) -> None:
    raw = (FOLDER / f"{name}.eml").read_bytes()

    for position in range(0, len(raw), EVERY_NTH):
        damaged = bytearray(raw)
        damaged[position] ^= 1 << position % 8
        assert_storable(read(bytes(damaged)))
