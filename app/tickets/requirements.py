"""What a ticket needs before it can be closed: a category where its team wants one, and every required field."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.core.errors import Invalid
from app.core.i18n import mark
from app.tickets import field_queries
from app.tickets.models import Ticket


class Incomplete(Invalid):
    """Everything that is missing at once, so that it can be asked for at once."""

    def __init__(self, missing: Sequence[Invalid]) -> None:
        first, *others = missing
        super().__init__(first.field, first.reason, **first.params)
        self.others = others


async def require_complete(session: AsyncSession, ticket: Ticket) -> None:
    missing = await list_missing(session, ticket)
    if missing:
        raise Incomplete(missing)


async def list_missing(session: AsyncSession, ticket: Ticket) -> list[Invalid]:
    """At `category_id` and `fields.KEY`."""
    missing = [
        Invalid(f"fields.{field.key}", mark("“{name}” is needed before a ticket is closed."), name=field.name)
        for field in await field_queries.list_unanswered(session, ticket.id, ticket.team_id)
    ]
    if ticket.category_id is None and await _needs_category(session, ticket.team_id):
        missing.insert(0, Invalid("category_id", mark("The team wants a category before a ticket is closed.")))
    return missing


async def _needs_category(session: AsyncSession, team_id: int | None) -> bool:
    team = await account_queries.find_team(session, team_id) if team_id is not None else None
    return team is not None and team.is_category_required
