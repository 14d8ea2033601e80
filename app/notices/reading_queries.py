from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import insert_into
from app.core.rows import fetch
from app.notices.watching_models import Read

IDS: BindParameter[Any] = bindparam("ticket_ids", expanding=True)
READS = select(Read.ticket_id, Read.version).where(Read.agent_id == bindparam("agent_id"), Read.ticket_id.in_(IDS))


async def map_reads(session: AsyncSession, agent_id: int, ticket_ids: Sequence[int]) -> dict[int, int]:
    """How far an agent has read, by ticket; what they never looked at is not in it."""
    if not ticket_ids:
        return {}
    rows = await fetch(session, READS, {"agent_id": agent_id, "ticket_ids": ticket_ids})
    return {row.ticket_id: row.version for row in rows}


async def move_read(session: AsyncSession, agent_id: int, ticket_id: int, *, version: int) -> None:
    """Forward only: two windows of one person may tell in any order."""
    statement = _put(session, agent_id, ticket_id, version)
    further = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Read.agent_id, Read.ticket_id],
            set_={"version": further.version, "at": further.at},
            where=Read.version < further.version,
        )
    )


async def set_read(session: AsyncSession, agent_id: int, ticket_id: int, *, version: int) -> None:
    """Back too: by the wish of who has read it."""
    statement = _put(session, agent_id, ticket_id, version)
    values = {"version": statement.excluded.version, "at": statement.excluded.at}
    await session.execute(statement.on_conflict_do_update(index_elements=[Read.agent_id, Read.ticket_id], set_=values))


def _put(session: AsyncSession, agent_id: int, ticket_id: int, version: int) -> Any:
    return insert_into(session, Read).values(agent_id=agent_id, ticket_id=ticket_id, version=version, at=now())
