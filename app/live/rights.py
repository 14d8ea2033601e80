"""Who may still listen, and what they may see now: asked anew before anything is told."""

from collections.abc import Collection, Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.audiences import Viewer, viewer_of
from app.live import queries
from app.live.positions import Position
from app.live.streams import Stream


class Rights:
    """Viewers are read again only when somebody's rights changed, which one statement tells."""

    def __init__(self) -> None:
        self._version = 0
        self._newest_audience = 0

    async def read_again(
        self, session: AsyncSession, streams: Collection[Stream], *, arriving: Collection[Stream], position: Position
    ) -> None:
        """Ends the streams of those who may no longer listen; resets those whose view is another."""
        await self._end_dead(session, streams)
        version = await queries.read_rights(session)
        changed = streams if version != self._version else arriving
        viewers = await self._viewers(session, {stream.viewer.agent.id for stream in changed})
        for stream in changed:
            self._give(stream, viewers.get(stream.viewer.agent.id), position)
        self._version = version
        known = (audience_id for viewer in viewers.values() if viewer for audience_id in viewer.audience_ids)
        self._newest_audience = max(self._newest_audience, *known, 0)

    async def _end_dead(self, session: AsyncSession, streams: Collection[Stream]) -> None:
        sessions = await queries.list_living_sessions(session, _ids(stream.credential.session_id for stream in streams))
        tokens = await queries.list_living_tokens(session, _ids(stream.credential.token_id for stream in streams))
        for stream in streams:
            if stream.credential.session_id not in sessions and stream.credential.token_id not in tokens:
                stream.end()

    async def _viewers(self, session: AsyncSession, agent_ids: Iterable[int]) -> dict[int, Viewer | None]:
        viewers: dict[int, Viewer | None] = {}
        for agent_id in sorted(agent_ids):
            agent = await account_queries.find_active_agent(session, agent_id)
            viewers[agent_id] = await viewer_of(session, agent) if agent else None
        return viewers

    def _give(self, stream: Stream, viewer: Viewer | None, position: Position) -> None:
        if viewer is None:
            stream.end()
            return
        before, stream.viewer = stream.viewer, viewer
        if self._sees_otherwise(before, viewer):
            stream.reset(position)

    def _sees_otherwise(self, before: Viewer, after: Viewer) -> bool:
        """An audience that did not exist before holds nothing that the page lacks."""
        had, has = set(before.audience_ids), set(after.audience_ids)
        is_given = any(audience_id <= self._newest_audience for audience_id in has - had)
        return bool(had - has) or is_given or before.agent.role is not after.agent.role


def _ids(ids: Iterable[int | None]) -> list[int]:
    return sorted({each for each in ids if each is not None})
