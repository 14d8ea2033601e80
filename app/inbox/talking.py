"""How an answer in a talk would leave now: whether it reaches anybody, free or counted, and what is left to count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations import answer_queries, quota_queries
from app.conversations.models import ConversationKind, ConversationState
from app.conversations.quotas import QuotaState, state_of
from app.core.clock import now
from app.inbox.visitors import VisitorView
from app.outbox.fates import REPLY_LIFE
from app.outbox.lending import can_lend
from app.outbox.parting import Abilities, abilities_for
from app.replies.talks import TalkTerms, find_talk, has_right


@dataclass(frozen=True, slots=True)
class Hearer:
    """The visitor whom an answer is for: whether they are here, and how it comes to them otherwise.

    `mail_minutes` is None where it cannot go by mail, 0 where it goes at once.
    """

    name: str
    is_online: bool
    is_blocked: bool
    has_ended: bool
    has_mail: bool
    has_mailbox: bool
    mail_minutes: int | None

    @classmethod
    def of(cls, visitor: VisitorView) -> "Hearer":
        minutes = 0 if visitor.wants_mail else visitor.mail_minutes
        return cls(
            name=visitor.name,
            is_online=visitor.is_online,
            is_blocked=visitor.blocked_at is not None,
            has_ended=visitor.ended_at is not None,
            has_mail=bool(visitor.mail),
            has_mailbox=visitor.has_mailbox,
            mail_minutes=minutes if visitor.can_be_mailed else None,
        )


@dataclass(frozen=True, slots=True)
class TalkReply:
    """`free_until` is when the right to reply ends, if there is one."""

    channel_id: int
    channel_name: str
    channel_kind: str
    abilities: Abilities
    kind: ConversationKind
    name: str
    state: ConversationState
    free_until: datetime | None
    can_lend: bool
    quota: QuotaState | None
    quotable: tuple[int, ...]
    """Ids of the messages that an answer can quote."""
    visitor: Hearer | None = None
    """On a website's chat."""


async def read_talk_reply(
    session: AsyncSession,
    ticket_id: int,
    said: Sequence[int],
    visitor: VisitorView | None = None,
    *,
    customer: str = "",
) -> TalkReply | None:
    """None where the newest words were a mail. `said` are the ticket's messages that are part of a talk; `customer` is
    what a nameless one is called."""
    talk = await find_talk(session, ticket_id) if said else None
    if talk is None:
        return None
    abilities = abilities_for(talk.channel.kind)
    quota = await quota_queries.find_quota(session, talk.channel.id)
    return TalkReply(
        channel_id=talk.channel.id,
        channel_name=talk.channel.name,
        channel_kind=talk.channel.kind,
        abilities=abilities,
        kind=talk.conversation.kind,
        name=talk.conversation.name or customer,
        state=talk.conversation.state,
        free_until=await _free_until(session, talk),
        can_lend=not abilities.fetches_files or talk.channel.is_demo or can_lend(talk.channel),
        quota=state_of(quota, now()) if quota else None,
        quotable=tuple(await answer_queries.list_quotable(session, said)),
        visitor=Hearer.of(visitor) if visitor and visitor.conversation_id == talk.conversation.id else None,
    )


async def _free_until(session: AsyncSession, talk: TalkTerms) -> datetime | None:
    token = await answer_queries.find_token(session, talk.conversation.id) if await has_right(session, talk) else None
    return token.issued_at + REPLY_LIFE if token else None
