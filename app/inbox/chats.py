"""Several chats at a time: which are open, and who waits longest (the reader's own, and nobody's)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import turn_queries
from app.accounts.absence import PRESENT_FOR
from app.accounts.audiences import Viewer
from app.accounts.models import Agent
from app.channels.models import CHAT
from app.core.clock import now, rfc3339
from app.core.rows import AnyRow
from app.inbox import chat_queries
from app.inbox.desk import Sight
from app.inbox.values import Named
from app.notices.queries import list_seeing
from app.tickets.models import Phase, Ticket

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChatLine:
    """`waiting_since` is when the first words came that nobody has answered; None when we had the last word."""

    number: int
    name: str
    preview: str
    phase: Phase
    is_mine: bool
    is_news: bool
    waiting_since: datetime | None
    newest_at: datetime
    online_until: datetime | None

    @property
    def is_online(self) -> bool:
        return self.online_until is not None and self.online_until > now()


@dataclass(frozen=True, slots=True)
class Chats:
    """`channel_ids` are those of websites within sight: without one nothing is shown."""

    channel_ids: tuple[int, ...]
    lines: tuple[ChatLine, ...]


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Whom a ticket can be given to."""

    there: tuple[Named, ...]
    others: tuple[Named, ...]
    away: tuple[Named, ...]


async def read_chats(session: AsyncSession, sight: Sight) -> Chats:
    """One statement, and none where there is no website."""
    channel_ids = tuple(channel.id for channel in sight.channels if channel.kind == CHAT)
    if not channel_ids:
        return Chats((), ())
    viewer = sight.viewer
    rows = await chat_queries.list_open(session, viewer.audience_ids, viewer.agent.id)
    lines = (_line(row, viewer) for row in rows if is_for(row, viewer))
    return Chats(channel_ids, tuple(sorted(lines, key=_patience)))


def is_for(row: AnyRow, viewer: Viewer) -> bool:
    """The reader's own, or nobody's and of one of their teams or of none."""
    is_nobodys = row.assignee_id is None and (row.team_id is None or row.team_id in viewer.team_ids)
    return bool(row.assignee_id == viewer.agent.id or is_nobodys)


async def list_chat_ids(session: AsyncSession, audience_ids: Sequence[int], viewer: Viewer) -> list[int]:
    """Of everybody's, the longest waiting first."""
    rows = await chat_queries.list_open(session, audience_ids, viewer.agent.id)
    return [line.number for line in sorted((_line(row, viewer) for row in rows), key=_patience)]


def chat_document(line: ChatLine) -> dict[str, object]:
    return {
        "number": line.number,
        "name": line.name or None,
        "is_mine": line.is_mine,
        "is_online": line.is_online,
        "is_unread": line.is_news,
        "waiting_since": rfc3339(line.waiting_since),
        "phase": line.phase,
    }


async def list_colleagues(session: AsyncSession, ticket: Ticket, *, by: Agent) -> Colleagues:
    """Who sees the ticket: first those who are at the desk, last those who are away."""
    seeing = [each for each in await list_seeing(session, ticket.audience_id) if each.id != by.id]
    at = now()
    there = await turn_queries.list_there(session, [each.id for each in seeing], at=at, seen_since=at - PRESENT_FOR)
    here = [each for each in seeing if each.id in there]
    away = [each for each in seeing if each.is_absent]
    others = [each for each in seeing if each not in here and each not in away]
    return Colleagues(_named(here), _named(others), _named(away))


def _named(agents: Iterable[Agent]) -> tuple[Named, ...]:
    return tuple(Named(each.id, each.name) for each in agents)


def _patience(line: ChatLine) -> tuple[datetime, int]:
    return line.waiting_since or NEVER, -line.number


def _line(row: AnyRow, viewer: Viewer) -> ChatLine:
    is_mine = row.assignee_id == viewer.agent.id
    return ChatLine(
        number=row.id,
        name=row.visitor_name or row.customer_name,
        preview=row.preview,
        phase=row.phase,
        is_mine=is_mine,
        is_news=row.version > row.read_version if row.read_version is not None else is_mine or row.phase == Phase.NEW,
        waiting_since=row.waiting_since,
        newest_at=row.last_inbound_at or row.last_activity_at,
        online_until=row.online_until,
    )
