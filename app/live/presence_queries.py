from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import insert_into
from app.live.models import Presence, PresenceState


async def find_state(session: AsyncSession, ticket_id: int, agent_id: int, *, at: datetime) -> PresenceState | None:
    """None when they are not there, or no longer."""
    statement = select(Presence.state).where(
        Presence.ticket_id == ticket_id, Presence.agent_id == agent_id, Presence.expires_at > at
    )
    return await session.scalar(statement)


async def put(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    statement = insert_into(session, Presence).values(list(rows))
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Presence.ticket_id, Presence.agent_id],
            set_={"state": statement.excluded.state, "expires_at": statement.excluded.expires_at},
        )
    )


async def extend(session: AsyncSession, expiries: Sequence[dict[str, Any]]) -> None:
    """Only of those that are there: who left meanwhile does not come back."""
    for each in expiries:
        await session.execute(
            update(Presence)
            .where(
                Presence.ticket_id == each["ticket_id"],
                Presence.agent_id == each["agent_id"],
                Presence.expires_at < each["expires_at"],
            )
            .values(expires_at=each["expires_at"])
        )


async def remove(session: AsyncSession, ticket_id: int, agent_id: int) -> bool:
    statement = delete(Presence).where(Presence.ticket_id == ticket_id, Presence.agent_id == agent_id)
    return await session.scalar(statement.returning(Presence.ticket_id)) is not None


async def remove_expired(session: AsyncSession, *, at: datetime) -> set[int]:
    """The tickets that somebody is no longer looking at."""
    statement = delete(Presence).where(Presence.expires_at <= at).returning(Presence.ticket_id)
    return set((await session.scalars(statement)).all())
