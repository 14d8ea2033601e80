from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent, Team, TeamMember
from app.channels.models import EMAIL, Channel
from app.core.errors import NotFound
from app.core.rows import AnyRow
from app.escalations.models import (
    Escalation,
    EscalationFile,
    EscalationReason,
    EscalationState,
    EscalationTurn,
)
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Ticket

IS_UNFINISHED = Escalation.state != EscalationState.OVER


def concerns(viewer: Viewer) -> ColumnElement[bool]:
    """Who is asked, themselves or by a team of theirs, and who asked."""
    me = viewer.agent.id
    return or_(
        Escalation.to_agent_id == me, Escalation.from_agent_id == me, Escalation.to_team_id.in_(sorted(viewer.team_ids))
    )


async def get_place(session: AsyncSession, escalation_id: int, viewer: Viewer) -> AnyRow:
    """On which ticket it is, if it concerns the viewer or they see that ticket; to anybody else it does not exist."""
    statement = (
        select(Escalation.ticket_id, Ticket.audience_id)
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(Escalation.id == escalation_id, or_(concerns(viewer), Ticket.audience_id.in_(viewer.audience_ids)))
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(escalation_id=escalation_id)
    return row


async def find_escalation(session: AsyncSession, escalation_id: int) -> Escalation | None:
    """As it is now: whoever writes holds its ticket by then."""
    statement = select(Escalation).where(Escalation.id == escalation_id)
    return await session.scalar(statement.execution_options(populate_existing=True))


async def list_unfinished(session: AsyncSession, ticket_id: int) -> Sequence[Escalation]:
    statement = select(Escalation).where(Escalation.ticket_id == ticket_id, IS_UNFINISHED).order_by(Escalation.id)
    return (await session.scalars(statement)).all()


async def list_unfinished_ids(session: AsyncSession, ticket_ids: Collection[int]) -> Sequence[int]:
    statement = select(Escalation.id).where(Escalation.ticket_id.in_(ticket_ids), IS_UNFINISHED)
    return (await session.scalars(statement.order_by(Escalation.id))).all()


async def list_family_tickets(session: AsyncSession, escalation_ids: Collection[int]) -> Sequence[int]:
    """Where these questions are, and what was asked because of them and is not over."""
    steps = select(Escalation.id, Escalation.ticket_id)
    family = steps.where(Escalation.id.in_(escalation_ids)).cte("family", recursive=True)
    family = family.union_all(steps.join(family, Escalation.parent_id == family.c.id).where(IS_UNFINISHED))
    return (await session.scalars(select(family.c.ticket_id).distinct().order_by(family.c.ticket_id))).all()


async def list_below(session: AsyncSession, escalation_id: int) -> Sequence[Escalation]:
    """What was asked because of it and is not over."""
    statement = select(Escalation).where(Escalation.parent_id == escalation_id, IS_UNFINISHED).order_by(Escalation.id)
    return (await session.scalars(statement)).all()


async def has_unfinished(session: AsyncSession, ticket_id: int) -> bool:
    statement = select(Escalation.id).where(Escalation.ticket_id == ticket_id, IS_UNFINISHED)
    return await session.scalar(statement.limit(1)) is not None


async def list_file_ids(session: AsyncSession, escalation_id: int) -> Sequence[int]:
    statement = select(EscalationFile.attachment_id).where(EscalationFile.escalation_id == escalation_id)
    return (await session.scalars(statement.order_by(EscalationFile.attachment_id))).all()


async def list_files(session: AsyncSession, escalation_ids: Collection[int]) -> Sequence[AnyRow]:
    statement = (
        select(EscalationFile.escalation_id, Attachment.id, Attachment.name, Attachment.content_type, Attachment.size)
        .join(Attachment, Attachment.id == EscalationFile.attachment_id)
        .where(EscalationFile.escalation_id.in_(escalation_ids))
        .order_by(EscalationFile.escalation_id, Attachment.id)
    )
    return (await session.execute(statement)).all()


async def list_answer_files(session: AsyncSession, escalation_ids: Collection[int]) -> Sequence[AnyRow]:
    """What came with the answers."""
    statement = (
        select(
            Escalation.id.label("escalation_id"),
            Attachment.id,
            Attachment.name,
            Attachment.content_type,
            Attachment.size,
        )
        .join(Attachment, Attachment.message_id == Escalation.answer_message_id)
        .where(Escalation.id.in_(escalation_ids))
        .order_by(Escalation.id, Attachment.id)
    )
    return (await session.execute(statement)).all()


async def list_turns(session: AsyncSession, escalation_ids: Collection[int]) -> Sequence[AnyRow]:
    statement = (
        select(
            EscalationTurn.escalation_id,
            EscalationTurn.kind,
            EscalationTurn.text,
            EscalationTurn.at,
            EscalationTurn.agent_id,
            Agent.name,
        )
        .outerjoin(Agent, Agent.id == EscalationTurn.agent_id)
        .where(EscalationTurn.escalation_id.in_(escalation_ids))
        .order_by(EscalationTurn.id)
    )
    return (await session.execute(statement)).all()


async def list_attachable(session: AsyncSession, attachment_ids: Collection[int], *, ticket_id: int) -> Sequence[int]:
    """Those among them that are on messages of the ticket."""
    statement = (
        select(Attachment.id)
        .join(Message, Message.id == Attachment.message_id)
        .where(Attachment.id.in_(attachment_ids), Message.ticket_id == ticket_id, Message.hidden_at.is_(None))
    )
    return (await session.scalars(statement)).all()


async def list_ticket_files(session: AsyncSession, ticket_id: int) -> Sequence[AnyRow]:
    """What can go along with a question, the newest first; pictures within a text are none."""
    statement = (
        select(Attachment.id, Attachment.name, Attachment.size)
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.ticket_id == ticket_id, Message.hidden_at.is_(None), Attachment.is_inline.is_(False))
        .order_by(Attachment.id.desc())
    )
    return (await session.execute(statement)).all()


async def claim_answer_files(session: AsyncSession, attachment_ids: Collection[int], *, message_id: int) -> set[int]:
    """Files that came with a guest's answer and are nobody's."""
    statement = (
        update(Attachment)
        .where(Attachment.id.in_(attachment_ids), Attachment.uploader_id.is_(None), Attachment.message_id.is_(None))
        .values(message_id=message_id)
        .returning(Attachment.id)
    )
    return set((await session.scalars(statement)).all())


async def find_reason(session: AsyncSession, key: str) -> EscalationReason | None:
    return await session.scalar(select(EscalationReason).where(EscalationReason.key == key))


async def list_reasons(session: AsyncSession) -> Sequence[EscalationReason]:
    """Those that can be chosen, in their order."""
    statement = select(EscalationReason).where(EscalationReason.archived_at.is_(None))
    return (await session.scalars(statement.order_by(EscalationReason.position, EscalationReason.id))).all()


async def find_last_position(session: AsyncSession) -> int:
    return await session.scalar(select(func.max(EscalationReason.position))) or 0


async def find_team(session: AsyncSession, team_id: int) -> Team | None:
    return await session.scalar(select(Team).where(Team.id == team_id, Team.archived_at.is_(None)))


async def find_mailbox(session: AsyncSession, channel_id: int) -> Channel | None:
    """The ticket's own, if it is one, else the first. What is paused sends nothing, but a demo's writes a file."""
    sends = or_(Channel.paused_at.is_(None), Channel.is_demo)
    statement = select(Channel).where(Channel.kind == EMAIL, Channel.address != "", sends)
    own_first = (Channel.id != channel_id, Channel.id)
    return await session.scalar(statement.order_by(*own_first).limit(1))


async def list_due(session: AsyncSession, *, at: datetime, limit: int) -> Sequence[AnyRow]:
    """What is overdue and was told to nobody."""
    statement = select(Escalation.id, Escalation.ticket_id).where(_is_untold(at))
    return (await session.execute(statement.order_by(Escalation.due_at, Escalation.id).limit(limit))).all()


async def claim_due(session: AsyncSession, escalation_ids: Collection[int], *, at: datetime) -> Sequence[AnyRow]:
    """One statement, so that two schedules never tell of the same question."""
    statement = update(Escalation).where(Escalation.id.in_(escalation_ids), _is_untold(at)).values(told_at=at)
    claimed = statement.returning(
        Escalation.id,
        Escalation.ticket_id,
        Escalation.from_agent_id,
        Escalation.to_agent_id,
        Escalation.to_team_id,
    )
    found = await session.execute(claimed.execution_options(synchronize_session=False))
    return sorted(found.all(), key=lambda row: (row.ticket_id, row.id))


async def list_of_the_gone(session: AsyncSession, *, limit: int) -> Sequence[AnyRow]:
    """Open questions to agents who are not here any more, and to teams that are not, or have nobody left."""
    members = (
        select(TeamMember.agent_id)
        .join(Agent, Agent.id == TeamMember.agent_id)
        .where(TeamMember.team_id == Escalation.to_team_id, Agent.disabled_at.is_(None))
        .correlate(Escalation)
    )
    is_left = or_(
        and_(Escalation.to_agent_id.is_not(None), Agent.disabled_at.is_not(None)),
        and_(Escalation.to_team_id.is_not(None), or_(Team.archived_at.is_not(None), ~members.exists())),
    )
    statement = (
        select(Escalation.id, Escalation.ticket_id)
        .outerjoin(Agent, Agent.id == Escalation.to_agent_id)
        .outerjoin(Team, Team.id == Escalation.to_team_id)
        .where(Escalation.state == EscalationState.OPEN, is_left)
        .order_by(Escalation.id)
        .limit(limit)
    )
    return (await session.execute(statement)).all()


async def follow_notes(session: AsyncSession, message_ids: Collection[int], *, ticket_id: int) -> None:
    """A question is where its note is: it goes with it when tickets are merged, split and parted again."""
    statement = update(Escalation).where(Escalation.question_message_id.in_(message_ids)).values(ticket_id=ticket_id)
    await session.execute(statement.execution_options(synchronize_session=False))


def _is_untold(at: datetime) -> ColumnElement[bool]:
    is_open = Escalation.state == EscalationState.OPEN
    return and_(is_open, Escalation.told_at.is_(None), Escalation.due_at <= at)
