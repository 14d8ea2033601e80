"""Who looks at a ticket and who types in it: told at once, kept alive in batches, over by itself (B7).

A browser says every ten seconds that it is still there. That is written at most every `FLUSH_SECONDS`, for all
browsers of a process in one unit of work; a change is written at once, since others are waiting to see it.
"""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import now
from app.core.database import Database
from app.live import presence_queries
from app.live.models import PresenceState
from app.live.signals import signal

LIFE = timedelta(seconds=20)
"""Of a row after its last beat: gone within 30 s of a disconnect, sweep included, and one beat may be lost."""

FLUSH_SECONDS = 4.0

Key = tuple[int, int]


class PresenceBook:
    """What this process has heard of its browsers and not written yet."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._beats: dict[Key, datetime] = {}

    async def note(self, session: AsyncSession, ticket_id: int, agent_id: int, state: PresenceState) -> None:
        """`session` only reads: what has to be written is written in a unit of work of its own."""
        if await presence_queries.find_state(session, ticket_id, agent_id, at=now()) is state:
            self._beats[ticket_id, agent_id] = now() + LIFE
        else:
            await self._write(ticket_id, agent_id, state)

    async def leave(self, session: AsyncSession, ticket_id: int, agent_id: int) -> None:
        self._beats.pop((ticket_id, agent_id), None)
        if await presence_queries.find_state(session, ticket_id, agent_id, at=now()) is None:
            return
        async with self._database.transaction() as writing:
            if await presence_queries.remove(writing, ticket_id, agent_id):
                await signal(writing, ticket_id)

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        beats, self._beats = self._beats, {}
        if not beats:
            return
        rows = [
            {"ticket_id": ticket_id, "agent_id": agent_id, "expires_at": expires_at}
            for (ticket_id, agent_id), expires_at in sorted(beats.items())
        ]
        async with self._database.transaction() as session:
            await presence_queries.extend(session, rows)

    async def _write(self, ticket_id: int, agent_id: int, state: PresenceState) -> None:
        self._beats.pop((ticket_id, agent_id), None)
        row = {"ticket_id": ticket_id, "agent_id": agent_id, "state": state}
        async with self._database.transaction() as session:
            await presence_queries.put(session, [{**row, "since": now(), "expires_at": now() + LIFE}])
            await signal(session, ticket_id)


async def sweep(session: AsyncSession) -> None:
    """Whoever is no longer there leaves the pages as well."""
    for ticket_id in sorted(await presence_queries.remove_expired(session, at=now())):
        await signal(session, ticket_id)
