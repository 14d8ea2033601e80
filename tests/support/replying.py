"""A ticket that is being answered, for tests of locks, sending and the outbox."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.database import Database
from app.outbox.models import OutboxEntry
from app.replies import locks, service, takeover_service
from app.replies.forms import ReplyForm
from app.replies.models import HeldLock, ReplyLock
from app.tickets import queries as ticket_queries
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Message, MessageRecipient
from app.tickets.models import Phase, Ticket
from tests.support.builders import build_agent, build_channel, build_ticket


@dataclass
class Desk:
    """What tests do to one ticket, each act in a unit of work of its own."""

    database: Database
    agent: Agent
    channel: Channel
    ticket_id: int

    async def take(self, agent: Agent | None = None) -> HeldLock:
        async with self.database.transaction() as session:
            return await locks.take(session, await held(session, self.ticket_id), agent or self.agent)

    async def renew(self, token: str, agent: Agent | None = None) -> HeldLock:
        async with self.database.transaction() as session:
            return await locks.renew(session, await held(session, self.ticket_id), token, holder=agent or self.agent)

    async def take_over(self, lead: Agent, reason: str = "至急のため") -> HeldLock:
        async with self.database.transaction() as session:
            ticket = await held(session, self.ticket_id)
            return await takeover_service.take_over(session, ticket, by=lead, reason=reason)

    async def set_free(self, lead: Agent, reason: str = "早退したため") -> None:
        async with self.database.transaction() as session:
            ticket = await held(session, self.ticket_id)
            await takeover_service.set_free(session, ticket, by=lead, reason=reason)

    async def release(self, agent: Agent | None = None) -> None:
        async with self.database.transaction() as session:
            await locks.release(session, await held(session, self.ticket_id), holder=agent or self.agent)

    async def expire(self) -> None:
        """As if nobody had renewed the lock for long."""
        async with self.database.transaction() as session:
            lock = await session.get_one(ReplyLock, self.ticket_id)
            lock.expires -= 1000

    async def sweep(self) -> None:
        async with self.database.transaction() as session:
            await locks.sweep_expired(session)

    async def send(self, token: str, *, agent: Agent | None = None, **fields: Any) -> Message:
        form = ReplyForm.model_validate({"lock_token": token, "base_version": 1, "text": "お送りします。", **fields})
        async with self.database.transaction() as session:
            return await service.send(session, await held(session, self.ticket_id), form, by=agent or self.agent)

    async def reply(self, **fields: Any) -> int:
        """Take the lock, send, and return the id of the outbox entry."""
        ticket = await self.ticket()
        lock = await self.take()
        message = await self.send(lock.token, **{"base_version": ticket.version, **fields})
        async with self.database.reading() as session:
            return await session.scalar(select(OutboxEntry.id).where(OutboxEntry.message_id == message.id)) or 0

    async def ticket(self) -> Ticket:
        async with self.database.reading() as session:
            return await session.get_one(Ticket, self.ticket_id)

    async def entry(self, entry_id: int) -> OutboxEntry:
        async with self.database.reading() as session:
            return await session.get_one(OutboxEntry, entry_id)

    async def entries(self) -> list[OutboxEntry]:
        async with self.database.reading() as session:
            statement = select(OutboxEntry).where(OutboxEntry.ticket_id == self.ticket_id).order_by(OutboxEntry.id)
            return list((await session.scalars(statement)).all())

    async def events(self) -> list[EventKind]:
        async with self.database.reading() as session:
            statement = select(TicketEvent.kind).where(TicketEvent.ticket_id == self.ticket_id)
            return list((await session.scalars(statement.order_by(TicketEvent.id))).all())

    async def recipients(self, message_id: int) -> list[MessageRecipient]:
        async with self.database.reading() as session:
            statement = select(MessageRecipient).where(MessageRecipient.message_id == message_id)
            return list((await session.scalars(statement.order_by(MessageRecipient.id))).all())


async def held(session: AsyncSession, ticket_id: int) -> Ticket:
    """As the requests get it: with its row held."""
    ticket = await ticket_queries.find_ticket(session, ticket_id)
    assert ticket is not None
    return ticket


async def open_desk(database: Database, *, phase: Phase = Phase.NEW) -> Desk:
    async with database.transaction() as session:
        agent, channel = await build_agent(session), await build_channel(session)
        ticket = await build_ticket(session, channel=channel, phase=phase)
        await session.flush()
        return Desk(database, agent, channel, ticket.id)


async def more_agents(database: Database, count: int) -> list[Agent]:
    async with database.transaction() as session:
        return [await build_agent(session, name=f"担当 {number}") for number in range(count)]
