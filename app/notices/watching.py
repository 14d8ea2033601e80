"""Following a ticket that is not one's own (B8): by a wish, or by having written or been mentioned in a note."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.live.signals import signal
from app.notices import watching_queries
from app.notices.views import WatcherView
from app.tickets.models import Ticket


async def list_watchers(session: AsyncSession, ticket_id: int) -> tuple[WatcherView, ...]:
    return tuple(WatcherView(each.id, each.name) for each in await watching_queries.list_watchers(session, ticket_id))


async def watch(session: AsyncSession, ticket: Ticket, *, by: Agent) -> None:
    """Again: nothing happens."""
    if await watching_queries.add_watchers(session, ticket.id, [by.id]):
        await signal(session, ticket.id)


async def unwatch(session: AsyncSession, ticket: Ticket, *, by: Agent) -> None:
    if await watching_queries.remove_watcher(session, ticket.id, by.id):
        await signal(session, ticket.id)


async def watch_from_now_on(session: AsyncSession, ticket_id: int, agent_ids: Collection[int]) -> None:
    """Who took part in a note follows the ticket until they say otherwise."""
    if await watching_queries.add_watchers(session, ticket_id, agent_ids):
        await signal(session, ticket_id)
