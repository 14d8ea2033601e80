"""Visitors who are not to write any more. What they wrote stays; who blocked them and why is in the history."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.chat import desk_queries
from app.chat.ending import chat_of, tell
from app.conversations import visitor_queries
from app.conversations.models import Conversation, HappeningKind
from app.core.clock import now
from app.core.errors import NotFound
from app.tickets import queries as ticket_queries
from app.tickets.models import Ticket


async def block(session: AsyncSession, ticket: Ticket, *, reason: str, by: Agent) -> None:
    """Everybody who answers them may: whoever insults is gone at once. Who is blocked already stays so."""
    conversation = await chat_of(session, ticket)
    visitor = await visitor_queries.hold_visitor_of(session, conversation)
    if visitor.blocked_at is None:
        visitor.blocked_at, visitor.typing_until = now(), None
        detail = {"reason": reason} if reason else {}
        await tell(session, ticket, conversation, HappeningKind.VISITOR_BLOCKED, by=by, detail=detail)


async def unblock(session: AsyncSession, ticket: Ticket, *, by: Agent) -> None:
    await _unblock(session, ticket, await chat_of(session, ticket), by=by)


async def unblock_visitor(session: AsyncSession, visitor_id: int, *, channel_id: int, by: Agent) -> None:
    """From the list of all who are blocked. Raises NotFound."""
    found = await desk_queries.find_blocked(session, visitor_id, channel_id=channel_id)
    ticket = await ticket_queries.find_ticket(session, found.ticket_id) if found and found.ticket_id else None
    if found is None or ticket is None:
        raise NotFound(visitor_id=visitor_id)
    await _unblock(session, ticket, found, by=by)


async def _unblock(session: AsyncSession, ticket: Ticket, conversation: Conversation, *, by: Agent) -> None:
    visitor = await visitor_queries.hold_visitor_of(session, conversation)
    if visitor.blocked_at is not None:
        visitor.blocked_at = None
        await tell(session, ticket, conversation, HappeningKind.VISITOR_UNBLOCKED, by=by)
