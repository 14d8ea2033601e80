"""What a platform tells beside messages: kept, said on the ticket's history, and how the customer stands to us."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import Conversation, ConversationState, Happening, HappeningKind
from app.ingest import talk_queries
from app.ingest.models import RawMessage
from app.tickets import queries
from app.tickets.closing import move
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.models import BUILT_IN_STATUS_IDS, Phase, Ticket
from connectors.talks import Said

STATES = {
    HappeningKind.FOLLOWED: ConversationState.FRIEND,
    HappeningKind.UNBLOCKED: ConversationState.FRIEND,
    HappeningKind.JOINED: ConversationState.FRIEND,
    HappeningKind.UNFOLLOWED: ConversationState.BLOCKED,
    HappeningKind.LEFT: ConversationState.LEFT,
}
OF_MEMBERS = (HappeningKind.MEMBERS_JOINED, HappeningKind.MEMBERS_LEFT)
AS_MESSAGES = (HappeningKind.POSTBACK, HappeningKind.UNKNOWN)
"""What somebody may want of us: where there is no ticket to tell of it, it opens one."""


def kind_of(said: Said) -> HappeningKind | None:
    """None for a message. A kind that only the connector knows is unknown to us."""
    if said.happening is None:
        return None
    return HappeningKind(said.happening.kind) if said.happening.kind in set(HappeningKind) else HappeningKind.UNKNOWN


def note(
    session: AsyncSession, raw: RawMessage, said: Said, *, conversation: Conversation | None, ticket: Ticket | None
) -> Happening:
    """It has its id once the session is flushed."""
    kind = kind_of(said)
    assert kind is not None
    assert said.happening is not None
    happening = Happening(
        channel_id=raw.channel_id,
        conversation_id=conversation.id if conversation else None,
        ticket_id=ticket.id if ticket else None,
        raw_id=raw.id,
        kind=kind,
        at=raw.received_at,
        detail=dict(said.happening.detail),
    )
    session.add(happening)
    return happening


def tell(session: AsyncSession, ticket: Ticket, happening: Happening, *, by: Actor) -> None:
    """A line of the ticket's history; what it says in detail is the happening's."""
    record(
        session, ticket, EventKind.HAPPENED, by=by, at=happening.at, happening=happening.kind, happening_id=happening
    )


async def settle(session: AsyncSession, ticket: Ticket, conversation: Conversation, said: Said, *, by: Actor) -> None:
    """The customer found the answer to their newest words: what nobody has taken up is done. What they wrote since, or
    somebody else did, still waits."""
    is_free = ticket.phase is Phase.NEW and ticket.assignee_id is None
    is_newest = bool(said.read_token) and said.read_token == conversation.read_token
    if is_free and is_newest and not await talk_queries.has_other_words(session, ticket.id, conversation.id):
        await move(session, ticket, await queries.get_status(session, BUILT_IN_STATUS_IDS[Phase.DONE]), by=by)


def follow(conversation: Conversation, kind: HappeningKind | None, at: datetime) -> None:
    """By the newest of what is known, in whichever order it comes. Whoever writes has not blocked us."""
    state = STATES.get(kind) if kind else _state_of_who_writes(conversation)
    if state is None or (conversation.state_at is not None and at < conversation.state_at):
        return
    conversation.state, conversation.state_at = state, at


def _state_of_who_writes(conversation: Conversation) -> ConversationState | None:
    is_off = conversation.state in (ConversationState.BLOCKED, ConversationState.LEFT)
    return ConversationState.FRIEND if is_off else None
