"""To which ticket words of an endless talk belong: where its words of that time are, unless that is done long since."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.conversations.models import Conversation
from app.core.rows import AnyRow
from app.ingest import talk_queries
from app.tickets import merging_queries
from app.tickets import queries as ticket_queries


@dataclass(frozen=True, slots=True)
class Spot:
    """Something that the customer said, and the ticket on which it is now."""

    at: datetime
    ticket_id: int


@dataclass(slots=True)
class Trail:
    """Of one talk: the customer's newest words, and those before and after what comes late. `ticket_id` is where a
    talk goes on in which the customer has said nothing yet."""

    spots: list[Spot] = field(default_factory=list)
    ticket_id: int | None = None
    taken_back_ids: set[int] = field(default_factory=set)
    """Tickets of what is unsent now, and those that it came to."""

    @property
    def newest_at(self) -> datetime | None:
        return max((spot.at for spot in self.spots), default=None)

    def before(self, at: datetime) -> int | None:
        """The ticket of what was said last by then."""
        earlier = [spot for spot in self.spots if spot.at <= at]
        return max(earlier, key=lambda spot: spot.at).ticket_id if earlier else None

    def after(self, at: datetime) -> int | None:
        later = [spot for spot in self.spots if spot.at > at]
        return min(later, key=lambda spot: spot.at).ticket_id if later else None

    def current(self, at: datetime) -> int | None:
        return self.before(at) or self.after(at) or self.ticket_id

    def go_on(self, at: datetime, ticket_id: int) -> None:
        self.spots.append(Spot(at, ticket_id))

    @property
    def ticket_ids(self) -> set[int]:
        own = {self.ticket_id} if self.ticket_id else set()
        return {spot.ticket_id for spot in self.spots} | own | self.taken_back_ids


@dataclass(frozen=True, slots=True)
class Coming:
    """Of what comes: by conversation when it was said, and which messages it takes back."""

    times: Mapping[int, Sequence[datetime]]
    taken_back: Collection[int]


def is_over(done_at: datetime | None, at: datetime, hours: float) -> bool:
    """Done for so long that what is said now is another matter."""
    return done_at is not None and at - done_at > timedelta(hours=hours)


async def hold_trails(
    session: AsyncSession, conversations: Collection[Conversation], coming: Coming
) -> dict[int, Trail]:
    """By conversation. Every ticket of theirs is held, in the order of ids, before anything is decided (MODEL 1).

    What was merged or moved between looking and holding leads elsewhere: then all is let go and held anew.
    """
    trails = await _find_all(session, conversations, coming)
    while held := _ticket_ids(trails):
        async with session.begin_nested() as holding:
            await ticket_queries.hold_all(session, held)
            trails = await _find_all(session, conversations, coming)
            if not _ticket_ids(trails) <= held:
                await holding.rollback()
        if _ticket_ids(trails) <= held:
            break
    return trails


def _ticket_ids(trails: Mapping[int, Trail]) -> set[int]:
    return set().union(*(trail.ticket_ids for trail in trails.values()))


async def _find_all(session: AsyncSession, conversations: Collection[Conversation], coming: Coming) -> dict[int, Trail]:
    trails = {each.id: await _find(session, each, coming.times.get(each.id, ())) for each in conversations}
    ends = await merging_queries.map_ends(session, _ticket_ids(trails))
    for trail in trails.values():
        trail.spots = [Spot(spot.at, ends[spot.ticket_id]) for spot in trail.spots]
        trail.ticket_id = ends[trail.ticket_id] if trail.ticket_id else None
    for row in await talk_queries.list_places(session, coming.taken_back):
        if row.conversation_id in trails:
            trails[row.conversation_id].taken_back_ids |= {row.ticket_id, row.origin_ticket_id}
    return trails


async def _find(session: AsyncSession, conversation: Conversation, times: Sequence[datetime]) -> Trail:
    newest = await talk_queries.find_before(session, conversation.id, None)
    if newest is None:
        return Trail(ticket_id=conversation.ticket_id)
    rows: list[AnyRow | None] = [newest]
    for at in times:
        if at < newest.created_at:
            rows.append(await talk_queries.find_before(session, conversation.id, at))
            rows.append(await talk_queries.find_after(session, conversation.id, at))
    return Trail(_spots(rows), ticket_id=conversation.ticket_id)


def _spots(rows: Sequence[AnyRow | None]) -> list[Spot]:
    return list(dict.fromkeys(Spot(row.created_at, row.ticket_id) for row in rows if row is not None))
