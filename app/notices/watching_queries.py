from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import insert_into
from app.core.rows import AnyRow, fetch
from app.notices.watching_models import Watcher

WATCHERS = (
    select(Agent.id, Agent.name)
    .join(Watcher, Watcher.agent_id == Agent.id)
    .where(Watcher.ticket_id == bindparam("ticket_id"), Agent.disabled_at.is_(None))
    .order_by(Watcher.created_at, Agent.id)
)


async def list_watchers(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    return await fetch(session, WATCHERS, {"ticket_id": ticket_id})


async def add_watchers(session: AsyncSession, ticket_id: int, agent_ids: Collection[int]) -> bool:
    """Whether any of them is a new one."""
    if not agent_ids:
        return False
    rows = [{"ticket_id": ticket_id, "agent_id": each, "created_at": now()} for each in sorted(agent_ids)]
    statement = insert_into(session, Watcher).values(rows).on_conflict_do_nothing().returning(Watcher.agent_id)
    return bool((await session.scalars(statement)).all())


async def remove_watcher(session: AsyncSession, ticket_id: int, agent_id: int) -> bool:
    gone = delete(Watcher).where(Watcher.ticket_id == ticket_id, Watcher.agent_id == agent_id)
    return await session.scalar(gone.returning(Watcher.agent_id)) is not None
