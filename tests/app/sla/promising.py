"""A desk with rules, at a time of the past that tests move."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Agent, Role
from app.channels.models import Channel
from app.core import clock
from app.core.database import Database
from app.sla import policies, recounting, telling
from app.sla.forms import PolicyForm
from app.sla.jobs import DEADLINES
from app.sla.models import DeadlineKind, TicketDeadline
from app.tickets import closing, outgoing
from app.tickets import queries as ticket_queries
from app.tickets.history_models import Actor, EventKind, TicketEvent
from app.tickets.models import Ticket
from tests.support.builders import build_agent, build_channel, build_message, build_reply, build_ticket
from tests.support.log_reading import run_once

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""Ten o'clock in Tokyo, on a day without a holiday."""
TOLD = (EventKind.DEADLINE_WARNED, EventKind.DEADLINE_MISSED, EventKind.DEADLINE_RAISED)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


class Promising:
    """Each verb is a unit of work of its own, at its hour, after which the log is read."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.agent: Agent
        self.admin: Agent
        self.channel: Channel

    async def open_desk(self) -> None:
        with clock.at(at(-24)):
            async with self.database.transaction() as session:
                self.agent = await build_agent(session)
                self.admin = await build_agent(session, name="鈴木 健", role=Role.ADMIN)
                self.channel = await build_channel(session)

    async def rule(self, *, hours: float = -2, **said: object) -> None:
        form = PolicyForm.model_validate({"is_in_business_time": True, "raise_after": "1", **said})
        with clock.at(at(hours)):
            async with self.database.transaction() as session:
                await policies.add(session, form, by=self.admin)
        await self.recount(hours)

    async def recount(self, hours: float) -> int:
        with clock.at(at(hours)):
            return await recounting.recount_all(self.database)

    async def arrive(self, hours: float = 0) -> int:
        with clock.at(at(hours)):
            async with self.database.transaction() as session:
                ticket = await build_ticket(session, channel=self.channel, at=at(hours))
                await session.flush()
                number = ticket.id
        await self.read(hours)
        return number

    async def ask(self, number: int, hours: float) -> None:
        with clock.at(at(hours)):
            async with self.database.transaction() as session:
                await build_message(session, await self._held(session, number), at=at(hours))
        await self.read(hours)

    async def answer(self, number: int, hours: float, *, reads: bool = True) -> None:
        with clock.at(at(hours)):
            async with self.database.transaction() as session:
                ticket = await self._held(session, number)
                reply = await build_reply(session, ticket, author=self.agent, at=at(hours))
                await outgoing.note_departure(session, ticket, reply, at=at(hours))
        if reads:
            await self.read(hours)

    async def move(self, number: int, status: str, hours: float, *, reads: bool = True) -> None:
        with clock.at(at(hours)):
            async with self.database.transaction() as session:
                ticket = await self._held(session, number)
                found = await closing.status_by_key(session, status)
                await closing.set_status(session, ticket, found, by=Actor.agent(self.agent))
        if reads:
            await self.read(hours)

    async def read(self, hours: float) -> None:
        with clock.at(at(hours)):
            await run_once(self.database, DEADLINES)

    async def tell(self, hours: float) -> int:
        with clock.at(at(hours)):
            async with self.database.transaction() as session:
                return await telling.tell_due(session)

    async def told(self) -> list[str]:
        async with self.database.reading() as session:
            statement = select(TicketEvent).where(TicketEvent.kind.in_(TOLD)).order_by(TicketEvent.id)
            return [f"{event.kind} {event.changes['deadline']}" for event in await session.scalars(statement)]

    async def ticket(self, number: int) -> Ticket:
        async with self.database.reading() as session:
            return await session.get_one(Ticket, number)

    async def open_ones(self, number: int) -> dict[DeadlineKind, datetime | None]:
        async with self.database.reading() as session:
            statement = select(TicketDeadline).where(
                TicketDeadline.ticket_id == number, TicketDeadline.ended_at.is_(None)
            )
            return {each.kind: each.due_at for each in await session.scalars(statement)}

    async def _held(self, session: object, number: int) -> Ticket:
        ticket = await ticket_queries.find_ticket(session, number)  # type: ignore[arg-type]
        assert ticket is not None
        return ticket
