from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.channels.models import Channel
from app.core.errors import NotFound
from app.core.rows import AnyRow, fetch
from app.sla.models import DeadlinePolicy, TicketDeadline
from app.tickets.history_models import FactKind, ReportFact, TicketSpan
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Category, Phase, Ticket

IDS: BindParameter[Any] = bindparam("ids", expanding=True)
JUDGED = (FactKind.FIRST_REPLY, FactKind.REPLY, FactKind.RESOLUTION)

REOPENED_AT = (
    select(func.max(ReportFact.at))
    .where(ReportFact.ticket_id == Ticket.id, ReportFact.kind == FactKind.REOPENING)
    .scalar_subquery()
)
TICKETS = (
    select(
        Ticket.id,
        Ticket.phase,
        Ticket.is_counted,
        Ticket.origin,
        Ticket.created_at,
        Ticket.first_reply_at,
        Ticket.home_channel_id,
        Ticket.priority,
        Ticket.due_at,
        Category.path.label("category_path"),
        REOPENED_AT.label("reopened_at"),
    )
    .outerjoin(Category, Category.id == Ticket.category_id)
    .where(Ticket.id.in_(IDS))
    .order_by(Ticket.id)
)
Ours = aliased(Message)
OUR_LAST = (
    select(func.max(Ours.ticket_version))
    .where(
        Ours.ticket_id == Message.ticket_id,
        Ours.kind == MessageKind.OUTBOUND,
        Ours.is_automatic.is_(False),
        Ours.sent_at.is_not(None),
        Ours.forwards_id.is_(None),
    )
    .scalar_subquery()
)
IS_SPOKEN = (
    select(ReportFact.id)
    .where(
        ReportFact.ticket_id == Message.ticket_id,
        ReportFact.message_id == Message.id,
        ReportFact.kind.in_((FactKind.FIRST_REPLY, FactKind.REPLY)),
    )
    .exists()
)
WORDS = (
    select(Message.ticket_id, Message.created_at, IS_SPOKEN.label("is_ours"))
    .where(
        Message.ticket_id.in_(IDS),
        Message.kind.in_((MessageKind.INBOUND, MessageKind.CALL)),
        Message.is_automatic.is_(False),
        Message.hidden_at.is_(None),
        Message.ticket_version > func.coalesce(OUR_LAST, 0),
    )
    .order_by(Message.ticket_id, Message.ticket_version)
)
TURNS = (
    select(TicketSpan.ticket_id, TicketSpan.from_at, TicketSpan.to_at)
    .where(TicketSpan.ticket_id.in_(IDS), TicketSpan.is_waiting.is_(False), TicketSpan.phase != Phase.DONE)
    .order_by(TicketSpan.ticket_id, TicketSpan.from_at, TicketSpan.id)
)


async def list_policies(session: AsyncSession) -> Sequence[DeadlinePolicy]:
    statement = select(DeadlinePolicy).where(DeadlinePolicy.removed_at.is_(None))
    return (await session.scalars(statement.order_by(DeadlinePolicy.id))).all()


async def get_policy(session: AsyncSession, policy_id: int) -> DeadlinePolicy:
    """One that holds."""
    policy = await session.get(DeadlinePolicy, policy_id)
    if policy is None or policy.removed_at is not None:
        raise NotFound(policy_id=policy_id)
    return policy


async def map_levels(session: AsyncSession) -> dict[int, int]:
    """How deep each category is."""
    rows = await session.execute(select(Category.id, Category.level))
    return {row.id: row.level for row in rows}


async def list_tickets(session: AsyncSession, ids: Collection[int]) -> Sequence[AnyRow]:
    return await fetch(session, TICKETS, {"ids": list(ids)})


async def list_words(session: AsyncSession, ids: Collection[int]) -> Sequence[AnyRow]:
    """Of the customers since our last answer that left, in their order; `is_ours`: answered as it was spoken."""
    return await fetch(session, WORDS, {"ids": list(ids)})


async def list_turns(session: AsyncSession, ids: Collection[int]) -> Sequence[AnyRow]:
    return await fetch(session, TURNS, {"ids": list(ids)})


async def list_facts(session: AsyncSession, ids: Collection[int], *, since: datetime) -> Sequence[AnyRow]:
    """What has a duration and was not judged yet, in the order in which it happened."""
    statement = (
        select(ReportFact.id, ReportFact.ticket_id, ReportFact.kind, ReportFact.at, ReportFact.calendar_seconds)
        .where(
            ReportFact.ticket_id.in_(ids),
            ReportFact.kind.in_(JUDGED),
            ReportFact.at >= since,
            ReportFact.met_deadline.is_(None),
            ReportFact.calendar_seconds.is_not(None),
        )
        .order_by(ReportFact.at, ReportFact.id)
    )
    return await fetch(session, statement)


async def judge(session: AsyncSession, fact_id: int, *, met_deadline: bool) -> None:
    statement = update(ReportFact).where(ReportFact.id == fact_id).values(met_deadline=met_deadline)
    await session.execute(statement.execution_options(synchronize_session=False))


async def list_unmet(session: AsyncSession, ids: Collection[int]) -> Sequence[TicketDeadline]:
    """What is open, and what ended without an act that kept or broke it."""
    statement = select(TicketDeadline).where(TicketDeadline.ticket_id.in_(ids), TicketDeadline.met_at.is_(None))
    statement = statement.order_by(TicketDeadline.begun_at, TicketDeadline.id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def list_open(session: AsyncSession, ids: Collection[int]) -> Sequence[AnyRow]:
    """Of tickets, the nearest first and what is paused last, with the rule of each."""
    statement = (
        select(
            TicketDeadline.ticket_id,
            TicketDeadline.kind,
            TicketDeadline.begun_at,
            TicketDeadline.allowed_seconds,
            TicketDeadline.due_at,
            TicketDeadline.left_seconds,
            TicketDeadline.policy_id,
            DeadlinePolicy.is_in_business_time,
            DeadlinePolicy.priority,
            Channel.name.label("channel_name"),
            Category.name.label("category_name"),
        )
        .join(DeadlinePolicy, DeadlinePolicy.id == TicketDeadline.policy_id)
        .outerjoin(Channel, Channel.id == DeadlinePolicy.channel_id)
        .outerjoin(Category, Category.id == DeadlinePolicy.category_id)
        .where(TicketDeadline.ticket_id.in_(ids), TicketDeadline.ended_at.is_(None))
        .order_by(TicketDeadline.due_at.is_(None), TicketDeadline.due_at, TicketDeadline.id)
    )
    return await fetch(session, statement)


async def list_to_tell(session: AsyncSession, *, at: datetime, limit: int) -> Sequence[AnyRow]:
    statement = (
        select(TicketDeadline.id, TicketDeadline.ticket_id)
        .where(TicketDeadline.ended_at.is_(None), TicketDeadline.next_at <= at)
        .order_by(TicketDeadline.next_at, TicketDeadline.id)
        .limit(limit)
    )
    return await fetch(session, statement)


async def hold_to_tell(session: AsyncSession, ids: Collection[int], *, at: datetime) -> Sequence[TicketDeadline]:
    """Under the locks of their tickets: what another schedule told of is not among them any more."""
    is_meant = (TicketDeadline.id.in_(ids), TicketDeadline.ended_at.is_(None), TicketDeadline.next_at <= at)
    statement = select(TicketDeadline).where(*is_meant).order_by(TicketDeadline.ticket_id, TicketDeadline.id)
    return (await session.scalars(statement.with_for_update().execution_options(populate_existing=True))).all()


async def set_due(session: AsyncSession, ticket_id: int, due_at: datetime | None) -> None:
    statement = update(Ticket).where(Ticket.id == ticket_id).values(due_at=due_at)
    await session.execute(statement.execution_options(synchronize_session=False))


async def count_open(session: AsyncSession, policy_ids: Collection[int]) -> Mapping[int, int]:
    """Per rule, how many promises are open by it."""
    statement = (
        select(TicketDeadline.policy_id, func.count())
        .where(TicketDeadline.policy_id.in_(policy_ids), TicketDeadline.ended_at.is_(None))
        .group_by(TicketDeadline.policy_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}
