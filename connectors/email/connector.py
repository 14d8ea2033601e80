"""The kind `email`: IMAP in, SMTP out."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from connectors.contracts import FolderState, InboundMessage, Receiver, Sender
from connectors.email import quotes
from connectors.email.addresses import is_deliverable
from connectors.email.check import check
from connectors.email.parser import parse
from connectors.email.receiver import ImapReceiver
from connectors.email.sender import SmtpSender
from connectors.email.settings import EmailSettings, Security

SETTING_NAMES = frozenset(field.name for field in fields(EmailSettings))


class EmailConnector:
    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        return parse(raw, charset)

    def fold(self, text: str) -> tuple[int | None, int | None]:
        parts = quotes.split(text)
        return parts.quote_start, parts.signature_start

    def is_deliverable(self, address: str) -> bool:
        return is_deliverable(address)

    def receiver(self, settings: Mapping[str, Any]) -> Receiver:
        return ImapReceiver(read_settings(settings))

    def sender(self, settings: Mapping[str, Any]) -> Sender:
        return SmtpSender(read_settings(settings))

    async def check(self, settings: Mapping[str, Any]) -> FolderState:
        return await check(read_settings(settings))


def read_settings(settings: Mapping[str, Any]) -> EmailSettings:
    known = {name: value for name, value in settings.items() if name in SETTING_NAMES}
    for name in ("imap_security", "smtp_security"):
        known[name] = Security(known[name])
    return EmailSettings(**known)
