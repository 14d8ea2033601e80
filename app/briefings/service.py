"""The verbs of briefings: who may, commenting, freezing."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.accounts.audiences import Viewer
from app.accounts.models import Role
from app.briefings import queries
from app.briefings.errors import BriefingFrozen, CommentChanged
from app.briefings.models import Briefing, BriefingPlan
from app.core.clock import now
from app.core.database import wake_at_commit
from app.core.errors import Forbidden, NotFound
from app.core.folding import fold
from app.core.wakeups import BRIEFINGS

READERS = (Role.CS, Role.LEAD, Role.ADMIN)
TYPING = timedelta(minutes=15)
"""A comment that was changed a shorter while ago is still being written."""


def require_reader(viewer: Viewer) -> None:
    if viewer.agent.role not in READERS:
        raise Forbidden(role=viewer.agent.role)


async def get_briefing(session: AsyncSession, briefing_id: int, viewer: Viewer) -> Briefing:
    """One that counts anything the viewer does not see does not exist."""
    require_reader(viewer)
    briefing = await queries.find_briefing(session, briefing_id, viewer.audience_ids)
    if briefing is None:
        raise NotFound(briefing_id=briefing_id)
    return briefing


async def may_comment(session: AsyncSession, briefing: Briefing, viewer: Viewer) -> bool:
    """Whom the plan names, and admins; without names every lead."""
    plan = await session.get_one(BriefingPlan, briefing.plan_id)
    role = viewer.agent.role
    return role is Role.ADMIN or (viewer.agent.id in plan.commenter_ids if plan.commenter_ids else role.leads)


async def write_comment(session: AsyncSession, briefing: Briefing, text: str, *, version: int, by: Viewer) -> int:
    """The new version. Raises BriefingFrozen, CommentChanged for an older version than there is."""
    await _require_commenter(session, briefing, by)
    values = {"comment": text, "comment_key": fold(text), "commented_at": now(), "commented_by_id": by.agent.id}
    written = await queries.change_comment(session, briefing.id, version=version, **values)
    await session.refresh(briefing)
    if written is not None:
        return written
    if not briefing.is_draft:
        raise BriefingFrozen
    raise CommentChanged(comment=briefing.comment, version=briefing.comment_version)


async def freeze(session: AsyncSession, briefing: Briefing, *, by: Viewer) -> None:
    """From now on it never changes; its mails leave in the background."""
    await _require_commenter(session, briefing, by)
    if not await _freeze(session, briefing, by_id=by.agent.id):
        raise BriefingFrozen
    await session.refresh(briefing)


async def require_draft(session: AsyncSession, briefing: Briefing, viewer: Viewer) -> None:
    """For what only who comments may do with one that is not frozen."""
    await _require_commenter(session, briefing, viewer)
    if not briefing.is_draft:
        raise BriefingFrozen


async def freeze_overdue(session: AsyncSession) -> int:
    """Where nobody commented in time, or what was written stands for a while; as their plans say."""
    overdue = await queries.list_overdue(session, at=now(), quiet_since=now() - TYPING)
    return sum([await _freeze(session, briefing, by_id=None) for briefing in overdue])


async def _freeze(session: AsyncSession, briefing: Briefing, *, by_id: int | None) -> bool:
    has_words = bool(briefing.comment.strip()) and briefing.commented_by_id is not None
    writer = (await accounts.get_agent(session, briefing.commented_by_id or 0)).name if has_words else ""
    wake_at_commit(session, BRIEFINGS)
    return await queries.freeze(session, briefing.id, at=now(), by_id=by_id, writer=writer)


async def _require_commenter(session: AsyncSession, briefing: Briefing, viewer: Viewer) -> None:
    if not await may_comment(session, briefing, viewer):
        raise Forbidden(role=viewer.agent.role)
