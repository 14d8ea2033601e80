"""The verbs of plans: which briefings are made, of what, when and for whom."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts import queries as accounts
from app.accounts.models import Agent
from app.briefings import periods, queries
from app.briefings.forms import PlanForm
from app.briefings.models import BriefingPlan
from app.channels import queries as channels
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.errors import NotFound
from app.core.wakeups import BRIEFINGS
from app.tickets.errors import Unknown

SUBJECT = "briefing_plans"
AUDITED = ("kind", "name", "locale", "channel_ids", "team_id", "minute_of_day", "comment_hours", "freezes_alone")
PEOPLE = ("commenter_ids", "recipient_ids", "addresses")


async def get_plan(session: AsyncSession, plan_id: int) -> BriefingPlan:
    plan = await queries.find_plan(session, plan_id)
    if plan is None:
        raise NotFound(plan_id=plan_id)
    return plan


async def add(session: AsyncSession, form: PlanForm, zone: ZoneInfo, *, by: Agent) -> BriefingPlan:
    """The first draft is of the period that ends next."""
    await _require_known(session, form)
    _, through = periods.newest_due(form.kind, form.minute_of_day, zone, at=now())
    plan = BriefingPlan(drafted_through=through, **_values(form))
    session.add(plan)
    await session.flush()
    audit.note_setting(session, SUBJECT, plan.id, by=by, **audit.differences({}, _audited(plan)))
    return plan


async def change(session: AsyncSession, plan: BriefingPlan, form: PlanForm, zone: ZoneInfo, *, by: Agent) -> None:
    """What was drafted stays as it is. Another kind begins with its next period."""
    await _require_known(session, form)
    before, kind = _audited(plan), plan.kind
    for name, value in _values(form).items():
        setattr(plan, name, value)
    if kind is not plan.kind:
        _, plan.drafted_through = periods.newest_due(plan.kind, plan.minute_of_day, zone, at=now())
    audit.note_setting(session, SUBJECT, plan.id, by=by, **audit.differences(before, _audited(plan)))
    await session.flush()


async def archive(session: AsyncSession, plan: BriefingPlan, zone: ZoneInfo, *, is_archived: bool, by: Agent) -> None:
    """What was made stays readable. One that is made again begins with its next period."""
    audit.note_setting(session, SUBJECT, plan.id, by=by, is_archived=(plan.archived_at is not None, is_archived))
    plan.archived_at = now() if is_archived else None
    if not is_archived:
        _, plan.drafted_through = periods.newest_due(plan.kind, plan.minute_of_day, zone, at=now())
    await session.flush()


async def draft_now(session: AsyncSession, plan: BriefingPlan, zone: ZoneInfo) -> None:
    """The newest period that is over, without waiting for the next: the background drafts it, if nobody did."""
    first, _ = periods.newest_due(plan.kind, plan.minute_of_day, zone, at=now())
    if not await queries.has_briefing(session, plan, first):
        plan.drafted_through = min(plan.drafted_through, first - timedelta(days=1))
    wake_at_commit(session, BRIEFINGS)
    await session.flush()


def _values(form: PlanForm) -> dict[str, Any]:
    values = form.model_dump(exclude={"time", "addresses"})
    return {**values, "minute_of_day": form.minute_of_day, "addresses": form.address_list}


def _audited(plan: BriefingPlan) -> dict[str, Any]:
    """Addresses of people outside are counted, not named."""
    counts = {f"{name}_count": len(getattr(plan, name)) for name in PEOPLE}
    return {**{name: getattr(plan, name) for name in AUDITED}, **counts}


async def _require_known(session: AsyncSession, form: PlanForm) -> None:
    if form.team_id is not None and await accounts.find_team(session, form.team_id) is None:
        raise Unknown("team_id")
    known = {channel.id for channel in await channels.list_channels(session)}
    if set(form.channel_ids) - known:
        raise Unknown("channel_ids")
    people = {agent.id for agent in await accounts.list_agents(session)}
    for field in ("commenter_ids", "recipient_ids"):
        if set(getattr(form, field)) - people:
            raise Unknown(field)
