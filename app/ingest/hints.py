"""What the way in knows of a new ticket, done with it."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets import assignment, queries
from app.tickets.disposal import mark_spam
from app.tickets.history_models import Actor
from app.tickets.models import Ticket
from connectors.contracts import Hints


async def follow_hints(session: AsyncSession, ticket: Ticket, hints: Hints, *, by: Actor) -> None:
    """Nothing that was accepted vanishes: what looks like a program's is a ticket among spam (MODEL 14)."""
    if hints.category_id is not None:
        category = await queries.find_category(session, hints.category_id)
        assignment.categorise(session, ticket, as_=category, by=by)
    if hints.is_suspicious:
        mark_spam(session, ticket, True)
