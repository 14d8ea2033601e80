"""Several changes of a ticket in one act."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.tickets import assignment, closing, fields, labels, queries, service
from app.tickets.errors import ReasonNeeded
from app.tickets.forms import HandoverForm, TicketPatch
from app.tickets.history_models import Actor
from app.tickets.models import Ticket


async def change(session: AsyncSession, ticket: Ticket, patch: TicketPatch, *, by: Agent) -> None:
    """What the patch names; one wrong value and the unit of work ends with nothing changed."""
    actor = Actor.agent(by)
    for name in APPLIED_IN_ORDER:
        if name in patch.model_fields_set:
            await APPLIED_IN_ORDER[name](session, ticket, patch, actor)


async def hand_over(session: AsyncSession, ticket: Ticket, form: HandoverForm, *, by: Agent) -> None:
    """To a colleague, with a note that they find there. Raises Unknown and NoSight at `assignee_id`."""
    to = await assignment.agent_by_id(session, form.assignee_id)
    await assignment.assign(session, ticket, to=to, by=Actor.agent(by))
    if form.note.strip():
        await service.add_note(session, ticket, form.note.strip(), by=by)


async def _status(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    status = await closing.status_by_key(session, patch.status)
    await closing.set_status(session, ticket, status, by=by, hold_reason=patch.hold_reason)


async def _hold_reason(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    """Beside a status it was heard with it; alone it is about the status that the ticket has."""
    if "status" not in patch.model_fields_set:
        status = await queries.get_status(session, ticket.status_id)
        if status.needs_reason and not patch.hold_reason.strip():
            raise ReasonNeeded
        await closing.set_status(session, ticket, status, by=by, hold_reason=patch.hold_reason)


async def _labels(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    await labels.set_labels(session, ticket, patch.labels, by=by)


async def _assignee(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    agent = await assignment.agent_by_id(session, patch.assignee_id)
    await assignment.assign(session, ticket, to=agent, by=by)


async def _team(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    team = await assignment.team_by_id(session, patch.team_id)
    await assignment.hand_to_team(session, ticket, to=team, by=by)


async def _category(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    category = await assignment.category_by_id(session, patch.category_id)
    assignment.categorise(session, ticket, as_=category, by=by)


async def _priority(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    assignment.prioritise(session, ticket, patch.priority, by=by)


async def _complaint(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    assignment.flag_complaint(session, ticket, patch.is_complaint, by=by)


async def _fields(session: AsyncSession, ticket: Ticket, patch: TicketPatch, by: Actor) -> None:
    await fields.set_fields(session, ticket, patch.fields_, by=by)


APPLIED_IN_ORDER = {
    "team_id": _team,
    "assignee_id": _assignee,
    "category_id": _category,
    "priority": _priority,
    "is_complaint": _complaint,
    "labels": _labels,
    "fields_": _fields,
    "hold_reason": _hold_reason,
    "status": _status,
}
