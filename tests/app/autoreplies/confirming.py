"""Mailboxes that answer by themselves, and what they said."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from sqlalchemy import select

from app.autoreplies.jobs import AUTO_REPLIES
from app.autoreplies.models import AutoReply
from app.autoreplies.wording import SUGGESTED
from app.channels.models import Channel
from app.core.clock import now
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Message, MessageKind, MessageRecipient, RecipientRole
from connectors.contracts import RawMessage
from tests.support.arrivals import Intake, build_mail
from tests.support.log_reading import run_once


@dataclass
class Confirming:
    intake: Intake
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    async def turn_on(self, channel: Channel) -> None:
        async with self.intake.database.transaction() as session:
            session.add(AutoReply(channel_id=channel.id, is_on=True, texts=SUGGESTED))

    async def arrive(self, channel: Channel, *raws: bytes, at: datetime | None = None) -> None:
        """Now, unless told otherwise; what follows from it by itself has happened when this ends."""
        first = self.intake.next_uid
        self.intake.next_uid += len(raws)
        messages = tuple(RawMessage(first + number, raw, at or now()) for number, raw in enumerate(raws))
        if messages:
            await self.intake.accept_messages(channel, messages)
        await self.intake.digest()
        await run_once(self.intake.database, AUTO_REPLIES)

    def mail(self, sender: str, *headers: str, subject: str = "荷物が届きません") -> bytes:
        mail = build_mail(mail_id=f"{next(self._ids)}@customer.example", sender=sender, subject=subject)
        return "".join(f"{header}\r\n" for header in headers).encode() + mail

    async def said(self) -> Sequence[Message]:
        statement = select(Message).where(Message.kind == MessageKind.OUTBOUND).order_by(Message.id)
        async with self.intake.database.reading() as session:
            return (await session.scalars(statement)).all()

    async def told(self) -> list[str]:
        """To whom."""
        statement = select(MessageRecipient.address).join(Message)
        ours = (Message.kind == MessageKind.OUTBOUND, MessageRecipient.role == RecipientRole.TO)
        async with self.intake.database.reading() as session:
            return list(await session.scalars(statement.where(*ours).order_by(MessageRecipient.id)))

    async def withheld(self) -> int:
        statement = select(TicketEvent.id).where(TicketEvent.kind == EventKind.AUTO_REPLY_WITHHELD)
        async with self.intake.database.reading() as session:
            return len((await session.scalars(statement)).all())
