"""Which states of affairs hold for a ticket: its labels (B10)."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.tickets import label_queries
from app.tickets.classification_models import Label
from app.tickets.errors import Unknown
from app.tickets.history_models import SYSTEM, Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Ticket


async def relabel(
    session: AsyncSession,
    ticket: Ticket,
    *,
    add: Collection[Label] = (),
    remove: Collection[Label] = (),
    by: Actor = SYSTEM,
) -> None:
    """What it has already is not added, and what it has not is not removed; both are one line of history."""
    present = set(await label_queries.list_label_ids(session, ticket.id))
    added = sorted({label.id for label in add} - present)
    removed = sorted({label.id for label in remove} & present - {label.id for label in add})
    await label_queries.add_labels(session, ticket.id, added)
    await label_queries.remove_labels(session, ticket.id, removed)
    if added or removed:
        record(session, ticket, EventKind.LABELS_CHANGED, by=by, labels={"added": added, "removed": removed})


async def set_labels(session: AsyncSession, ticket: Ticket, label_ids: Collection[int], *, by: Actor = SYSTEM) -> None:
    """Exactly these. An archived one may stay where it is, but is not given any more; raises Unknown at `labels`."""
    present = await label_queries.list_labels_of(session, ticket.id)
    kept = {label.id for label in present} & set(label_ids)
    added = await labels_by_id(session, [each for each in label_ids if each not in kept])
    await relabel(session, ticket, add=added, remove=[each for each in present if each.id not in kept], by=by)


async def labels_by_id(session: AsyncSession, label_ids: Collection[int], *, field: str = "labels") -> Sequence[Label]:
    """Those that can be given now. Raises Unknown at the field."""
    labels = await label_queries.list_active(session, label_ids)
    if len(labels) != len(set(label_ids)):
        raise Unknown(field)
    return labels
