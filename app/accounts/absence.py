"""Who is away, and who is there: signed in, seen lately, and not away (B4)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit, queries
from app.accounts.models import Agent
from app.core.clock import now, rfc3339
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.i18n import mark

PRESENT_FOR = timedelta(minutes=15)
"""How long after a sign of life somebody counts as being there; who works gives one every five minutes or sooner."""


async def colleague(session: AsyncSession, agent_id: int, *, by: Agent) -> Agent:
    """Oneself, or, for leads and admins, anybody. Raises Forbidden, NotFound."""
    if agent_id == by.id:
        return by
    if not by.role.leads:
        raise Forbidden(role=by.role)
    found = await queries.find_active_agent(session, agent_id)
    if found is None:
        raise NotFound(agent_id=agent_id)
    return found


def send_away(session: AsyncSession, agent: Agent, *, last_day: date | None, zone: ZoneInfo, by: Agent) -> None:
    """Up to the end of a day, or until they come back. Raises Invalid for a day that is over."""
    until = _end_of(last_day, zone) if last_day else None
    before = _noted(agent)
    go_away(agent, until=until)
    _note(session, agent, before, by=by)


def call_back(session: AsyncSession, agent: Agent, *, by: Agent) -> None:
    before = _noted(agent)
    come_back(agent)
    _note(session, agent, before, by=by)


def go_away(agent: Agent, *, until: datetime | None) -> None:
    """From now on; who is away already stays so since then."""
    since = agent.absent_since if agent.is_absent else now()
    agent.absent_since, agent.absent_until = since, until


def come_back(agent: Agent) -> None:
    agent.absent_since = agent.absent_until = None


def _note(session: AsyncSession, agent: Agent, before: dict[str, Any], *, by: Agent) -> None:
    """In the audit log where somebody else decided it; one's own coming and going is nobody's business."""
    if agent.id != by.id:
        changes = audit.differences(before, _noted(agent))
        audit.note_setting(session, Agent.__tablename__, agent.id, by=by, **changes)


def _noted(agent: Agent) -> dict[str, Any]:
    until = agent.absent_until if agent.is_absent else None
    return {"is_absent": agent.is_absent, "absent_until": rfc3339(until)}


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    end = datetime.combine(day, time(), zone) + timedelta(days=1)
    if end <= now():
        raise Invalid("until", mark("This is in the past."))
    return end
