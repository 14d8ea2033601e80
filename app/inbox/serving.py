"""「次の1件」: the oldest new ticket that nobody looks at, answers or has, handed to one agent and to no other.

To be served is to be seen there: the presence of whom it was given to is written in the same unit of work, while the
ticket's row is held. Whoever presses at the same moment skips the row that is held, or finds the presence; see
docs/decisions. A browser that never opens the ticket loses it with its presence, after seconds.
"""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.inbox.list_queries import Selection
from app.inbox.serving_queries import hold_oldest, is_free
from app.live import presence_queries
from app.live.models import PresenceState
from app.live.presence import LIFE
from app.live.signals import signal
from app.tickets.models import Phase

MOST_TRIES = 20


async def serve(session: AsyncSession, selection: Selection, *, agent_id: int, last: Collection[int]) -> int | None:
    """The number of the ticket that is now looked at; None when there is none. `last` are those just passed over."""
    taken: set[int] = set()
    if Phase.NEW not in selection.phases or not selection.audience_ids:
        return None
    for _ in range(MOST_TRIES):
        number = await hold_oldest(session, selection, agent_id=agent_id, last=last, but=taken)
        if number is None:
            return None
        if await is_free(session, number):
            await _look_at(session, number, agent_id)
            return number
        taken.add(number)
    return None


async def _look_at(session: AsyncSession, number: int, agent_id: int) -> None:
    row = {"ticket_id": number, "agent_id": agent_id, "state": PresenceState.VIEWING}
    await presence_queries.put(session, [{**row, "since": now(), "expires_at": now() + LIFE}])
    await signal(session, number)
