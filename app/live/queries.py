from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, String, cast, delete, func, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, AgentSession, ApiToken, Audience, TeamChannel, TeamMember
from app.channels.models import Channel
from app.core.clock import now
from app.core.inserting import insert_rows
from app.core.installation import Installation
from app.live.models import Signal
from app.tickets.history_models import TicketEvent

EPOCH = select(Installation.epoch).limit(1).scalar_subquery()
LAST_EVENT = select(func.max(TicketEvent.id)).scalar_subquery()
LAST_SIGNAL = select(func.max(Signal.id)).scalar_subquery()

RIGHTS: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(literal_column("'member'"), TeamMember.team_id, cast(TeamMember.agent_id, String)),
    select(literal_column("'owned'"), TeamChannel.team_id, cast(TeamChannel.channel_id, String)),
    select(literal_column("'agent'"), Agent.id, cast(Agent.role, String) + Agent.locale).where(
        Agent.disabled_at.is_(None)
    ),
    select(literal_column("'audience'"), cast(func.max(Audience.id), BigInteger), literal_column("''")),
    select(literal_column("'channel'"), cast(func.max(Channel.id), BigInteger), literal_column("''")),
)
"""Everything that decides what anybody sees."""


async def add_signal(session: AsyncSession, ticket_id: int | None) -> None:
    await insert_rows(session, Signal, [{"ticket_id": ticket_id, "at": now()}])


async def delete_signals(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(delete(Signal).where(Signal.at < before))


async def read_ends(session: AsyncSession) -> tuple[str, int, int]:
    """The epoch, and the numbers of the last event and the last signal."""
    epoch, event_id, signal_id = (await session.execute(select(EPOCH, LAST_EVENT, LAST_SIGNAL))).one()
    return epoch or "", event_id or 0, signal_id or 0


async def list_events(session: AsyncSession, *, after: int, to: int) -> Sequence[Any]:
    statement = select(TicketEvent.id, TicketEvent.ticket_id, TicketEvent.kind)
    statement = statement.where(TicketEvent.id > after, TicketEvent.id <= to)
    return (await session.execute(statement.order_by(TicketEvent.id))).all()


async def find_event_time(session: AsyncSession, event_id: int) -> datetime | None:
    return await session.scalar(select(TicketEvent.recorded_at).where(TicketEvent.id == event_id))


async def list_signals(session: AsyncSession, *, after: int) -> Sequence[Any]:
    statement = select(Signal.id, Signal.ticket_id).where(Signal.id > after)
    return (await session.execute(statement.order_by(Signal.id))).all()


async def list_signalled(session: AsyncSession, *, since: datetime) -> Sequence[int | None]:
    """None among them says that what surrounds the tickets changed."""
    return (await session.scalars(select(Signal.ticket_id).where(Signal.at >= since).distinct())).all()


async def read_rights(session: AsyncSession) -> int:
    """A number that changes when anybody's rights do."""
    rows = (await session.execute(RIGHTS)).all()
    return hash(frozenset(tuple(row) for row in rows))


async def list_living_sessions(session: AsyncSession, ids: Collection[int]) -> set[int]:
    statement = select(AgentSession.id).where(AgentSession.id.in_(ids), AgentSession.expires_at > now())
    return set((await session.scalars(statement)).all()) if ids else set()


async def list_living_tokens(session: AsyncSession, ids: Collection[int]) -> set[int]:
    statement = select(ApiToken.id).where(ApiToken.id.in_(ids))
    return set((await session.scalars(statement)).all()) if ids else set()
