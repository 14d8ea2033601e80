"""Who has a ticket and what it is about."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.audiences import can_see, can_team_see
from app.accounts.models import Agent, Team
from app.core.clock import now
from app.tickets import closing, queries
from app.tickets.errors import NoSight, Unknown
from app.tickets.history_models import SYSTEM, Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Category, Priority, Ticket


async def assign(session: AsyncSession, ticket: Ticket, *, to: Agent | None, by: Actor = SYSTEM) -> None:
    """Give a ticket to an agent who may see it, or to nobody."""
    if to is not None and not await can_see(session, to, ticket.audience_id):
        raise NoSight("assignee_id")
    before, after = ticket.assignee_id, to.id if to else None
    if before != after:
        ticket.assign_to(after, now())
        record(session, ticket, EventKind.ASSIGNED, by=by, assignee_id=[before, after])


async def hand_to_team(session: AsyncSession, ticket: Ticket, *, to: Team | None, by: Actor = SYSTEM) -> None:
    if to is not None and not await can_team_see(session, to.id, ticket.audience_id):
        raise NoSight("team_id")
    before, after = ticket.team_id, to.id if to else None
    if before != after:
        ticket.hand_to(after, now())
        record(session, ticket, EventKind.TEAM_CHANGED, by=by, team_id=[before, after])
        await closing.leave_foreign_status(session, ticket, by=by)


def categorise(session: AsyncSession, ticket: Ticket, *, as_: Category | None, by: Actor = SYSTEM) -> None:
    before, after = ticket.category_id, as_.id if as_ else None
    if before != after:
        ticket.category_id = after
        record(session, ticket, EventKind.CATEGORY_CHANGED, by=by, category_id=[before, after])


def prioritise(session: AsyncSession, ticket: Ticket, priority: Priority, *, by: Actor = SYSTEM) -> None:
    before = ticket.priority
    if before is not priority:
        ticket.priority = priority
        record(session, ticket, EventKind.PRIORITY_CHANGED, by=by, priority=[before, priority])


def flag_complaint(session: AsyncSession, ticket: Ticket, is_complaint: bool, *, by: Actor = SYSTEM) -> None:
    before = ticket.is_complaint
    if before != is_complaint:
        ticket.is_complaint = is_complaint
        record(session, ticket, EventKind.COMPLAINT_CHANGED, by=by, is_complaint=[before, is_complaint])


async def agent_by_id(session: AsyncSession, agent_id: int | None) -> Agent | None:
    if agent_id is None:
        return None
    agent = await account_queries.find_active_agent(session, agent_id)
    if agent is None:
        raise Unknown("assignee_id")
    return agent


async def team_by_id(session: AsyncSession, team_id: int | None) -> Team | None:
    if team_id is None:
        return None
    team = await account_queries.find_team(session, team_id)
    if team is None:
        raise Unknown("team_id")
    return team


async def category_by_id(session: AsyncSession, category_id: int | None) -> Category | None:
    if category_id is None:
        return None
    category = await queries.find_category(session, category_id)
    if category is None:
        raise Unknown("category_id")
    return category
