"""Drafts what is due: the numbers are read first, then one short unit of work decides whose draft it is.

A desk that was down drafts what it missed, the oldest first, with as much time for comments as ever. A plan
that cannot be drafted keeps no other back.
"""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.briefings import contents, periods, posting, queries
from app.briefings.models import Briefing, BriefingPlan
from app.briefings.periods import Days
from app.core.clock import now
from app.core.database import Database
from app.core.log import get_logger

log = get_logger(__name__)


async def draft_due(database: Database, zone: ZoneInfo) -> int:
    """Returns how many this worker drafted."""
    async with database.reading() as session:
        plans = await queries.list_plans(session)
    count = 0
    for plan in plans:
        try:
            count += await _draft_missed(database, plan, zone)
        except Exception as error:
            log.error("a briefing could not be drafted", plan=plan.id, exc_info=error)
    return count


async def _draft_missed(database: Database, plan: BriefingPlan, zone: ZoneInfo) -> int:
    through, minute = plan.drafted_through, plan.minute_of_day
    missed = periods.missed(plan.kind, minute, zone, through=through, at=now())
    return sum([await _draft(database, plan, days, zone) for days in missed])


async def _draft(database: Database, plan: BriefingPlan, days: Days, zone: ZoneInfo) -> bool:
    async with database.reading() as session:
        audience_ids = await queries.list_audiences(session, plan.channel_ids)
        scope = contents.scope_of(plan, days, audience_ids, zone)
        said = await contents.read_contents(session, scope, locale=plan.locale)
    async with database.transaction() as session:
        if not await queries.take_turn(session, plan.id, days[1]):
            return False
        if await queries.has_briefing(session, plan, days[0]):
            return False  # its time of day is a later one now, and it was drafted at the former one
        briefing = Briefing(
            plan_id=plan.id,
            kind=plan.kind,
            name=plan.name,
            locale=plan.locale,
            first_on=days[0],
            last_on=days[1],
            contents=said,
            comment_due_at=now() + timedelta(hours=plan.comment_hours),
        )
        session.add(briefing)
        await session.flush()
        await queries.add_audiences(session, briefing.id, audience_ids)
        await posting.tell_of_draft(session, briefing, plan)
    return True


async def read_anew(session: AsyncSession, briefing: Briefing, zone: ZoneInfo) -> dict[str, Any]:
    """The numbers of a draft as they are now. It takes long: whoever keeps them does it in a unit of its own."""
    plan = await session.get_one(BriefingPlan, briefing.plan_id)
    audience_ids = await queries.list_counted(session, briefing.id)
    scope = contents.scope_of(plan, (briefing.first_on, briefing.last_on), audience_ids, zone)
    return await contents.read_contents(session, scope, locale=briefing.locale)
