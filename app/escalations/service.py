"""The verbs of escalations. Each holds the ticket's row, changes and records together.

What is asked, and what is answered, is a note on the ticket: it is searched, printed and merged like any other, and
never leaves. Neither needs the reply lock.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.accounts.models import Agent
from app.core.clock import now, rfc3339
from app.core.crypto import SecretBox
from app.core.errors import Invalid
from app.core.i18n import mark
from app.escalations import queries
from app.escalations.errors import AlreadyReturned, EscalationOver, NotReturned, TicketSetAside, TooDeep
from app.escalations.forms import EscalationForm
from app.escalations.guests import invite
from app.escalations.models import Escalation, EscalationFile, EscalationState, EscalationTurn, Outcome, TurnKind
from app.live.signals import signal_desk
from app.tickets import message_queries
from app.tickets.errors import Unknown
from app.tickets.history_models import SYSTEM, Actor, EventKind
from app.tickets.log import record
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from app.tickets.service import add_inside

MAX_DEPTH = 5


async def ask(
    session: AsyncSession,
    ticket: Ticket,
    form: EscalationForm,
    *,
    by: Agent,
    box: SecretBox,
    because: Escalation | None = None,
) -> Escalation:
    """`because` is the question that whoever asks was asked: with it they need not see the ticket.

    Raises Unknown and Invalid at the field, TicketSetAside, EscalationOver, NoMailbox.
    """
    if not ticket.is_counted:
        raise TicketSetAside
    parent = because or await _find_parent(session, ticket, form.parent_id)
    if parent is not None:
        await _require_above(session, parent)
    escalation = await _make(session, ticket, form, by=by)
    escalation.parent_id = parent.id if parent else None
    await _attach(session, ticket, escalation, form.attachment_ids, by=by, because=because)
    ticket.is_escalated = True
    record(session, ticket, EventKind.ESCALATED, by=Actor.agent(by), **_changes(escalation))
    if form.guest is not None:
        await invite(session, ticket, escalation, by=by, box=box, locale=form.guest.locale)
    await signal_desk(session)
    return escalation


async def answer(
    session: AsyncSession,
    ticket: Ticket,
    escalation: Escalation,
    text: str,
    *,
    by: Agent | None,
    file_ids: Sequence[int] = (),
    note: Message | None = None,
) -> None:
    """By a guest where `by` is missing; `note` is there already where it came by mail. Raises EscalationOver."""
    _require_unfinished(escalation)
    note = note or await add_inside(session, ticket, _note(ticket, text, by=by))
    escalation.answer, escalation.answer_message_id = text, note.id
    await _claim(session, note, file_ids, by=by)
    await _end(session, ticket, escalation, Outcome.ANSWERED, by=by)
    changes = _changes(escalation, message_id=note.id)
    record(session, ticket, EventKind.ESCALATION_ANSWERED, by=_actor(by), **changes)


async def give_back(
    session: AsyncSession, ticket: Ticket, escalation: Escalation, comment: str, *, by: Agent | None
) -> None:
    """They need more. Raises EscalationOver, AlreadyReturned."""
    _require_unfinished(escalation)
    if escalation.state is EscalationState.RETURNED:
        raise AlreadyReturned
    escalation.give_back()
    _say(session, escalation, TurnKind.RETURNED, comment, by=by)
    record(session, ticket, EventKind.ESCALATION_RETURNED, by=_actor(by), **_changes(escalation))
    await signal_desk(session)


async def ask_again(
    session: AsyncSession,
    ticket: Ticket,
    escalation: Escalation,
    comment: str,
    *,
    by: Agent,
    box: SecretBox,
    due_at: datetime | None = None,
) -> None:
    """With what was missing; a guest gets a new mail with a new link. Raises EscalationOver, NotReturned."""
    _require_unfinished(escalation)
    if escalation.state is not EscalationState.RETURNED:
        raise NotReturned
    escalation.ask_again(due_at)
    _say(session, escalation, TurnKind.ASKED_AGAIN, comment, by=by)
    await session.flush()
    if escalation.guest_address:
        await invite(session, ticket, escalation, by=by, box=box, more=comment)
    record(session, ticket, EventKind.ESCALATION_ASKED_AGAIN, by=Actor.agent(by), **_changes(escalation))
    await signal_desk(session)


async def end(
    session: AsyncSession,
    ticket: Ticket,
    escalation: Escalation,
    outcome: Outcome,
    *,
    by: Agent | None,
    comment: str = "",
) -> None:
    """Without an answer. Raises EscalationOver."""
    _require_unfinished(escalation)
    if comment:
        _say(session, escalation, TurnKind.ENDED, comment, by=by)
    await _end(session, ticket, escalation, outcome, by=by)
    record(session, ticket, EventKind.ESCALATION_ENDED, by=_actor(by), **_changes(escalation, outcome=outcome))


async def end_all(session: AsyncSession, ticket: Ticket) -> None:
    """The ticket is done, or out of sight: nobody works on an answer that nobody waits for."""
    for escalation in await queries.list_unfinished(session, ticket.id):
        if not escalation.is_over:
            await end(session, ticket, escalation, Outcome.TICKET_DONE, by=None)


async def refresh_sign(session: AsyncSession, ticket: Ticket) -> None:
    """Whether the ticket waits for somebody who was asked."""
    await session.flush()
    ticket.is_escalated = await queries.has_unfinished(session, ticket.id)


async def _end(
    session: AsyncSession, ticket: Ticket, escalation: Escalation, outcome: Outcome, *, by: Agent | None
) -> None:
    """What was asked because of it is over with it, on whatever ticket it is: that is held too (`holding`)."""
    escalation.end(outcome, now(), by_id=by.id if by else None)
    await session.flush()
    for below in await queries.list_below(session, escalation.id):
        place = ticket if below.ticket_id == ticket.id else await find_ticket(session, below.ticket_id)
        if place is not None:
            await end(session, place, below, Outcome.OVERTAKEN, by=None)
    await refresh_sign(session, ticket)
    await signal_desk(session)


async def _find_parent(session: AsyncSession, ticket: Ticket, parent_id: int | None) -> Escalation | None:
    if parent_id is None:
        return None
    parent = await queries.find_escalation(session, parent_id)
    if parent is None or parent.ticket_id != ticket.id:
        raise Unknown("parent_id")
    return parent


async def _require_above(session: AsyncSession, parent: Escalation) -> None:
    _require_unfinished(parent)
    depth, above = 1, parent
    while above.parent_id is not None:
        found = await queries.find_escalation(session, above.parent_id)
        if found is None:
            break
        depth, above = depth + 1, found
    if depth >= MAX_DEPTH:
        raise TooDeep


async def _make(session: AsyncSession, ticket: Ticket, form: EscalationForm, *, by: Agent) -> Escalation:
    reason = await queries.find_reason(session, form.reason)
    if reason is None or reason.archived_at is not None:
        raise Unknown("reason")
    await _require_target(session, form, by=by)
    note = await add_inside(session, ticket, _note(ticket, form.question, by=by))
    escalation = Escalation(
        ticket_id=ticket.id,
        origin_ticket_id=ticket.id,
        level=form.level,
        reason_id=reason.id,
        from_agent_id=by.id,
        to_agent_id=form.to_agent_id,
        to_team_id=form.to_team_id,
        guest_name=form.guest.name if form.guest else "",
        guest_address=form.guest.address if form.guest else "",
        question=form.question,
        question_message_id=note.id,
        due_at=form.due_at,
        asked_at=note.created_at,
        state=EscalationState.OPEN,
        returned_count=0,
        answer="",
    )
    session.add(escalation)
    await session.flush()
    return escalation


async def _require_target(session: AsyncSession, form: EscalationForm, *, by: Agent) -> None:
    if form.to_agent_id is not None:
        if await accounts.find_active_agent(session, form.to_agent_id) is None:
            raise Unknown("to_agent_id")
        if form.to_agent_id == by.id:
            raise Invalid("to_agent_id", mark("Nobody asks themselves."))
    if form.to_team_id is not None and await queries.find_team(session, form.to_team_id) is None:
        raise Unknown("to_team_id")


async def _attach(
    session: AsyncSession,
    ticket: Ticket,
    escalation: Escalation,
    wanted: Sequence[int],
    *,
    by: Agent,
    because: Escalation | None,
) -> None:
    """Files of the ticket, or of the question because of which one asks on, and one's own uploads."""
    wanted_ids = set(wanted)
    if because is None:
        known = set(await queries.list_attachable(session, wanted_ids, ticket_id=ticket.id))
    else:
        known = wanted_ids & set(await queries.list_file_ids(session, because.id))
    own = await message_queries.claim_uploads(
        session,
        sorted(wanted_ids - known),
        uploader_id=by.id,
        message_id=escalation.question_message_id or 0,
    )
    if known | own != wanted_ids:
        raise Unknown("attachment_ids")
    session.add_all(EscalationFile(escalation_id=escalation.id, attachment_id=each) for each in sorted(wanted_ids))
    await session.flush()


async def _claim(session: AsyncSession, note: Message, file_ids: Sequence[int], *, by: Agent | None) -> None:
    """What is uploaded with an answer goes with its note."""
    if not file_ids:
        return
    if by is None:
        claimed = await queries.claim_answer_files(session, file_ids, message_id=note.id)
    else:
        claimed = await message_queries.claim_uploads(session, file_ids, uploader_id=by.id, message_id=note.id)
    if claimed != set(file_ids):
        raise Unknown("attachment_ids")


def _note(ticket: Ticket, text: str, *, by: Agent | None) -> Message:
    return Message(
        kind=MessageKind.NOTE,
        channel_id=ticket.home_channel_id,
        author_agent_id=by.id if by else None,
        text=text,
        created_at=now(),
    )


def _require_unfinished(escalation: Escalation) -> None:
    if escalation.is_over:
        what_happened = {"outcome": escalation.outcome, "answer": escalation.answer}
        raise EscalationOver(escalation_id=escalation.id, ended_at=rfc3339(escalation.ended_at), **what_happened)


def _say(session: AsyncSession, escalation: Escalation, kind: TurnKind, text: str, *, by: Agent | None) -> None:
    session.add(EscalationTurn(escalation_id=escalation.id, kind=kind, text=text, agent_id=by.id if by else None))


def _changes(escalation: Escalation, **others: Any) -> dict[str, Any]:
    """Whom it concerns, for those who tell them (`notices`); a guest has no id."""
    named = {"to_agent_id": escalation.to_agent_id, "to_team_id": escalation.to_team_id}
    changes = {name: row_id for name, row_id in named.items() if row_id is not None}
    changes |= {"escalation_id": escalation.id, "from_agent_id": escalation.from_agent_id, "level": escalation.level}
    due = {"due_at": rfc3339(escalation.due_at)} if escalation.due_at else {}
    return {**changes, **due, **others}


def _actor(by: Agent | None) -> Actor:
    return Actor.agent(by) if by else SYSTEM
