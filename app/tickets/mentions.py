"""Who is meant by `@email` in a note."""

import re
import unicodedata

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as account_queries
from app.accounts.audiences import can_see
from app.accounts.service import email_key
from app.tickets.models import Ticket

MENTION = re.compile(r"(?<![\w.+-])@([\w.+-]+@[\w-]+(?:\.[\w-]+)+)")
MAX_MENTIONS = 50


def list_keys(text: str) -> list[str]:
    """What the addresses in a note are compared by, each once."""
    found = MENTION.findall(unicodedata.normalize("NFKC", text))
    return list(dict.fromkeys(map(email_key, found)))[:MAX_MENTIONS]


async def list_mentioned(session: AsyncSession, ticket: Ticket, text: str) -> list[int]:
    """Ids of agents who may see the ticket: nobody is told of what they must not know."""
    keys = list_keys(text)
    if not keys:
        return []
    agents = await account_queries.list_agents_by_email(session, keys)
    return [agent.id for agent in agents if await can_see(session, agent, ticket.audience_id)]
