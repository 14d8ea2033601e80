"""Rules for deadlines: which of them holds for a ticket, and how somebody changes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.channels.calendar_models import CalendarRecount
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.errors import Invalid
from app.core.i18n import mark
from app.core.wakeups import CHANNELS
from app.sla import queries
from app.sla.forms import PolicyForm
from app.sla.models import DeadlinePolicy
from app.tickets.models import Priority

SUBJECT = DeadlinePolicy.__tablename__
TOLD = (
    "channel_id",
    "category_id",
    "priority",
    "first_reply_seconds",
    "next_reply_seconds",
    "resolution_seconds",
    "is_in_business_time",
    "warn_share",
    "warn_seconds",
    "raise_seconds",
)


class AlreadyRuled(Invalid):
    """Two rules for the same tickets, and nobody knows which holds."""

    def __init__(self) -> None:
        super().__init__("form", mark("There is already a rule for these tickets. Change that one."))


def ranked(policies: Iterable[DeadlinePolicy], levels: Mapping[int, int]) -> list[DeadlinePolicy]:
    """The most special first: with more conditions, then of the deeper category, then of a priority, then of a channel.

    Of this order the first that fits a ticket holds for it, with all three of its times.
    """

    def rank(policy: DeadlinePolicy) -> tuple[int, int, bool, bool, int]:
        named = (policy.category_id, policy.priority, policy.channel_id)
        level = levels.get(policy.category_id or 0, 0)
        count = sum(each is not None for each in named)
        return (-count, -level, policy.priority is None, policy.channel_id is None, policy.id)

    return sorted(policies, key=rank)


def pick(
    ordered: Sequence[DeadlinePolicy], *, channel_id: int, category_path: str, priority: Priority
) -> DeadlinePolicy | None:
    """The first that fits; `category_path` is as `/3/17/`, empty without a category."""
    for policy in ordered:
        is_there = policy.channel_id in (None, channel_id)
        is_about = policy.category_id is None or f"/{policy.category_id}/" in category_path
        if is_there and is_about and policy.priority in (None, priority):
            return policy
    return None


async def list_ranked(session: AsyncSession) -> list[DeadlinePolicy]:
    policies = await queries.list_policies(session)
    levels = await queries.map_levels(session) if any(policy.category_id for policy in policies) else {}
    return ranked(policies, levels)


async def add(session: AsyncSession, form: PolicyForm, *, by: Agent) -> DeadlinePolicy:
    """Raises AlreadyRuled."""
    return await _put(session, form, None, by=by)


async def change(session: AsyncSession, policy: DeadlinePolicy, form: PolicyForm, *, by: Agent) -> DeadlinePolicy:
    """As a row of its own, in its place. Raises AlreadyRuled."""
    return await _put(session, form, policy, by=by)


async def remove(session: AsyncSession, policy: DeadlinePolicy, *, by: Agent) -> None:
    audit.note_setting(session, SUBJECT, policy.id, by=by, is_removed=(False, True))
    policy.removed_at = now()
    await ask_for_recount(session)


async def ask_for_recount(session: AsyncSession) -> None:
    """Every open deadline is reckoned anew; what was done stays as it was judged."""
    await session.flush()
    session.add(CalendarRecount())
    await session.flush()
    wake_at_commit(session, CHANNELS)


async def _put(session: AsyncSession, form: PolicyForm, former: DeadlinePolicy | None, *, by: Agent) -> DeadlinePolicy:
    policy = DeadlinePolicy(**form.columns(), holds_from=now())
    for other in await queries.list_policies(session):
        if other is not former and _is_for_the_same(other, policy):
            raise AlreadyRuled
    before = _told(former) if former else {}
    if former is not None:
        if before == _told(policy):
            return former
        former.removed_at = now()
    session.add(policy)
    await session.flush()
    audit.note_setting(session, SUBJECT, policy.id, by=by, **audit.differences(before, _told(policy)))
    await ask_for_recount(session)
    return policy


def _is_for_the_same(one: DeadlinePolicy, other: DeadlinePolicy) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in ("channel_id", "category_id", "priority"))


def _told(policy: DeadlinePolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in TOLD}
