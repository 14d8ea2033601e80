"""A lead takes a lock from its holder, to answer or to set it free. The reason stays in the timeline as a note."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.errors import Invalid
from app.core.i18n import gettext, mark
from app.replies import lock_queries, locks
from app.replies.loss_queries import trace
from app.replies.models import HeldLock
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Ticket
from app.tickets.service import add_note


async def take_over(session: AsyncSession, ticket: Ticket, *, by: Agent, reason: str) -> HeldLock:
    """Answer in the holder's place; their token is dead at once."""
    reason = _required(reason)
    lost = await lock_queries.find_lock(session, ticket.id)
    if lost is None or lost.is_over or lost.is_of(by.id):
        return await locks.take(session, ticket, by)
    taken = await locks.seize(session, ticket, lost, by=by)
    words = gettext("Took over the answer from {name}: {reason}", name=lost.holder.name, reason=reason)
    await _tell(session, ticket, EventKind.LOCK_TAKEN_OVER, lost, words, by=by, heir=by, reason=reason)
    return taken


async def set_free(session: AsyncSession, ticket: Ticket, *, by: Agent, reason: str) -> None:
    """Whoever comes first may answer; the holder's token is dead at once. Nothing happens when nobody holds it."""
    reason = _required(reason)
    lost = await lock_queries.find_lock(session, ticket.id)
    if lost is None:
        return
    await locks.end(session, ticket, lost, by=by)
    if not lost.is_of(by.id):
        words = gettext("Released the reply lock of {name}: {reason}", name=lost.holder.name, reason=reason)
        await _tell(session, ticket, EventKind.LOCK_RELEASED, lost, words, by=by, heir=None, reason=reason)


def _required(reason: str) -> str:
    if not reason.strip():
        raise Invalid("reason", mark("Say why."))
    return reason.strip()


async def _tell(
    session: AsyncSession,
    ticket: Ticket,
    kind: EventKind,
    lost: HeldLock,
    words: str,
    *,
    by: Agent,
    heir: Agent | None,
    reason: str,
) -> None:
    """In the history, and by it to the one who lost it."""
    note = await add_note(session, ticket, words, by=by)
    record(
        session,
        ticket,
        kind,
        by=Actor.agent(by),
        holder_id=[lost.holder.id, heir.id if heir else None],
        message_id=note.id,
        reason_start=len(words) - len(reason),
        lock=trace(lost.token),
    )
