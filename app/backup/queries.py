from collections.abc import Sequence

from sqlalchemy import Table, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import Channel
from app.core.clock import now
from app.ingest.models import RawMessage
from app.search.models import SearchMark
from app.tickets.history_models import Consumer
from app.tickets.models import Ticket


async def has_rows(session: AsyncSession, table: Table, *, more_than: int = 0) -> bool:
    statement = select(func.count()).select_from(select(table).limit(more_than + 1).subquery())
    return (await session.scalar(statement) or 0) > more_than


async def delete_all(session: AsyncSession, tables: Sequence[Table]) -> None:
    for table in tables:
        await session.execute(delete(table))


async def forget_claims(session: AsyncSession) -> None:
    """Whoever held them is not of this life of the database."""
    await session.execute(update(RawMessage).values(claim_expires=None, claim_boot_id=None))
    await session.execute(update(Consumer).values(token=""))


async def mark_all_for_search(session: AsyncSession) -> None:
    """Every ticket is to be indexed, by whoever comes first; so the index is never half for good."""
    await session.execute(insert(SearchMark).from_select(["ticket_id", "event_id"], select(Ticket.id, literal(0))))


async def count_tickets(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(Ticket)) or 0


async def part_with_secrets(session: AsyncSession) -> None:
    """They were sealed with a key that nobody has: their mailboxes rest until somebody enters passwords again."""
    sealed = update(Channel).where(or_(Channel.secrets != "", Channel.tokens != ""))
    values = {"secrets": "", "tokens": "", "tokens_expire_at": None, "consented_at": None}
    await session.execute(sealed.values(**values, paused_at=func.coalesce(Channel.paused_at, now())))
