"""The end of a chat by an agent; the visitor is told, and begins anew by writing again."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.chat import transcripts
from app.chat.desk_forms import EndForm
from app.conversations import answer_queries, visitor_queries, visitors
from app.conversations.models import Conversation, Happening, HappeningKind
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.i18n import mark
from app.inbox.visitor_queries import find_conversation_id
from app.ingest import happenings
from app.tickets import closing
from app.tickets.history_models import Actor
from app.tickets.models import Ticket

NO_ADDRESS = mark("It cannot go by mail: the visitor left no address, or the chat has no mailbox.")


async def chat_of(session: AsyncSession, ticket: Ticket) -> Conversation:
    """Raises NotFound for a ticket that no visitor of a website is on."""
    found = await find_conversation_id(session, ticket.id)
    if found is None:
        raise NotFound(number=ticket.number)
    return await answer_queries.get_conversation(session, found)


async def end(session: AsyncSession, ticket: Ticket, form: EndForm, *, by: Agent) -> None:
    """Once: what is over already stays as it is, but for the status and the mail that are wished."""
    conversation = await chat_of(session, ticket)
    visitor = await visitor_queries.hold_visitor_of(session, conversation)
    if form.next_status is not None:
        status = await closing.status_by_key(session, form.next_status, field="next_status")
        await closing.set_status(session, ticket, status, by=Actor.agent(by), hold_reason="")
    if visitor.ended_at is None:
        visitor.ended_at, visitor.typing_until = now(), None
        await tell(session, ticket, conversation, HappeningKind.CHAT_ENDED, by=by)
    if form.sends_transcript and not await _is_sent(session, ticket, conversation):
        raise Invalid("sends_transcript", NO_ADDRESS)


async def _is_sent(session: AsyncSession, ticket: Ticket, conversation: Conversation) -> bool:
    """Now, or before: what was sent already is not sent again."""
    if await transcripts.send(session, ticket, conversation):
        return True
    return await transcripts.is_sent(session, ticket, conversation)


async def tell(
    session: AsyncSession,
    ticket: Ticket,
    conversation: Conversation,
    kind: HappeningKind,
    *,
    by: Agent,
    detail: dict[str, Any] | None = None,
) -> None:
    """In the ticket's history, and to the visitor's browser. Words are the happening's, never the event's."""
    happening = Happening(
        channel_id=conversation.channel_id,
        conversation_id=conversation.id,
        ticket_id=ticket.id,
        kind=kind,
        at=now(),
        detail=detail or {},
    )
    session.add(happening)
    await session.flush()
    happenings.tell(session, ticket, happening, by=Actor.agent(by))
    await visitors.tell(session, conversation.id)
