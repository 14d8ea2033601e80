from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Agent
from app.core.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines; `until` is the first instant that is too late."""

    agent_id: int | None = None
    kind: AuditKind | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_since(
    session: AsyncSession, agent_id: int, kind: AuditKind, subject_id: int | None, *, at: datetime
) -> Sequence[AuditLine]:
    """The agent's row is held first, so that two processes cannot both find nothing."""
    await session.execute(select(Agent.id).where(Agent.id == agent_id).with_for_update(key_share=True))
    is_meant = (AuditLine.kind == kind, AuditLine.subject_id == subject_id, AuditLine.at > at)
    return (await session.scalars(select(AuditLine).where(AuditLine.agent_id == agent_id, *is_meant))).all()


async def page_lines(session: AsyncSession, wanted: Wanted, *, before: int | None, limit: int) -> Sequence[AnyRow]:
    """The newest first, each with its agent's name and address."""
    statement = (
        select(AuditLine, Agent.name.label("agent_name"), Agent.email.label("agent_email"))
        .outerjoin(Agent, Agent.id == AuditLine.agent_id)
        .where(*_conditions(wanted))
        .order_by(AuditLine.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(AuditLine.id < before)
    return (await session.execute(statement)).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.agent_id is not None:
        conditions.append(AuditLine.agent_id == wanted.agent_id)
    if wanted.kind is not None:
        conditions.append(AuditLine.kind == wanted.kind)
    if wanted.since is not None:
        conditions.append(AuditLine.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditLine.at < wanted.until)
    return conditions
