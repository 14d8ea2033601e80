"""Mails as a mailbox would give them out, and the way of one into the store."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage

from sqlalchemy import func, select

from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.core.base import Base
from app.core.blobs import BlobStore
from app.core.database import Database
from app.ingest.accept import Source, accept, accept_old
from app.ingest.digest import digest_next
from connectors.contracts import FolderState, RawBatch, RawMessage

RECEIVED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
UIDVALIDITY = 7


def build_mail(
    *,
    mail_id: str = "1@customer.example",
    sender: str = "田中 太郎 <tanaka@example.com>",
    to: str = "support@example.jp",
    subject: str = "荷物が届きません",
    text: str = "まだ届いていません。",
    in_reply_to: str = "",
    references: Sequence[str] = (),
) -> bytes:
    """An empty value leaves its header out."""
    mail = EmailMessage()
    values = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": "Mon, 02 Nov 2026 09:59:00 +0900",
        "Message-ID": f"<{mail_id}>" if mail_id else "",
        "In-Reply-To": f"<{in_reply_to}>" if in_reply_to else "",
        "References": " ".join(f"<{reference}>" for reference in references),
    }
    for name, value in values.items():
        if value:
            mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


class Intake:
    """Puts mails into a channel's folder, one UID after the other, and digests them."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self.database = database
        self.blobs = blobs
        self.next_uid = 1

    async def accept(self, channel: Channel, *raws: bytes | None, uidvalidity: int = UIDVALIDITY) -> None:
        first, self.next_uid = self.next_uid, self.next_uid + len(raws)
        messages = tuple(RawMessage(first + number, raw, RECEIVED_AT) for number, raw in enumerate(raws))
        await self.accept_messages(channel, messages, uidvalidity=uidvalidity)

    async def accept_messages(
        self, channel: Channel, messages: tuple[RawMessage, ...], *, uidvalidity: int = UIDVALIDITY
    ) -> None:
        async with self.database.transaction() as session:
            folder = await channel_queries.ensure_folder(session, channel.id, "INBOX")
        batch = RawBatch(FolderState(uidvalidity, len(messages)), messages)
        await accept(self.database, self.blobs, channel, folder, batch)

    async def accept_history(self, channel: Channel, *raws: bytes, at: datetime = RECEIVED_AT) -> None:
        messages = [RawMessage(number, raw, at) for number, raw in enumerate(raws, start=1)]
        await accept_old(self.database, self.blobs, Source(channel.id), messages)

    async def digest(self) -> None:
        while await self.digest_once():
            pass

    async def digest_once(self) -> int:
        return await digest_next(self.database, self.blobs)

    async def take_in(self, channel: Channel, *raws: bytes | None) -> None:
        await self.accept(channel, *raws)
        await self.digest()

    async def count(self, table: type[Base]) -> int:
        async with self.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(table)) or 0
