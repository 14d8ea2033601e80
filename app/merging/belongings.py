"""What agents have on a ticket goes with its messages: what they began to write, what they are told of, what
they promised."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.merging import belonging_queries
from app.notices.watching import watch_from_now_on
from app.replies import draft_queries, lock_queries, locks
from app.replies.models import Draft
from app.tasks import queries as task_queries
from app.tickets.models import Ticket


async def lead(session: AsyncSession, source: Ticket, into: Ticket, *, base_version: int, by: Agent) -> None:
    """Nobody else holds a lock on either side. A draft is looked at again before it leaves, against what it has met."""
    await locks.release(session, source, holder=by)
    await lock_queries.delete_lock(session, source.id)
    for draft in await belonging_queries.list_drafts(session, source.id):
        await _lead_draft(session, draft, into, base_version=base_version)
    await belonging_queries.delete_drafts(session, source.id)
    await _lead_watchers(session, source, into)
    await belonging_queries.lead_notices(session, source.id, to=into.id)
    await task_queries.lead_open(session, source.id, to=into.id)


async def _lead_draft(session: AsyncSession, draft: Draft, into: Ticket, *, base_version: int) -> None:
    begun = await draft_queries.find_draft(session, ticket_id=into.id, agent_id=draft.agent_id)
    await draft_queries.save_draft(
        session,
        ticket_id=into.id,
        agent_id=draft.agent_id,
        base_version=base_version,
        body=_joined(begun.body, draft.body) if begun else draft.body,
        is_rebased=False,
    )


async def _lead_watchers(session: AsyncSession, source: Ticket, into: Ticket) -> None:
    followers = {*await belonging_queries.list_watcher_ids(session, source.id)}
    if source.assignee_id is not None:
        followers.add(source.assignee_id)
    await watch_from_now_on(session, into.id, followers - {into.assignee_id})


def _joined(kept: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    """Whom it is to, and about what, stays as it was on the ticket that remains."""
    texts = (kept.get("text", ""), added.get("text", ""))
    files = dict.fromkeys((*kept.get("attachment_ids", ()), *added.get("attachment_ids", ())))
    return {**kept, "text": "\n\n".join(filter(None, texts)), "attachment_ids": list(files)}
