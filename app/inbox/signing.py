"""Addresses that answer to whoever has them, for some minutes: a mail's frame sends no cookie."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.core.crypto import SecretBox
from app.tickets import attachments, remote_images


class Addresses(Protocol):
    def attachment(self, attachment_id: int, name: str) -> str: ...

    def image(self, url: str) -> str:
        """Of one that lies elsewhere, by way of us."""
        ...


@dataclass(frozen=True, slots=True)
class SignedAddresses:
    box: SecretBox
    at: datetime

    def attachment(self, attachment_id: int, name: str) -> str:
        return attachments.signed_url(self.box, attachment_id, name, self.at)

    def image(self, url: str) -> str:
        return remote_images.signed_url(self.box, url, self.at)


class NoAddresses:
    """On paper nobody follows one."""

    def attachment(self, attachment_id: int, name: str) -> str:
        return ""

    def image(self, url: str) -> str:
        return ""
