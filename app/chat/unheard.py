"""What agents said in a chat that its visitor has not heard, and when it is to go by mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.chats import read_chat
from app.channels.models import Channel
from app.chat import continuing_queries as queries
from app.conversations import visitor_queries
from app.conversations.visitor_models import Visitor
from app.core.clock import now
from app.core.rows import AnyRow
from app.customers.service import address_key
from app.outbox.addresses import is_deliverable


@dataclass(frozen=True, slots=True)
class Unheard:
    """How things stand with one visitor; `due_at` is None where nothing is to go by mail."""

    visitor: Visitor
    chat: Channel
    conversation_id: int
    rows: Sequence[AnyRow]
    due_at: datetime | None

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.rows]

    @property
    def is_due(self) -> bool:
        return self.due_at is not None and self.due_at <= now()


async def look(session: AsyncSession, visitor: Visitor) -> Unheard:
    chat = await channel_queries.get_channel(session, visitor.channel_id)
    conversation = await visitor_queries.find_conversation(session, visitor.key_hash)
    if conversation is None:
        return Unheard(visitor, chat, 0, (), None)
    since = max(filter(None, (visitor.heard_at, visitor.mailed_at)), default=None)
    rows = await queries.list_unheard(session, conversation.id, since=since)
    can_be_mailed = bool(rows) and await _can_be_mailed(session, visitor, chat, rows[-1].ticket_id)
    return Unheard(visitor, chat, conversation.id, rows, _due_at(visitor, chat, rows[0]) if can_be_mailed else None)


async def _can_be_mailed(session: AsyncSession, visitor: Visitor, chat: Channel, ticket_id: int) -> bool:
    """Nobody writes to our own mailboxes in this way, nor about spam."""
    if not visitor.mail or visitor.blocked_at is not None or chat.mail_channel_id is None:
        return False
    channels = await channel_queries.list_channels(session)
    own = {address_key(each.address) for channel in channels for each in channel.own_addresses}
    is_counted = (await queries.get_place(session, ticket_id)).is_counted
    return is_counted and is_deliverable(visitor.mail) and address_key(visitor.mail) not in own


def _due_at(visitor: Visitor, chat: Channel, first: AnyRow) -> datetime:
    """Who is here hears it in a moment. Who left while nobody was there waits for nothing else."""
    patience = timedelta(0) if visitor.wants_mail else read_chat(chat).mail_after
    waited: datetime = first.sent_at + patience
    return max(waited, visitor.online_until) if visitor.online_until else waited
