"""What a platform shows its user beside messages: that somebody types an answer, that we have read theirs.

For the eyes only: told once, as far as the platform can be reached, and nothing waits for it.
"""

import asyncio
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import queries as channel_queries
from app.channels.platforms import PlatformOf
from app.channels.registry import abilities_of
from app.conversations import sign_queries, visitors
from app.core.clock import now
from app.core.database import Database, wake_at_commit
from app.core.log import get_logger
from app.core.rows import AnyRow
from app.core.wakeups import FILES, SIGNALS
from app.live.models import PresenceState
from connectors.contracts import ConnectionProblem
from connectors.talks import Talk

LOOK_SECONDS = 5.0
REST_SECONDS = 1.0
TYPING_LASTS = timedelta(seconds=15)
"""Less than the platform shows it for."""
OPEN, NEVER = "open", "never"
FOR_EVER = timedelta(days=36500)
ATTEMPT_SECONDS = 10.0

TYPING = "typing"
READ = "read"
ANSWERED = "answered"

log = get_logger(__name__)


async def note_answer(session: AsyncSession, conversation_id: int) -> None:
    """Whoever has answered has read."""
    await sign_queries.want(session, conversation_id, ANSWERED, at=now())
    wake_at_commit(session, FILES)


async def run(database: Database, platform_of: PlatformOf) -> None:
    """Run until cancelled."""
    teller = Teller(database, platform_of)
    async with database.wakeups.subscribe(SIGNALS, FILES) as waiter:
        while True:
            await teller.look()
            await asyncio.sleep(REST_SECONDS)
            await waiter.wait(LOOK_SECONDS)


class Teller:
    def __init__(self, database: Database, platform_of: PlatformOf) -> None:
        self._database = database
        self._platform_of = platform_of

    async def look(self) -> None:
        async with self._database.reading() as session:
            present = await sign_queries.list_present(session, at=now())
            has_answered = await sign_queries.has_wanted(session, ANSWERED)
        for talk in present:
            if talk.state is PresenceState.TYPING:
                await self._show_typing(talk)
            if marks_read(talk) == OPEN:
                await self._mark_read(talk)
        if has_answered:
            await self._mark_answered()

    async def _mark_answered(self) -> None:
        async with self._database.transaction() as session:
            answered = await sign_queries.take_wanted(session, ANSWERED)
        for talk in answered:
            if marks_read(talk) != NEVER:
                await self._mark_read(talk)

    async def _show_typing(self, talk: AnyRow) -> None:
        if await self._claim(talk, TYPING, token="", again_after=TYPING_LASTS):
            await self._tell(talk, TYPING)

    async def _mark_read(self, talk: AnyRow) -> None:
        """Once for each newest message."""
        if talk.read_token and await self._claim(talk, READ, token=talk.read_token, again_after=FOR_EVER):
            await self._tell(talk, READ)

    async def _claim(self, talk: AnyRow, kind: str, *, token: str, again_after: timedelta) -> bool:
        """A website's visitor is told in the same unit of work: there is no platform between us."""
        at = now()
        async with self._database.transaction() as session:
            is_due = await sign_queries.claim(session, talk.id, kind, token=token, at=at, before=at - again_after)
            if is_due and is_ours(talk):
                await visitors.tell(session, talk.id)
            return is_due

    async def _tell(self, talk: AnyRow, kind: str) -> None:
        if is_ours(talk):
            return
        async with self._database.reading() as session:
            channel = await channel_queries.get_channel(session, talk.channel_id)
        platform, with_ = self._platform_of(channel), Talk(talk.kind, talk.address)
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                if kind == TYPING:
                    await platform.show_typing(with_)
                else:
                    await platform.mark_read(with_, talk.read_token)
        except (ConnectionProblem, TimeoutError) as problem:
            log.info("a platform was not told", sign=kind, conversation=talk.id, reason=str(problem))


def is_ours(talk: AnyRow) -> bool:
    abilities = abilities_of(talk.channel_kind)
    return abilities is not None and abilities.is_ours


def marks_read(talk: AnyRow) -> str:
    """When it is told that we have read: as the channel has it, and to our own visitors when we open it."""
    return OPEN if is_ours(talk) else str(talk.settings.get("marks_read", ""))
