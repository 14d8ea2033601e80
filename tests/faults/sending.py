"""A driver that has replies accepted, kills workers that send them, and keeps its own ledger of both."""

from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes

from sqlalchemy import ColumnElement, func, select

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database
from app.core.desk import Desk
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.message_models import Message
from tests.support.builders import build_agent, build_ticket
from tests.support.leases import end_claims, end_leases, end_pauses
from tests.support.mailboxes import add_email_channel
from tests.support.network import found
from tests.support.replying import Desk as TicketDesk
from tests.support.smtp import RecordingSmtpServer

PATIENCE_SECONDS = 1200
IS_OPEN = OutboxEntry.state.in_((OutboxState.QUEUED, OutboxState.SENDING))


@dataclass(slots=True)
class SendingDriver:
    """`accepted` are the mails that it was told will leave; `undecided` those that a killed worker had handed over."""

    database: Database
    agent: Agent
    channel: Channel
    smtp: RecordingSmtpServer
    accepted: list[str] = field(default_factory=list)
    undecided: set[str] = field(default_factory=set)

    async def accept(self, count: int) -> None:
        """So many replies, on a ticket of their own."""
        async with self.database.transaction() as session:
            ticket = await build_ticket(session, channel=await session.merge(self.channel))
            await session.flush()
        desk = TicketDesk(self.database, self.agent, self.channel, ticket.id)
        for _ in range(count):
            version = (await desk.ticket()).version
            message = await desk.send((await desk.take()).token, base_version=version)
            self.accepted.append(message.mail_id)

    async def note_kill(self) -> set[str]:
        """What was handed over and not settled when the worker died; the next one need not wait for its claims."""
        lost = await self._ids(OutboxEntry.state == OutboxState.SENDING, OutboxEntry.handed_over_at.is_not(None))
        self.undecided |= lost
        await end_leases(self.database)
        await end_claims(self.database)
        return lost

    async def is_over(self) -> None:
        """Until nothing waits and nothing is being sent."""
        await found(self._count_open, lambda count: count == 0, seconds=PATIENCE_SECONDS)

    async def states(self) -> dict[str, OutboxState]:
        statement = select(Message.mail_id, OutboxEntry.state).join(Message, Message.id == OutboxEntry.message_id)
        async with self.database.reading() as session:
            return {row.mail_id: row.state for row in await session.execute(statement)}

    def arrived(self) -> Counter[str]:
        """By the server's own ledger."""
        return Counter(
            str(message_from_bytes(delivery.raw)["Message-ID"]).strip("<>") for delivery in self.smtp.received
        )

    async def check(self) -> None:
        """Nothing is lost, nothing is doubled, and what nobody can know is left to people."""
        states, arrived = await self.states(), self.arrived()
        assert states.keys() == set(self.accepted)
        assert [mail_id for mail_id, times in arrived.items() if times > 1] == []
        assert arrived.keys() <= set(self.accepted)
        uncertain = {mail_id for mail_id, state in states.items() if state is OutboxState.UNCERTAIN}
        assert uncertain == self.undecided
        sent = {mail_id for mail_id, state in states.items() if state is OutboxState.SENT}
        assert sent | uncertain == set(self.accepted)
        assert sent <= arrived.keys()

    async def _count_open(self) -> int:
        """The pause after a second lost worker begins when the next one finds it: it is ended here."""
        async with self.database.reading() as session:
            count = await session.scalar(select(func.count()).where(IS_OPEN)) or 0
            pausing = await session.scalar(select(func.count()).where(IS_OPEN, OutboxEntry.not_before > now()))
        if pausing:
            await end_pauses(self.database)
        return count

    async def _ids(self, *conditions: ColumnElement[bool]) -> set[str]:
        statement = select(Message.mail_id).join(OutboxEntry, OutboxEntry.message_id == Message.id)
        async with self.database.reading() as session:
            return set((await session.scalars(statement.where(*conditions))).all())


async def open_sending(desk: Desk, smtp: RecordingSmtpServer) -> SendingDriver:
    async with desk.database.transaction() as session:
        agent, channel = await build_agent(session), await add_email_channel(session, desk.box, smtp_port=smtp.port)
    return SendingDriver(desk.database, agent, channel, smtp)
