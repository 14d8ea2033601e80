from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, Audience, AudienceChannel
from app.briefings.models import Briefing, BriefingAudience, BriefingKind, BriefingPlan, BriefingState
from app.core.cursors import Cursor
from app.outbox.models import UNDECIDED, OutboxEntry
from app.tickets.models import Phase, Ticket


async def list_plans(session: AsyncSession) -> Sequence[BriefingPlan]:
    """Those that are made."""
    statement = select(BriefingPlan).where(BriefingPlan.archived_at.is_(None)).order_by(BriefingPlan.id)
    return (await session.scalars(statement)).all()


async def find_plan(session: AsyncSession, plan_id: int) -> BriefingPlan | None:
    return await session.get(BriefingPlan, plan_id)


async def list_all_plans(session: AsyncSession) -> Sequence[BriefingPlan]:
    """Those that are no longer made too, at the end."""
    statement = select(BriefingPlan).order_by(BriefingPlan.archived_at.is_not(None), BriefingPlan.id)
    return (await session.scalars(statement)).all()


async def has_briefing(session: AsyncSession, plan: BriefingPlan, first: date) -> bool:
    known = (Briefing.plan_id == plan.id, Briefing.kind == plan.kind, Briefing.first_on == first)
    return await session.scalar(select(Briefing.id).where(*known)) is not None


async def take_turn(session: AsyncSession, plan_id: int, last: date) -> bool:
    """One statement decides which worker drafts this period."""
    due = (BriefingPlan.id == plan_id, BriefingPlan.drafted_through < last, BriefingPlan.archived_at.is_(None))
    statement = update(BriefingPlan).where(*due).values(drafted_through=last).returning(BriefingPlan.id)
    return await session.scalar(statement.execution_options(synchronize_session=False)) is not None


async def list_audiences(session: AsyncSession, channel_ids: Collection[int]) -> Sequence[int]:
    """Of these channels; without any, of all."""
    if not channel_ids:
        return (await session.scalars(select(Audience.id).order_by(Audience.id))).all()
    of_channels = select(AudienceChannel.audience_id).where(AudienceChannel.channel_id.in_(channel_ids)).distinct()
    return (await session.scalars(of_channels.order_by(AudienceChannel.audience_id))).all()


async def count_late(session: AsyncSession, audience_ids: Sequence[int], team_id: int | None, *, at: datetime) -> int:
    statement = select(func.count()).select_from(Ticket).where(Ticket.due_at < at, *_open(audience_ids, team_id))
    return await session.scalar(statement) or 0


async def count_undecided(session: AsyncSession, audience_ids: Sequence[int], team_id: int | None) -> int:
    """Answers that were not sent, or of which nobody knows."""
    statement = (
        select(func.count())
        .select_from(OutboxEntry)
        .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
        .where(OutboxEntry.state.in_(UNDECIDED), *_counted(audience_ids, team_id))
    )
    return await session.scalar(statement) or 0


def _open(audience_ids: Sequence[int], team_id: int | None) -> list[ColumnElement[bool]]:
    return [*_counted(audience_ids, team_id), Ticket.phase != Phase.DONE]


def _counted(audience_ids: Sequence[int], team_id: int | None) -> list[ColumnElement[bool]]:
    of_team = [Ticket.team_id == team_id] if team_id is not None else []
    return [Ticket.is_counted.is_(True), Ticket.audience_id.in_(audience_ids), *of_team]


async def add_audiences(session: AsyncSession, briefing_id: int, audience_ids: Sequence[int]) -> None:
    rows = [{"briefing_id": briefing_id, "audience_id": audience_id} for audience_id in audience_ids]
    if rows:
        await session.execute(insert(BriefingAudience), rows)


async def list_counted(session: AsyncSession, briefing_id: int) -> Sequence[int]:
    statement = select(BriefingAudience.audience_id).where(BriefingAudience.briefing_id == briefing_id)
    return (await session.scalars(statement.order_by(BriefingAudience.audience_id))).all()


def _visible(audience_ids: Sequence[int]) -> Select[Briefing]:
    """What counts anything that is not seen does not exist."""
    hidden = select(BriefingAudience.audience_id).where(
        BriefingAudience.briefing_id == Briefing.id, BriefingAudience.audience_id.not_in(audience_ids)
    )
    return select(Briefing).where(~hidden.exists())


async def find_briefing(session: AsyncSession, briefing_id: int, audience_ids: Sequence[int]) -> Briefing | None:
    """The row is held in a unit of work that writes."""
    statement = _visible(audience_ids).where(Briefing.id == briefing_id)
    return await session.scalar(statement.with_for_update(of=Briefing))


async def page_briefings(
    session: AsyncSession,
    audience_ids: Sequence[int],
    *,
    kind: BriefingKind | None = None,
    since: date | None = None,
    until: date | None = None,
    words: str = "",
    after: Cursor | None = None,
    limit: int,
) -> Sequence[Briefing]:
    """The newest first. `words` are folded."""
    statement = _visible(audience_ids)
    conditions: list[Any] = []
    if kind is not None:
        conditions.append(Briefing.kind == kind)
    if since is not None:
        conditions.append(Briefing.last_on >= since)
    if until is not None:
        conditions.append(Briefing.first_on <= until)
    if words:
        conditions.append(Briefing.comment_key.contains(words, autoescape=True))
    if after is not None:
        conditions.append(tuple_(Briefing.last_on, Briefing.id) < tuple_(date.fromisoformat(after.value), after.id))
    statement = statement.where(*conditions).order_by(Briefing.last_on.desc(), Briefing.id.desc())
    return (await session.scalars(statement.limit(limit))).all()


async def change_comment(session: AsyncSession, briefing_id: int, *, version: int, **values: Any) -> int | None:
    """The new version; None when it was frozen or somebody else wrote meanwhile."""
    statement = (
        update(Briefing)
        .where(Briefing.id == briefing_id, Briefing.state == BriefingState.DRAFT, Briefing.comment_version == version)
        .values(comment_version=version + 1, **values)
        .returning(Briefing.comment_version)
    )
    return await session.scalar(statement)


async def change_contents(session: AsyncSession, briefing_id: int, **values: Any) -> bool:
    """Of a draft; what is frozen stays."""
    draft = (Briefing.id == briefing_id, Briefing.state == BriefingState.DRAFT)
    return await session.scalar(update(Briefing).where(*draft).values(**values).returning(Briefing.id)) is not None


async def freeze(session: AsyncSession, briefing_id: int, *, at: datetime, by_id: int | None, writer: str) -> bool:
    """One statement: of two who freeze it one does."""
    values = {"state": BriefingState.FROZEN, "frozen_at": at, "frozen_by_id": by_id, "writer": writer}
    draft = (Briefing.id == briefing_id, Briefing.state == BriefingState.DRAFT)
    return await session.scalar(update(Briefing).where(*draft).values(**values).returning(Briefing.id)) is not None


async def list_overdue(session: AsyncSession, *, at: datetime, quiet_since: datetime) -> Sequence[Briefing]:
    """Drafts whose time for comments is over, where nobody is just typing one."""
    statement = (
        select(Briefing)
        .join(BriefingPlan, BriefingPlan.id == Briefing.plan_id)
        .where(
            Briefing.state == BriefingState.DRAFT,
            Briefing.comment_due_at <= at,
            BriefingPlan.freezes_alone.is_(True),
            or_(Briefing.commented_at.is_(None), Briefing.commented_at <= quiet_since),
        )
    )
    return (await session.scalars(statement.order_by(Briefing.id).with_for_update(of=Briefing))).all()


async def list_unmailed(session: AsyncSession) -> Sequence[Briefing]:
    unmailed = (Briefing.state == BriefingState.FROZEN, Briefing.mailed_at.is_(None))
    return (await session.scalars(select(Briefing).where(*unmailed).order_by(Briefing.id))).all()


async def keep_pdf(session: AsyncSession, briefing_id: int, sha256: str) -> None:
    """The first one made is the one that is kept."""
    unmade = (Briefing.id == briefing_id, Briefing.pdf_sha256.is_(None))
    await session.execute(update(Briefing).where(*unmade).values(pdf_sha256=sha256))


async def take_mailing(session: AsyncSession, briefing_id: int, *, at: datetime) -> bool:
    """One statement decides which worker puts the mails into the queue."""
    unmailed = (Briefing.id == briefing_id, Briefing.mailed_at.is_(None))
    statement = update(Briefing).where(*unmailed).values(mailed_at=at).returning(Briefing.id)
    return await session.scalar(statement) is not None


async def list_agents(session: AsyncSession, agent_ids: Collection[int]) -> Sequence[Agent]:
    """Those of them who are active."""
    statement = select(Agent).where(Agent.id.in_(agent_ids), Agent.disabled_at.is_(None)).order_by(Agent.id)
    return (await session.scalars(statement)).all()
