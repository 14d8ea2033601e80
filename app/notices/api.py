"""Watching a ticket over the API: an addition to the contract."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.deps import CurrentAgent
from app.accounts.models import Agent
from app.notices import watching
from app.tickets.deps import TicketDep
from app.tickets.models import Ticket
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/tickets/{number}/watch", tags=["tickets"])


@router.get("")
async def show(session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> dict[str, Any]:
    """Who is told of what happens here beside the assignee."""
    return await _document(session, ticket, agent)


@router.put("")
async def watch(session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> dict[str, Any]:
    """To be told too; again changes nothing."""
    await watching.watch(session, ticket, by=agent)
    return await _document(session, ticket, agent)


@router.delete("")
async def unwatch(session: SessionDep, ticket: TicketDep, agent: CurrentAgent) -> dict[str, Any]:
    await watching.unwatch(session, ticket, by=agent)
    return await _document(session, ticket, agent)


async def _document(session: AsyncSession, ticket: Ticket, agent: Agent) -> dict[str, Any]:
    watchers = await watching.list_watchers(session, ticket.id)
    return {
        "is_watching": agent.id in {each.id for each in watchers},
        "watchers": [{"id": each.id, "name": each.name} for each in watchers],
    }
