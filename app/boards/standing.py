"""What lies there at this moment, for a wall from which it is read at five metres."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.boards import queries
from app.core.clock import now
from app.core.i18n import gettext
from app.core.rows import AnyRow
from app.inbox.chats import read_chats
from app.inbox.desk import Sight
from app.reports.wording import duration
from app.tickets.models import Phase

SHOWN = 8
NO_TIME = timedelta()


@dataclass(frozen=True, slots=True)
class Share:
    """A team's or an agent's part."""

    name: str
    count: int
    late: int
    percent: float


@dataclass(frozen=True, slots=True)
class LiveBoard:
    new: int
    in_progress: int
    late: int
    oldest: str
    """For how long the oldest new ticket has been waiting; '' where none waits."""
    chats: int
    longest_chat: str
    teams: tuple[Share, ...]
    agents: tuple[Share, ...]
    at: datetime


async def read_live(session: AsyncSession, sight: Sight) -> LiveBoard:
    moment = now()
    rows = await queries.count_standing(session, sight.viewer, at=moment)
    chats = await read_chats(session, sight)
    waiting = [each.waiting_since for each in chats.lines if each.waiting_since]
    arrived = [row.oldest_at for row in rows if row.phase is Phase.NEW]
    return LiveBoard(
        new=_sum(row for row in rows if row.phase is Phase.NEW),
        in_progress=_sum(row for row in rows if row.phase is Phase.IN_PROGRESS),
        late=sum(row.late for row in rows),
        oldest=_age(arrived, moment),
        chats=len(waiting),
        longest_chat=_age(waiting, moment),
        teams=_shares([(row.team_id, row.team, row) for row in rows]),
        agents=_shares([(row.assignee_id, row.assignee, row) for row in rows]),
        at=moment,
    )


def _sum(rows: Iterable[AnyRow]) -> int:
    return sum(row.tickets for row in rows)


def _age(since: Sequence[datetime], moment: datetime) -> str:
    return duration(max(moment - min(since), NO_TIME).total_seconds()) if since else ""


def _shares(rows: Iterable[tuple[int | None, str | None, AnyRow]]) -> tuple[Share, ...]:
    """The most first."""
    found: dict[int | None, tuple[str, int, int]] = {}
    for key, name, row in rows:
        _, count, late = found.get(key, ("", 0, 0))
        found[key] = (name or gettext("(none)"), count + row.tickets, late + row.late)
    ordered = sorted(found.values(), key=lambda each: (-each[1], each[0]))[:SHOWN]
    most = max((count for _, count, _ in ordered), default=1)
    return tuple(Share(name, count, late, round(100 * count / most, 1)) for name, count, late in ordered)
