from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now

EMAIL = "email"
PHONE = "phone"
LINE = "line"
CHAT = "chat"
FORM = "form"
API = "api"
FAILED_POLLS = 3
"""In a row: then people are warned."""
HOLD_SECONDS = 10
MAX_HOLD_SECONDS = 120


UTF_8 = "utf-8"
ISO_2022_JP = "iso-2022-jp"


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """Under which a mailbox may write: its own, or an alias of it."""

    name: str
    address: str


def addresses_of(name: str, address: str, settings: Mapping[str, Any]) -> tuple[OwnAddress, ...]:
    """Its own first. An alias without a name of its own bears the mailbox's."""
    aliases = settings.get("aliases", ())
    return (OwnAddress(name, address), *(OwnAddress(each["name"] or name, each["address"]) for each in aliases))


class Channel(Record):
    """One configured way in and out, such as the mailbox support@example.jp.

    `secrets` is encrypted; `settings` is what its kind needs beside that, and is never filtered by.
    """

    __tablename__ = "channels"

    kind: Mapped[str]
    name: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    secrets: Mapped[str] = mapped_column(default="", deferred=True)
    tokens: Mapped[str] = mapped_column(default="", deferred=True)
    """What tells of a consent (`consent`), encrypted. Apart from `secrets`, since a new one begins nothing anew."""
    tokens_expire_at: Mapped[datetime | None]
    consented_at: Mapped[datetime | None]
    consent_error: Mapped[str] = mapped_column(default="")
    """The provider's words when it took the consent back; somebody has to give it again."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    paused_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    """Nothing is fetched, and what is sent is kept as a file."""
    hold_seconds: Mapped[int] = mapped_column(default=HOLD_SECONDS)
    """For how long what is sent at the screen can be taken back; 0 sends it at once."""

    @property
    def own_addresses(self) -> tuple[OwnAddress, ...]:
        return addresses_of(self.name, self.address, self.settings)

    @property
    def charset(self) -> str:
        """What its mail is written in."""
        return str(self.settings.get("charset", UTF_8))

    @property
    def mail_channel_id(self) -> int | None:
        """The mailbox by which somebody is answered who came by this channel and left a mail address."""
        return self.settings.get("mail_channel_id")

    @property
    def keeps_copies(self) -> bool:
        """Whether what was sent is also put into a folder of the mailbox."""
        return bool(self.settings.get("sent_copies")) and not self.is_demo

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class ChannelFolder(Record):
    """How far one folder of a mailbox has been read; moves only by a conditional UPDATE (MODEL 31)."""

    __tablename__ = "channel_folders"
    constraints = (UniqueConstraint("channel_id", "folder"),)

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    folder: Mapped[str]
    uidvalidity: Mapped[int | None]
    uid: Mapped[int] = mapped_column(default=0)
    on_server: Mapped[int] = mapped_column(default=0)
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    last_error_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Polls in a row that failed."""
    compared_at: Mapped[datetime | None]
    missing: Mapped[int] = mapped_column(default=0)
    """What the last comparison with the server found there and not here."""
    begins_at: Mapped[datetime | None]
    """Older mail stays on the server; None: all that is there is taken in."""
    begin_uid: Mapped[int] = mapped_column(default=0)
    """The newest message when the folder was first opened: what is older than `begins_at` up to here is history."""
    floor_uid: Mapped[int] = mapped_column(default=0)
    """Up to here nothing is fetched."""
