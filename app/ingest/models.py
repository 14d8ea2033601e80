from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record
from app.core.clock import now
from app.tickets.models import Origin


class RawState(StrEnum):
    REFUSED = "refused"
    """The server has it and would not give it out; asked for again, no bytes yet."""
    STORED = "stored"
    DIGESTED = "digested"
    UNREADABLE = "unreadable"
    SET_ASIDE = "set_aside"
    ERASED = "erased"


IS_STORED = text("state = 'stored'")


class RawMessage(Record):
    """The bytes as they came, stored before anything looks at them (A1).

    `source_hash` is the place they lay in: channel, folder, UIDVALIDITY and UID, or a webhook's event id. `blob` is
    empty while the server refuses a message that it has, and stays so when it refused `refusals` times; `error` then
    has its words. `attempts` counts claims, those too whose process was killed; `failures` those that raised.
    """

    __tablename__ = "raw_messages"
    constraints = (
        Index("ix_raw_messages_stored", "origin", "id", sqlite_where=IS_STORED, postgresql_where=IS_STORED),
        Index("ix_raw_messages_channel_id_state", "channel_id", "state"),
    )

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    folder: Mapped[str] = mapped_column(default="")
    uidvalidity: Mapped[int | None]
    uid: Mapped[int | None]
    source_hash: Mapped[str] = mapped_column(unique=True)
    blob: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    packed: Mapped[str | None]
    """Instead of a blob the bytes themselves, in base64: of an event, which is stored before it is answered."""
    received_at: Mapped[datetime]
    stored_at: Mapped[datetime] = mapped_column(default=now)
    origin: Mapped[Origin] = mapped_column(default=Origin.LIVE)
    state: Mapped[RawState] = mapped_column(default=RawState.STORED)
    parser_version: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    claim_expires: Mapped[float | None]
    claim_boot_id: Mapped[str | None]

    @property
    def is_here(self) -> bool:
        return self.blob is not None or self.packed is not None
