"""Drafts: one per agent and ticket; they survive whatever happens to the lock (B5, C1)."""

import json
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.errors import NotFound, TooLarge
from app.live.signals import signal
from app.replies import draft_queries, lock_queries
from app.replies.forms import DraftForm
from app.replies.models import Draft, HeldLock, Start
from app.replies.starting import go_back
from app.tickets import attachments, disposal, outgoing_queries
from app.tickets.history_models import Actor
from app.tickets.models import Ticket

MAX_BODY_BYTES = 1024 * 1024


async def save(session: AsyncSession, ticket: Ticket, form: DraftForm, *, by: Agent) -> Draft:
    """The version of the first save stays the base, unless another one is given."""
    body = form.body()
    if len(json.dumps(body, ensure_ascii=False).encode()) > MAX_BODY_BYTES:
        raise TooLarge
    await draft_queries.save_draft(
        session,
        ticket_id=ticket.id,
        agent_id=by.id,
        base_version=ticket.version if form.base_version is None else form.base_version,
        body=body,
        is_rebased=form.base_version is not None,
    )
    return await get(session, ticket, by=by)


async def get(session: AsyncSession, ticket: Ticket, *, by: Agent) -> Draft:
    draft = await draft_queries.find_draft(session, ticket_id=ticket.id, agent_id=by.id)
    if draft is None:
        raise NotFound(number=ticket.number)
    return draft


async def discard(session: AsyncSession, ticket: Ticket, *, by: Agent) -> None:
    """Throw a draft away; with the last of what an agent began, the ticket goes back (MODEL 8).

    One that holds nothing else, of a new mail that was taken back, goes to the trash.
    """
    draft = await draft_queries.find_draft(session, ticket_id=ticket.id, agent_id=by.id)
    if draft is None:
        return
    await forget(session, ticket, agent_id=by.id)
    if await outgoing_queries.find_newest(session, ticket.id) is None:
        disposal.trash(session, ticket, True, by=Actor.agent(by))
    if draft.start.is_nothing:
        return
    lock = await lock_queries.find_lock(session, ticket.id)
    if lock is None or lock.is_over:
        await go_back(session, ticket, draft.start, starter_id=by.id, by=Actor.agent(by))
    else:
        await _hand_to_lock(session, draft, lock)
    await signal(session, ticket.id)


async def forget(session: AsyncSession, ticket: Ticket, *, agent_id: int) -> None:
    """The draft is gone because it was sent."""
    await draft_queries.delete_draft(session, ticket_id=ticket.id, agent_id=agent_id)


async def give_back(
    session: AsyncSession, ticket: Ticket, *, agent_id: int, base_version: int, body: dict[str, Any]
) -> None:
    """What did not leave is a draft again, in front of what its writer has begun since."""
    begun = await draft_queries.find_draft(session, ticket_id=ticket.id, agent_id=agent_id)
    await draft_queries.save_draft(
        session,
        ticket_id=ticket.id,
        agent_id=agent_id,
        base_version=base_version,
        body=_joined(body, begun.body) if begun else body,
        is_rebased=True,
    )


async def delete_unsent_uploads(session: AsyncSession) -> None:
    """Files that were uploaded long ago, never sent, and that no draft names."""
    bodies = await draft_queries.list_bodies(session)
    named = {attachment_id for body in bodies for attachment_id in body.get("attachment_ids", ())}
    await attachments.delete_unsent(session, but=named)


async def _hand_to_lock(session: AsyncSession, draft: Draft, lock: HeldLock) -> None:
    """Somebody is answering now; what the draft's writer began goes back when they end."""
    is_own = lock.is_of(draft.agent_id)
    begun = draft.start if is_own else Start(draft.start.before_status_id, at=draft.start.at)
    await lock_queries.set_start(session, lock.ticket_id, lock.start.joined_with(begun))


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    texts = (first.get("text", ""), second.get("text", ""))
    ids = dict.fromkeys((*first.get("attachment_ids", ()), *second.get("attachment_ids", ())))
    return {**second, **first, "text": "\n\n".join(text for text in texts if text), "attachment_ids": list(ids)}
