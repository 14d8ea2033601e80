"""What one run does with one ticket, by the verbs that a single ticket is changed with."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.bulk.errors import CameSince
from app.bulk.forms import BulkChanges
from app.replies import locks
from app.tickets import changing, disposal, label_queries, labels
from app.tickets.forms import TicketPatch
from app.tickets.history_models import Actor
from app.tickets.models import Ticket

PATCHED = TicketPatch.model_fields.keys() & BulkChanges.model_fields.keys()
DISTURBING = {"status", "assignee_id", "team_id", "is_spam", "is_trashed"}
"""Not done to a ticket that somebody is answering."""

DISMISSING = {"status", "is_spam", "is_trashed"}
"""Not done to a ticket with a message that was not seen."""


async def apply(
    session: AsyncSession, ticket: Ticket, changes: BulkChanges, *, by: Agent, seen_version: int | None
) -> None:
    """Raises TicketLocked, CameSince, and whatever the single verbs raise."""
    named = changes.model_fields_set
    if named & DISTURBING:
        await locks.require_free(session, ticket, agent=by)
    if named & DISMISSING and seen_version is not None and ticket.version > seen_version:
        raise CameSince
    actor = Actor.agent(by)
    if "is_spam" in named:
        disposal.mark_spam(session, ticket, changes.is_spam, by=actor)
    if "is_trashed" in named:
        disposal.trash(session, ticket, changes.is_trashed, by=actor)
    await _relabel(session, ticket, changes, actor)
    patch = TicketPatch.model_validate(changes.model_dump(include=set(PATCHED), exclude_unset=True))
    await changing.change(session, ticket, patch, by=by)


async def _relabel(session: AsyncSession, ticket: Ticket, changes: BulkChanges, by: Actor) -> None:
    if changes.add_labels or changes.remove_labels:
        added = await labels.labels_by_id(session, changes.add_labels, field="add_labels")
        removed = await label_queries.list_by_id(session, changes.remove_labels)
        await labels.relabel(session, ticket, add=added, remove=removed, by=by)
