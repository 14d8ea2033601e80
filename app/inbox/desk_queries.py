"""Which channels a viewer sees, and how much of everything lies where."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    String,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, AudienceChannel
from app.accounts.queries import is_channel_visible
from app.bulletin.models import Announcement, AnnouncementReading, HandoverNote
from app.bulletin.queries import is_shown
from app.channels.models import Channel, ChannelFolder
from app.conversations.models import Quota
from app.core.base import UTCDateTime
from app.core.clock import now
from app.core.installation import Installation
from app.core.rows import AnyRow, AnyUnion, fetch
from app.ingest.models import RawMessage, RawState
from app.notices.models import Notice
from app.outbox.models import UNDECIDED, OutboxEntry
from app.tickets.history_models import Count, CountDelta
from app.tickets.message_models import Message
from app.tickets.models import Phase, Ticket

AUDIENCES: BindParameter[Any] = bindparam("audience_ids", expanding=True)
AGENTS: BindParameter[Any] = bindparam("agent_ids", expanding=True)
IS_COUNTED = text("tickets.is_counted")
IS_ASIDE = text("NOT tickets.is_counted")
IS_WAITING = text("tickets.is_counted AND tickets.phase <> 'done'")
IS_FRESH = text("tickets.is_counted AND tickets.phase = 'new' AND tickets.snoozed_until IS NULL")
IS_UNREAD = text("notices.read_at IS NULL AND notices.is_in_desk")
NOTICE_AUDIENCE = case((Notice.escalation_id.is_not(None), literal_column("0")), else_=Ticket.audience_id)
"""What one is asked oneself is told whatever one sees."""
UNDONE = (Phase.NEW, Phase.IN_PROGRESS)
KEPT_ROWS = 500

NOBODY = literal(0)
WHOSE = func.coalesce(Ticket.assignee_id, -func.coalesce(Ticket.team_id, 0))
HAS_READ = select(AnnouncementReading.agent_id).where(
    AnnouncementReading.announcement_id == Announcement.id, AnnouncementReading.agent_id == Agent.id
)
NUMBERS: AnyUnion = union_all(
    select(
        cast(Ticket.phase, String).label("what"),
        NOBODY.label("agent_id"),
        Ticket.audience_id,
        func.count().label("count"),
    )
    .where(IS_COUNTED, Ticket.audience_id.in_(AUDIENCES), Ticket.phase.in_(UNDONE))
    .group_by(Ticket.audience_id, Ticket.phase),
    # Not grouped, and the audience not looked up: else the planner walks all tickets instead of the few.
    select(cast(Ticket.phase, String), NOBODY, Ticket.audience_id, literal(-1)).where(
        IS_WAITING, Ticket.snoozed_until.is_not(None), Ticket.audience_id.op("+")(0).in_(AUDIENCES)
    ),
    select(literal_column("'done'"), NOBODY, Count.audience_id, Count.done).where(Count.audience_id.in_(AUDIENCES)),
    select(literal_column("'done'"), NOBODY, CountDelta.audience_id, CountDelta.delta).where(
        CountDelta.audience_id.in_(AUDIENCES)
    ),
    select(literal_column("'mine'"), Ticket.assignee_id, Ticket.audience_id, func.count())
    .where(IS_COUNTED, Ticket.assignee_id.in_(AGENTS), Ticket.phase.in_(UNDONE), Ticket.snoozed_until.is_(None))
    .group_by(Ticket.assignee_id, Ticket.audience_id),
    select(literal_column("'overdue'"), NOBODY, Ticket.audience_id, func.count())
    .where(
        IS_WAITING,
        Ticket.audience_id.in_(AUDIENCES),
        Ticket.due_at < bindparam("at", type_=UTCDateTime),
        Ticket.snoozed_until.is_(None),
    )
    .group_by(Ticket.audience_id),
    select(literal_column("'spam'"), NOBODY, Ticket.audience_id, func.count())
    .where(IS_ASIDE, Ticket.audience_id.in_(AUDIENCES), Ticket.spam_at.is_not(None), Ticket.trashed_at.is_(None))
    .group_by(Ticket.audience_id),
    select(literal_column("'trash'"), NOBODY, Ticket.audience_id, func.count())
    .where(IS_ASIDE, Ticket.audience_id.in_(AUDIENCES), Ticket.trashed_at.is_not(None))
    .group_by(Ticket.audience_id),
    # Of nobody's new tickets the team is told, as a negative number: they are new to those who are in it.
    select(literal_column("'fresh'"), WHOSE, Ticket.audience_id, func.count())
    .where(IS_FRESH, Ticket.audience_id.in_(AUDIENCES))
    .group_by(Ticket.audience_id, Ticket.assignee_id, Ticket.team_id),
    select(literal_column("'notices'"), Notice.agent_id, NOTICE_AUDIENCE, func.count())
    .join_from(Notice, Ticket, Ticket.id == Notice.ticket_id)
    .where(IS_UNREAD, Notice.agent_id.in_(AGENTS), or_(Ticket.is_counted.is_(True), Notice.escalation_id.is_not(None)))
    .group_by(Notice.agent_id, NOTICE_AUDIENCE),
    select(literal_column("'newest_notice'"), Notice.agent_id, literal(0), func.max(Notice.id))
    .where(Notice.agent_id.in_(AGENTS))
    .group_by(Notice.agent_id),
    select(
        literal_column("'handovers'"),
        func.coalesce(HandoverNote.team_id, 0),
        func.coalesce(Ticket.audience_id, 0),
        func.count(),
    )
    .outerjoin_from(HandoverNote, Ticket, Ticket.id == HandoverNote.ticket_id)
    .where(HandoverNote.done_at.is_(None))
    .group_by(HandoverNote.team_id, Ticket.audience_id),
    select(literal_column("'important'"), Agent.id, literal(0), func.count())
    .join_from(Agent, Announcement, Agent.id.in_(AGENTS))
    .where(*is_shown(bindparam("at", type_=UTCDateTime)), Announcement.is_important, ~HAS_READ.exists())
    .group_by(Agent.id),
    select(literal_column("'not_sent'"), func.coalesce(Message.author_agent_id, 0), Ticket.audience_id, func.count())
    .select_from(OutboxEntry)
    .join(Message, Message.id == OutboxEntry.message_id)
    .join(Ticket, Ticket.id == OutboxEntry.ticket_id)
    .where(OutboxEntry.state.in_(UNDECIDED), Ticket.audience_id.in_(AUDIENCES))
    .group_by(Message.author_agent_id, Ticket.audience_id),
    select(literal_column("'sending_paused'"), NOBODY, literal(0), literal(1)).where(
        Installation.sending_paused_at.is_not(None)
    ),
)
"""One statement: the index counts what is not done, and the small index of the snoozed takes those away; what is done
is the folded counter and its deltas (MODEL 17)."""

LAST_ERROR = (
    select(ChannelFolder.last_error)
    .where(ChannelFolder.channel_id == Channel.id, ChannelFolder.last_error != "")
    .order_by(ChannelFolder.last_error_at.desc())
    .limit(1)
)
FETCHING: dict[str, ColumnElement[Any]] = {
    "failures": func.max(ChannelFolder.failures),
    "missing": func.sum(ChannelFolder.missing),
    "last_success_at": func.max(ChannelFolder.last_success_at),
}


def _of_folders(value: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(value).where(ChannelFolder.channel_id == Channel.id).scalar_subquery()


CHANNELS = (
    select(
        Channel.id,
        Channel.kind,
        Channel.name,
        Channel.key,
        Channel.address,
        LAST_ERROR.scalar_subquery().label("error"),
        Channel.paused_at.is_not(None).label("is_paused"),
        *(_of_folders(value).label(name) for name, value in FETCHING.items()),
        Quota.warned_at.label("quota_warned_at"),
        Quota.is_exhausted.label("is_quota_exhausted"),
        Quota.error.label("quota_error"),
        AudienceChannel.audience_id,
    )
    .outerjoin(AudienceChannel, AudienceChannel.channel_id == Channel.id)
    .outerjoin(Quota, Quota.channel_id == Channel.id)
    .order_by(Channel.id)
)
SEEN_CHANNELS = CHANNELS.where(is_channel_visible(Channel.id, bindparam("team_ids", expanding=True)))


async def count_everything(
    session: AsyncSession, audience_ids: Sequence[int], agent_ids: Sequence[int]
) -> Sequence[AnyRow]:
    """Rows to be summed: what, whose (0 for all), of which audience, how many."""
    return await fetch(session, NUMBERS, {"audience_ids": audience_ids, "agent_ids": agent_ids, "at": now()})


async def list_audience_channels(session: AsyncSession) -> Sequence[AnyRow]:
    return await fetch(session, select(AudienceChannel.audience_id, AudienceChannel.channel_id))


async def list_visible_channels(session: AsyncSession, team_ids: Iterable[int], *, sees_all: bool) -> Sequence[AnyRow]:
    """With the last trouble of each, and in one row for each of its audiences."""
    if sees_all:
        return await fetch(session, CHANNELS, kept_rows=KEPT_ROWS)
    return await fetch(session, SEEN_CHANNELS, {"team_ids": sorted(team_ids)}, kept_rows=KEPT_ROWS)


async def list_folder_states(session: AsyncSession, channel_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Per channel how reading its folders goes (A2); only the one that it has now is still read."""
    statement = (
        select(
            ChannelFolder.channel_id,
            func.sum(ChannelFolder.on_server).label("on_server"),
            func.max(ChannelFolder.last_success_at).label("last_success_at"),
        )
        .where(ChannelFolder.channel_id.in_(channel_ids))
        .group_by(ChannelFolder.channel_id)
    )
    return await fetch(session, statement)


async def count_raw(session: AsyncSession, channel_ids: Sequence[int]) -> Sequence[AnyRow]:
    statement = (
        select(RawMessage.channel_id, RawMessage.state, func.count().label("count"))
        .where(RawMessage.channel_id.in_(channel_ids), RawMessage.state != RawState.ERASED)
        .group_by(RawMessage.channel_id, RawMessage.state)
    )
    return await fetch(session, statement)
