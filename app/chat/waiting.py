"""Whether a visitor who writes now can expect somebody to answer now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import turn_queries
from app.accounts.absence import PRESENT_FOR
from app.channels.chats import read_chat
from app.channels.models import Channel


@dataclass(frozen=True, slots=True)
class Presence:
    """`opens_at` is None while it is open, and where it never is."""

    is_open: bool
    opens_at: datetime | None
    has_agents: bool
    needs_agents: bool = True

    @property
    def is_there(self) -> bool:
        return self.is_open and (self.has_agents or not self.needs_agents)


async def is_there(session: AsyncSession, channel: Channel, at: datetime) -> Presence:
    """Open by its hours, while it is not paused; and somebody at the desk who sees the channel."""
    chat = read_chat(channel)
    is_open = not channel.is_paused and (chat.hours is None or chat.hours.is_open(at))
    opens_at = chat.hours.opens_at(at) if chat.hours and not channel.is_paused and not is_open else None
    has_agents = await turn_queries.is_anybody_there(session, channel.id, at=at, seen_since=at - PRESENT_FOR)
    return Presence(is_open, opens_at, has_agents, chat.needs_presence)
