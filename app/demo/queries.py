from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.conversations.models import Conversation
from app.customers.models import Customer
from app.replies.models import ReplyLock
from app.tickets.message_models import ThreadRef
from app.tickets.message_queries import hash_ref
from app.tickets.models import Phase, Ticket


async def is_empty(session: AsyncSession) -> bool:
    """Neither agents nor tickets: nothing that a demo could spoil."""
    agents, tickets = exists().where(Agent.id > 0), exists().where(Ticket.id > 0)
    return not await session.scalar(select(agents | tickets))


async def list_customers_called(session: AsyncSession, ending: str) -> Sequence[Customer]:
    """Whose names end so."""
    return (await session.scalars(select(Customer).where(Customer.name.endswith(ending, autoescape=True)))).all()


async def list_open(session: AsyncSession, channel_id: int, *, limit: int) -> Sequence[int]:
    """Numbers of what is being worked on in one mailbox, the newest first."""
    statement = select(Ticket.id).where(Ticket.home_channel_id == channel_id, Ticket.phase == Phase.IN_PROGRESS)
    return (await session.scalars(statement.order_by(Ticket.id.desc()).limit(limit))).all()


async def list_in_progress(session: AsyncSession, channel_id: int) -> Sequence[Ticket]:
    """What is being worked on in one mailbox, the newest first; each row is held."""
    statement = select(Ticket).where(
        Ticket.home_channel_id == channel_id, Ticket.phase == Phase.IN_PROGRESS, Ticket.is_counted.is_(True)
    )
    return (await session.scalars(statement.order_by(Ticket.id.desc()).with_for_update())).all()


async def list_undone(session: AsyncSession, channel_id: int, *, limit: int) -> Sequence[int]:
    """Numbers of what is not done on one channel, the newest first."""
    statement = select(Ticket.id).where(
        Ticket.home_channel_id == channel_id, Ticket.phase != Phase.DONE, Ticket.is_counted.is_(True)
    )
    return (await session.scalars(statement.order_by(Ticket.id.desc()).limit(limit))).all()


async def map_tickets(session: AsyncSession, mail_ids: Sequence[str]) -> dict[str, int]:
    """Ids of tickets by the Message-IDs that lead to them."""
    hashes = {hash_ref(mail_id): mail_id for mail_id in mail_ids}
    statement = select(ThreadRef.ref_hash, ThreadRef.ticket_id).where(
        ThreadRef.ref_hash.in_(hashes), ThreadRef.ticket_id.is_not(None)
    )
    rows = (await session.execute(statement)).all()
    return {hashes[ref_hash]: ticket_id for ref_hash, ticket_id in rows if ticket_id is not None}


async def list_open_numbers(session: AsyncSession) -> Sequence[int]:
    """Of what is not done, oldest first."""
    statement = select(Ticket.id).where(Ticket.phase != Phase.DONE, Ticket.is_counted.is_(True))
    return (await session.scalars(statement.order_by(Ticket.id))).all()


async def is_locked(session: AsyncSession, ticket_id: int) -> bool:
    """Somebody answers it, or has begun to."""
    lock = select(ReplyLock.ticket_id).where(ReplyLock.ticket_id == ticket_id)
    return await session.scalar(lock) is not None


async def find_ticket_of_talk(session: AsyncSession, channel_id: int, address: str) -> int | None:
    """Where its newest words are."""
    statement = select(Conversation.ticket_id).where(
        Conversation.channel_id == channel_id, Conversation.address == address
    )
    return await session.scalar(statement)
