from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Team
from app.core.rows import AnyRow, fetch
from app.escalations.ledger_queries import Asked, Asker
from app.escalations.models import Escalation, EscalationReason, EscalationState
from app.inbox.list_queries import Selection, meaning_of
from app.reports.values import Question
from app.tickets.models import Ticket


async def list_asked(session: AsyncSession, question: Question) -> Sequence[AnyRow]:
    """The steps of the period on tickets that the question means."""
    conditions, values = meaning_of(question.selection)
    statement = (
        select(
            Escalation.asked_at,
            Escalation.due_at,
            Escalation.ended_at,
            Escalation.state,
            Escalation.outcome,
            Escalation.level,
            Escalation.reason_id,
            EscalationReason.key.label("reason_key"),
            EscalationReason.name.label("reason_name"),
            Escalation.from_agent_id,
            Asker.name.label("asker_name"),
            Escalation.to_agent_id,
            Asked.name.label("asked_name"),
            Escalation.to_team_id,
            Team.name.label("team_name"),
            Escalation.guest_name,
            Escalation.guest_address,
            Ticket.category_id,
            Ticket.team_id,
            Ticket.home_channel_id,
        )
        .select_from(Escalation)
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .join(EscalationReason, EscalationReason.id == Escalation.reason_id)
        .join(Asker, Asker.id == Escalation.from_agent_id)
        .outerjoin(Asked, Asked.id == Escalation.to_agent_id)
        .outerjoin(Team, Team.id == Escalation.to_team_id)
        .where(
            Escalation.asked_at >= question.period.begins,
            Escalation.asked_at < question.period.ends,
            *conditions,
        )
        .order_by(Escalation.asked_at, Escalation.id)
    )
    return await fetch(session, statement, values)


async def count_unfinished(session: AsyncSession, selection: Selection, *, at: datetime) -> AnyRow:
    """`steps` without an answer yet, whenever they were asked, and how many are `overdue`."""
    conditions, values = meaning_of(selection)
    is_overdue = and_(Escalation.state == EscalationState.OPEN, Escalation.due_at <= at)
    statement = (
        select(func.count().label("steps"), func.coalesce(func.sum(case((is_overdue, 1), else_=0)), 0).label("overdue"))
        .select_from(Escalation)
        .join(Ticket, Ticket.id == Escalation.ticket_id)
        .where(Escalation.state != EscalationState.OVER, *conditions)
    )
    [row] = await fetch(session, statement, values)
    return row
