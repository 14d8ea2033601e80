"""Questions to people without an account: by their link's hash, and by the mail that it went out with."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.rows import AnyRow
from app.escalations.models import Escalation
from app.tickets.message_models import Message


async def find_by_token(session: AsyncSession, token_hash: str) -> Escalation | None:
    statement = select(Escalation).where(Escalation.token_hash == token_hash)
    return await session.scalar(statement.execution_options(populate_existing=True))


async def map_by_mail(session: AsyncSession, ref_hashes: Collection[str]) -> Mapping[str, AnyRow]:
    """By the hash of our mail's id: which question it asked, and of whom. A guest was perhaps asked again since."""
    if not ref_hashes:
        return {}
    statement = (
        select(Message.mail_id_hash, Message.extras, Message.ticket_id)
        .where(Message.mail_id_hash.in_(ref_hashes), Message.extras.is_not(None))
        .order_by(Message.id)
    )
    return {row.mail_id_hash: row for row in (await session.execute(statement)).all()}
