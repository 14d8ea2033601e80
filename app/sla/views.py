"""What is shown of deadlines."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.i18n import mark
from app.core.rows import AnyRow
from app.sla import queries
from app.sla.models import HOUR, DeadlineKind
from app.tickets.models import Priority

NAMES = {
    DeadlineKind.FIRST_REPLY: mark("First reply"),
    DeadlineKind.NEXT_REPLY: mark("Next reply"),
    DeadlineKind.RESOLUTION: mark("Solution"),
}
Deadlines = Mapping[int, Sequence["DeadlineView"]]


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """`due_at` is empty while it waits for the customer, and `left_seconds` says how much there is still to go."""

    kind: DeadlineKind
    begun_at: datetime
    due_at: datetime | None
    left_seconds: int | None
    is_late: bool
    policy_id: int
    allowed_hours: str
    is_in_business_time: bool
    priority: Priority | None
    names: tuple[str, ...]
    """Of the channel and the category that its rule is about; the rule is for all where it names nothing."""

    @property
    def name(self) -> str:
        return NAMES[self.kind]

    @property
    def left_hours(self) -> str:
        return _hours(self.left_seconds or 0)


async def read_deadlines(session: AsyncSession, ids: Sequence[int]) -> Deadlines:
    """Those that are open, by ticket, the nearest first."""
    found: defaultdict[int, list[DeadlineView]] = defaultdict(list)
    for row in await queries.list_open(session, ids) if ids else ():
        found[row.ticket_id].append(_view(row))
    return found


def _view(row: AnyRow) -> DeadlineView:
    return DeadlineView(
        kind=row.kind,
        begun_at=row.begun_at,
        due_at=row.due_at,
        left_seconds=row.left_seconds,
        is_late=row.due_at is not None and row.due_at <= now(),
        policy_id=row.policy_id,
        allowed_hours=_hours(row.allowed_seconds),
        is_in_business_time=row.is_in_business_time,
        priority=row.priority,
        names=tuple(name for name in (row.channel_name, row.category_name) if name is not None),
    )


def _hours(seconds: int) -> str:
    return f"{seconds / HOUR:.1f}".removesuffix(".0")
