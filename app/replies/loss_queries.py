from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.crypto import hash_token
from app.replies.models import Holder, Loss
from app.tickets.history_models import EventKind, TicketEvent
from app.tickets.message_models import Message

LOSSES = (EventKind.LOCK_TAKEN_OVER, EventKind.LOCK_RELEASED)
RECENT = 20


def trace(token: str) -> str:
    """By which a dead token is known again in the history, and by which nobody can send."""
    return hash_token(token)[:16]


async def find_loss(session: AsyncSession, ticket_id: int, *, token: str) -> Loss | None:
    """How this very token was lost; none when it ended in another way."""
    wanted = trace(token)
    statement = select(TicketEvent.kind, TicketEvent.at, TicketEvent.actor_id, TicketEvent.changes)
    statement = statement.where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind.in_(LOSSES))
    for row in await session.execute(statement.order_by(TicketEvent.id.desc()).limit(RECENT)):
        if row.changes.get("lock") == wanted:
            by = Holder(row.actor_id, await _name(session, row.actor_id))
            return Loss(row.kind, by, row.at, await _reason(session, **row.changes))
    return None


async def _name(session: AsyncSession, agent_id: int) -> str:
    return await session.scalar(select(Agent.name).where(Agent.id == agent_id)) or ""


async def _reason(session: AsyncSession, *, message_id: int, reason_start: int, **_: object) -> str:
    """The end of the note; nothing when its text was erased."""
    text = await session.scalar(select(Message.text).where(Message.id == message_id))
    return (text or "")[reason_start:]
