"""What forms of the settings offer to choose from, as pairs of value and name."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.channels import queries as channel_queries
from app.core.errors import Invalid
from app.core.i18n import mark

Pairs = list[tuple[int, str]]


async def teams(session: AsyncSession) -> Pairs:
    return [(team.id, team.name) for team in await account_queries.list_teams(session) if team.archived_at is None]


async def people(session: AsyncSession, *, and_also: list[int]) -> Pairs:
    """Who can sign in, and those who are in it already."""
    agents = await account_queries.list_agents(session)
    return [(each.id, each.name) for each in agents if each.is_active or each.id in and_also]


async def channels(session: AsyncSession) -> Pairs:
    return [(channel.id, channel.name) for channel in await channel_queries.list_channels(session)]


async def mailboxes(session: AsyncSession) -> Pairs:
    """By which somebody can be answered by mail."""
    return [(each.id, f"{each.name} <{each.address}>") for each in await channel_queries.list_mailboxes(session)]


def require_known(field: str, ids: list[int], pairs: Pairs) -> None:
    """Raises Invalid at the field."""
    if not {value for value, _ in pairs}.issuperset(ids):
        raise Invalid(field, mark("One of these does not exist any more."))
