"""The fields of a ticket as a form, and what an agent did last, to be taken back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.rows import AnyRow
from app.inbox import detail_queries
from app.inbox.choices import Names
from app.inbox.entries import EventView
from app.inbox.timeline import make_event
from app.inbox.values import Named
from app.tickets import undo_queries
from app.tickets.classification_models import FieldKind
from app.tickets.history_models import UNDOABLE
from app.tickets.models import Ticket

UNDO_OFFERED_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class DetailView:
    """One field in the form; `value` is what its control holds."""

    key: str
    name: str
    kind: FieldKind
    is_required: bool
    value: str
    choices: tuple[Named, ...]


async def read_details(session: AsyncSession, ticket: Ticket) -> list[DetailView]:
    rows = await detail_queries.list_details(session, ticket.id, ticket.team_id)
    choices: defaultdict[int, list[Named]] = defaultdict(list)
    for row in await detail_queries.list_choices(session, [row.id for row in rows if row.kind is FieldKind.CHOICE]):
        choices[row.field_id].append(Named(row.id, row.name))
    return [
        DetailView(row.key, row.name, row.kind, row.is_required, _in_control(row), tuple(choices[row.id]))
        for row in rows
    ]


async def find_undoable(session: AsyncSession, ticket: Ticket, agent: Agent, names: Names) -> EventView | None:
    """What this agent did last on the ticket, while it is fresh."""
    since = now() - UNDO_OFFERED_FOR
    event = await undo_queries.find_own_newest(session, ticket.id, agent_id=agent.id, kinds=list(UNDOABLE), since=since)
    return make_event(event, names) if event else None


def _in_control(row: AnyRow) -> str:
    if row.kind is FieldKind.NUMBER and row.number is not None:
        return str(int(row.number)) if row.number.is_integer() else str(row.number)
    if row.kind is FieldKind.DATE and row.at is not None:
        return str(row.at.astimezone(UTC).date().isoformat())
    if row.kind is FieldKind.CHOICE and row.choice_id is not None:
        return str(row.choice_id)
    if row.kind is FieldKind.CHECK:
        return "on" if row.number else ""
    return row.text or ""
