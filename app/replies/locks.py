"""The reply lock: one holder at a time, a token that fences, and a status that follows (MODEL 5, 8)."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.live.signals import signal
from app.replies import draft_queries, lock_queries, loss_queries
from app.replies.errors import LockLost, TicketLocked
from app.replies.models import HeldLock, Loss, Start
from app.replies.starting import begin, go_back
from app.tickets import queries as ticket_queries
from app.tickets.history_models import SYSTEM, Actor
from app.tickets.models import Ticket

ENDED_LOCK_LIFE = timedelta(days=1)
"""How long the token of an expired lock that nobody took still sends."""


async def take(session: AsyncSession, ticket: Ticket, holder: Agent) -> HeldLock:
    """Take the lock, or renew one's own. Raises TicketLocked while another holds it."""
    if renewed := await lock_queries.renew_lock(session, ticket.id, holder=holder, token=None):
        return renewed
    previous = await lock_queries.find_lock(session, ticket.id)
    if not await lock_queries.take_lock(session, ticket.id, holder_id=holder.id):
        raise await _refusal(session, ticket, holder)
    if previous is None or previous.has_ended or not previous.is_of(holder.id):
        await _begin(session, ticket, holder, previous)
    return await _get_lock(session, ticket)


async def renew(session: AsyncSession, ticket: Ticket, token: str, *, holder: Agent) -> HeldLock:
    """One's own lock, as long as it is this one. Raises TicketLocked or LockLost, with how it was lost."""
    if renewed := await lock_queries.renew_lock(session, ticket.id, holder=holder, token=token):
        return renewed
    await require_token(session, ticket, token, holder=holder)
    return await take(session, ticket, holder)


async def seize(session: AsyncSession, ticket: Ticket, previous: HeldLock, *, by: Agent) -> HeldLock:
    """Take the lock from its holder, whose token is dead at once."""
    await lock_queries.take_lock(session, ticket.id, holder_id=by.id, by_force=True)
    await _begin(session, ticket, by, previous)
    return await _get_lock(session, ticket)


async def end(session: AsyncSession, ticket: Ticket, lock: HeldLock, *, by: Agent) -> None:
    """The lock is nobody's, and what it began goes back if nothing came of it."""
    await _end(session, ticket, lock, by=Actor.agent(by))
    await finish(session, ticket)


async def release(session: AsyncSession, ticket: Ticket, *, holder: Agent) -> None:
    """Give the lock back; nothing happens when it is nobody's. Raises TicketLocked when it is another's."""
    lock = await lock_queries.find_lock(session, ticket.id)
    if lock is None:
        return
    if not lock.is_of(holder.id):
        if not lock.is_over:
            raise _refused_by(lock)
        return
    await end(session, ticket, lock, by=holder)


async def require_free(session: AsyncSession, ticket: Ticket, *, agent: Agent) -> None:
    """Raises TicketLocked while somebody else is answering."""
    lock = await lock_queries.find_lock(session, ticket.id)
    if lock is not None and not lock.is_over and not lock.is_of(agent.id):
        raise _refused_by(lock)


async def sweep_expired(session: AsyncSession) -> None:
    """Notice locks that are over: pages are told, untouched tickets go back. Their tokens stay good (MODEL 5)."""
    for ticket_id in await lock_queries.list_expired_ids(session):
        ticket = await ticket_queries.find_ticket(session, ticket_id)
        lock = await lock_queries.find_lock(session, ticket_id)
        if ticket and lock and await lock_queries.end_lock(session, ticket_id):
            await _end(session, ticket, lock, by=SYSTEM)
            await lock_queries.set_start(session, ticket_id, Start())
            await signal(session, ticket_id)
    await lock_queries.delete_ended(session, before=now() - ENDED_LOCK_LIFE)


async def end_all(session: AsyncSession) -> None:
    """After a restore: no holder is there any more, and untouched tickets go back (MODEL 22)."""
    for ticket_id in await lock_queries.list_ids(session):
        ticket = await ticket_queries.find_ticket(session, ticket_id)
        lock = await lock_queries.find_lock(session, ticket_id)
        if ticket and lock and not lock.has_ended:
            await _end(session, ticket, lock, by=SYSTEM)
        await lock_queries.delete_lock(session, ticket_id)


async def require_token(session: AsyncSession, ticket: Ticket, token: str, *, holder: Agent) -> None:
    """Raises TicketLocked or LockLost unless this is the living token of this agent."""
    if await lock_queries.find_holder(session, ticket.id, token=token) != holder.id:
        raise await _refusal(session, ticket, holder, token=token)


async def finish(session: AsyncSession, ticket: Ticket) -> None:
    """The lock is over because its purpose is."""
    await lock_queries.delete_lock(session, ticket.id)
    await signal(session, ticket.id)


async def _begin(session: AsyncSession, ticket: Ticket, holder: Agent, previous: HeldLock | None) -> None:
    if previous is None or previous.is_of(holder.id) or await _has_passed_to_draft(session, previous):
        start = await begin(session, ticket, holder=holder)
    else:
        start = await begin(session, ticket, holder=holder, after=previous.start, starter_id=previous.holder.id)
    await lock_queries.set_start(session, ticket.id, start)
    await signal(session, ticket.id)


async def _end(session: AsyncSession, ticket: Ticket, lock: HeldLock, *, by: Actor) -> None:
    if not await _has_passed_to_draft(session, lock):
        await go_back(session, ticket, lock.start, starter_id=lock.holder.id, by=by)


async def _has_passed_to_draft(session: AsyncSession, lock: HeldLock) -> bool:
    """A holder who has written something keeps the ticket as the lock made it, until the draft is gone too."""
    draft = await draft_queries.find_draft(session, ticket_id=lock.ticket_id, agent_id=lock.holder.id)
    if draft is None:
        return False
    if not lock.start.is_nothing:
        await draft_queries.add_start(session, draft, lock.start)
    return True


async def _refusal(session: AsyncSession, ticket: Ticket, agent: Agent, *, token: str = "") -> TicketLocked | LockLost:
    lock = await lock_queries.find_lock(session, ticket.id)
    loss = await loss_queries.find_loss(session, ticket.id, token=token) if token else None
    if lock is None or lock.is_over or lock.is_of(agent.id):
        return LockLost(lost=loss)
    return _refused_by(lock, loss)


def _refused_by(lock: HeldLock, loss: Loss | None = None) -> TicketLocked:
    return TicketLocked(
        holder_id=lock.holder.id,
        name=lock.holder.name,
        taken_at=lock.taken_at,
        expires_at=lock.expires_at,
        lost=loss,
    )


async def _get_lock(session: AsyncSession, ticket: Ticket) -> HeldLock:
    lock = await lock_queries.find_lock(session, ticket.id)
    assert lock is not None
    return lock
