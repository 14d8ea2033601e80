from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import insert_into
from app.replies.models import Draft, Start


async def find_draft(session: AsyncSession, *, ticket_id: int, agent_id: int) -> Draft | None:
    statement = select(Draft).where(Draft.ticket_id == ticket_id, Draft.agent_id == agent_id)
    return await session.scalar(statement.execution_options(populate_existing=True))


async def save_draft(
    session: AsyncSession, *, ticket_id: int, agent_id: int, base_version: int, body: dict[str, Any], is_rebased: bool
) -> None:
    """The version that a draft was begun against stays, unless the writer has looked at what is new."""
    statement = insert_into(session, Draft).values(
        ticket_id=ticket_id,
        agent_id=agent_id,
        base_version=base_version,
        body=body,
        saved_at=now(),
        has_assigned=False,
    )
    changes = {"body": statement.excluded.body, "saved_at": statement.excluded.saved_at}
    if is_rebased:
        changes["base_version"] = statement.excluded.base_version
    await session.execute(
        statement.on_conflict_do_update(index_elements=[Draft.agent_id, Draft.ticket_id], set_=changes)
    )


async def add_start(session: AsyncSession, draft: Draft, start: Start) -> None:
    start = draft.start.joined_with(start)
    await session.execute(
        update(Draft)
        .where(Draft.id == draft.id)
        .values(before_status_id=start.before_status_id, has_assigned=start.has_assigned, started_at=start.at)
    )


async def delete_draft(session: AsyncSession, *, ticket_id: int, agent_id: int) -> None:
    await session.execute(delete(Draft).where(Draft.ticket_id == ticket_id, Draft.agent_id == agent_id))


async def list_bodies(session: AsyncSession) -> Sequence[dict[str, Any]]:
    return (await session.scalars(select(Draft.body))).all()
