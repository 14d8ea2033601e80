"""The category that an unclassified ticket may belong to, as pages and programs are told of it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.inbox.choices import Choices
from app.tickets.models import Ticket
from app.trends.suggesting import Asked, Suggestion, suggest


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """`percent` says how sure it is; `like` is the number of a ticket like this one."""

    category_id: int
    category: str
    percent: int
    because: tuple[str, ...]
    like: int | None


async def read_suggestion(
    session: AsyncSession, ticket: Ticket, *, viewer: Viewer, choices: Choices
) -> SuggestionView | None:
    """None for a ticket that has a category, and where nothing speaks clearly for one."""
    if ticket.category_id is not None:
        return None
    found = await suggest(session, Asked(ticket.id, ticket.customer_id, ticket.home_channel_id), viewer=viewer)
    return view_of(found, choices) if found else None


def view_of(found: Suggestion, choices: Choices) -> SuggestionView:
    paths = {each.id: each.path for each in choices.categories}
    path = paths.get(found.category_id, choices.names["category"].get(found.category_id, ""))
    return SuggestionView(found.category_id, path, round(found.confidence * 100), found.because, found.like)
