"""A driver that delivers mails, kills workers that take them in, and keeps its own ledger of what it delivered."""

from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes

from sqlalchemy import func, select

from app.core.desk import Desk
from app.ingest.models import RawMessage, RawState
from app.tickets.message_models import Message, MessageKind, MessageSource
from app.tickets.models import Ticket
from tests.support.arrivals import build_mail
from tests.support.dovecot import Mailbox
from tests.support.leases import end_claims, end_leases
from tests.support.network import found

PATIENCE_SECONDS = 1200


@dataclass(slots=True)
class ArrivingDriver:
    """`delivered` has the subject of each mail by its Message-ID; each is of a customer's own matter."""

    desk: Desk
    mailbox: Mailbox
    channel_id: int
    delivered: dict[str, str] = field(default_factory=dict)

    def deliver(self, count: int) -> None:
        for number in range(len(self.delivered) + 1, len(self.delivered) + 1 + count):
            mail_id, subject = f"{number}@customer.example", f"問い合わせ {number}"
            self.mailbox.deliver(build_mail(mail_id=mail_id, subject=subject))
            self.delivered[mail_id] = subject

    async def note_kill(self) -> None:
        """The next worker need not wait for what this one held."""
        await end_leases(self.desk.database)
        await end_claims(self.desk.database)

    async def is_over(self) -> None:
        """Until everything that was delivered is digested, or more than that."""
        await found(self.digested_count, lambda count: count >= len(self.delivered), seconds=PATIENCE_SECONDS)

    async def check(self) -> None:
        """Each mail was stored once and is one message on one ticket, word for word."""
        by_raw = await self._subjects()
        mail_ids = {raw.id: await self._mail_id(raw) for raw in await self.raws()}
        assert Counter(mail_ids.values()) == Counter(dict.fromkeys(self.delivered, 1))
        assert by_raw == {raw_id: [self.delivered[mail_id]] for raw_id, mail_id in mail_ids.items()}
        assert await self._counts() == (len(self.delivered), len(self.delivered))

    async def _subjects(self) -> dict[int, list[str]]:
        """Of what each stored mail became."""
        statement = select(MessageSource.raw_id, Message.subject).join(Message, Message.id == MessageSource.message_id)
        subjects: dict[int, list[str]] = {}
        async with self.desk.database.reading() as session:
            for raw_id, subject in await session.execute(statement):
                subjects.setdefault(raw_id, []).append(subject)
        return subjects

    async def raws(self) -> list[RawMessage]:
        async with self.desk.database.reading() as session:
            return list((await session.scalars(select(RawMessage).order_by(RawMessage.id))).all())

    async def _mail_id(self, raw: RawMessage) -> str:
        assert raw.blob is not None
        return str(message_from_bytes(await self.desk.blobs.get(raw.blob))["Message-ID"]).strip("<>")

    async def _counts(self) -> tuple[int, int]:
        """Messages of customers to this mailbox, and tickets."""
        inbound = select(func.count()).where(Message.kind == MessageKind.INBOUND, Message.channel_id == self.channel_id)
        opened = select(func.count()).where(Ticket.home_channel_id == self.channel_id)
        async with self.desk.database.reading() as session:
            messages, tickets = await session.scalar(inbound), await session.scalar(opened)
        return messages or 0, tickets or 0

    async def digested_count(self) -> int:
        done = RawMessage.state.in_((RawState.DIGESTED, RawState.UNREADABLE))
        async with self.desk.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(RawMessage).where(done)) or 0
