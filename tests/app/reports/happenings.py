"""Some weeks of an office, by the real verbs in a random order that a seed decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, Role
from app.channels.models import Channel
from app.core import clock
from app.core.clock import now
from app.core.database import Database
from app.core.errors import AppError
from app.merging import moving
from app.merging import service as merging
from app.tickets import assignment, closing, disposal, labels, outgoing, queries, service, undoing
from app.tickets.classification_models import Label
from app.tickets.history_models import UNDOABLE, Actor, TicketEvent
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import BUILT_IN_STATUS_IDS, Category, Origin, Phase, Priority, Status, Ticket
from tests.support.builders import (
    build_agent,
    build_category,
    build_channel,
    build_customer,
    build_label,
    build_message,
    build_reply,
    build_team,
    build_ticket,
)

BEGINS = datetime(2026, 9, 25, 14, 0, tzinfo=UTC)
"""Late in the evening in Tokyo, some days before a month ends."""

STEP = timedelta(hours=7, minutes=13)


@dataclass
class Office:
    random: Random
    agents: list[Agent]
    channels: list[Channel]
    categories: list[Category]
    labels: list[Label]
    ticket_ids: list[int] = field(default_factory=list)

    @property
    def by(self) -> Agent:
        return self.random.choice(self.agents)

    async def ticket(self, session: AsyncSession) -> Ticket:
        ticket = await queries.find_remaining(session, self.random.choice(self.ticket_ids))
        assert ticket is not None
        return ticket


async def open_office(database: Database, seed: int) -> Office:
    async with database.transaction() as session:
        agents = [await build_agent(session, name=f"担当 {number}", role=Role.ADMIN) for number in range(2)]
        channels = [await build_channel(session, name=f"窓口 {number}") for number in range(2)]
        await build_team(session, members=agents, channels=channels)
        categories = [await build_category(session, name=f"分類 {number}") for number in range(2)]
        made = [await build_label(session, name=f"札 {number}") for number in range(2)]
    return Office(Random(seed), agents, channels, categories, made)


async def live_through(database: Database, office: Office, steps: int) -> None:
    """A verb every few hours, each in a unit of work of its own; what cannot be done at that moment is left undone."""
    for number in range(steps):
        verb = arrive if len(office.ticket_ids) < 4 else office.random.choice(VERBS)
        with clock.at(BEGINS + STEP * number + timedelta(minutes=office.random.randrange(300))):
            try:
                async with database.transaction() as session:
                    await verb(session, office)
            except AppError:
                continue


async def arrive(session: AsyncSession, office: Office, *, at: datetime | None = None) -> None:
    customer = await build_customer(session, address=f"{office.random.randrange(3)}@example.com")
    ticket = await build_ticket(
        session, channel=office.random.choice(office.channels), customer=customer, at=at or now()
    )
    await session.flush()
    office.ticket_ids.append(ticket.id)


async def arrive_late(session: AsyncSession, office: Office) -> None:
    """Fetched long after it reached us."""
    await arrive(session, office, at=now() - timedelta(days=3, hours=5))


async def bring_history(session: AsyncSession, office: Office) -> None:
    at = now() - timedelta(days=9)
    customer = await build_customer(session)
    opening = service.Opening(subject="古い", at=at, phase=Phase.DONE, origin=Origin.IMPORT)
    channel = office.channels[0]
    ticket = await service.open_ticket(
        session, channel=channel, customer=customer, opening=opening, by=Actor.customer(None)
    )
    message = Message(kind=MessageKind.INBOUND, channel_id=channel.id, text="昔", created_at=at)
    await service.receive(session, ticket, message, by=Actor.customer(None), origin=Origin.IMPORT)
    await session.flush()
    office.ticket_ids.append(ticket.id)


async def write(session: AsyncSession, office: Office) -> None:
    await build_message(session, await office.ticket(session), at=now())


async def reply(session: AsyncSession, office: Office) -> None:
    ticket = await office.ticket(session)
    message = await build_reply(session, ticket, author=office.by, at=now())
    await outgoing.note_departure(session, ticket, message, at=now())


async def reply_and_close(session: AsyncSession, office: Office) -> None:
    await reply(session, office)
    await change_status(session, office)


async def change_status(session: AsyncSession, office: Office) -> None:
    status = await session.get_one(Status, BUILT_IN_STATUS_IDS[office.random.choice(list(Phase))])
    await closing.set_status(session, await office.ticket(session), status, by=Actor.agent(office.by))


async def close(session: AsyncSession, office: Office) -> None:
    status = await session.get_one(Status, BUILT_IN_STATUS_IDS[Phase.DONE])
    await closing.set_status(session, await office.ticket(session), status, by=Actor.agent(office.by))


async def assign(session: AsyncSession, office: Office) -> None:
    await assignment.assign(session, await office.ticket(session), to=office.random.choice([*office.agents, None]))


async def categorise(session: AsyncSession, office: Office) -> None:
    category = office.random.choice([*office.categories, None])
    assignment.categorise(session, await office.ticket(session), as_=category, by=Actor.agent(office.by))


async def prioritise(session: AsyncSession, office: Office) -> None:
    assignment.prioritise(session, await office.ticket(session), office.random.choice(list(Priority)))


async def label(session: AsyncSession, office: Office) -> None:
    chosen = office.random.sample(office.labels, office.random.randrange(3))
    await labels.set_labels(session, await office.ticket(session), [each.id for each in chosen])


async def put_aside(session: AsyncSession, office: Office) -> None:
    ticket = await office.ticket(session)
    if office.random.random() < 0.5:
        disposal.mark_spam(session, ticket, ticket.spam_at is None, by=Actor.agent(office.by))
    else:
        disposal.trash(session, ticket, ticket.trashed_at is None, by=Actor.agent(office.by))


async def merge(session: AsyncSession, office: Office) -> None:
    pair = sorted(office.random.sample(office.ticket_ids, 2))
    await queries.hold_tickets(session, pair)
    office.random.shuffle(pair)
    source, into = [await queries.find_ticket(session, ticket_id) for ticket_id in pair]
    if source and into and source.merged_into_id is None and into.merged_into_id is None:
        await merging.merge(session, source, into, by=office.by)


async def unmerge(session: AsyncSession, office: Office) -> None:
    merged = (
        await session.scalars(select(Ticket.id).where(Ticket.merged_into_id.is_not(None)).order_by(Ticket.id))
    ).all()
    if merged:
        source = await queries.find_ticket(session, office.random.choice(merged))
        into = await queries.find_ticket(session, source.merged_into_id or 0) if source else None
        if source and into and into.merged_into_id is None:
            await merging.unmerge(session, source, into, by=office.by)


async def split(session: AsyncSession, office: Office) -> None:
    ticket = await office.ticket(session)
    found = select(Message.id).where(Message.ticket_id == ticket.id).order_by(Message.id)
    message_ids = (await session.scalars(found)).all()
    made = await moving.split(session, ticket, message_ids[-1:], by=office.by)
    await session.flush()
    office.ticket_ids.append(made.id)


async def undo(session: AsyncSession, office: Office) -> None:
    ticket = await office.ticket(session)
    found = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(UNDOABLE))
    event_ids = (await session.scalars(found.order_by(TicketEvent.id))).all()
    if event_ids:
        await undoing.undo(session, ticket, event_ids[-1], by=Actor.agent(office.by))


Verb = Callable[[AsyncSession, Office], Awaitable[None]]
VERBS: list[Verb] = [
    *(arrive, arrive, arrive_late, bring_history, write, write, reply, reply, reply_and_close, close, close),
    *(change_status, assign, categorise, prioritise, label, put_aside, put_aside, merge, merge, unmerge, split),
    *(undo, undo),
]
