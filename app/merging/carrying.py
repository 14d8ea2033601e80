"""Messages change their ticket, and both tickets are then what their messages make them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import audience_for, can_see, can_team_see
from app.accounts.models import Agent
from app.core.clock import now
from app.escalations import queries as escalation_queries
from app.escalations.service import refresh_sign
from app.merging import queries
from app.merging.errors import NotLeftYet, PutAside, WithItself
from app.replies.locks import require_free
from app.tickets import assignment, outgoing_queries
from app.tickets import queries as ticket_queries
from app.tickets.history_models import Actor
from app.tickets.log import mark_recounted
from app.tickets.merging_models import Merge, MergeKind
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket
from app.tickets.service import preview_of


async def require_both(session: AsyncSession, source: Ticket, into: Ticket, *, by: Agent) -> None:
    """Raises WithItself, PutAside, and TicketLocked while somebody else answers one of the two."""
    if source is into:
        raise WithItself
    if not into.is_counted:
        raise PutAside(number=into.number)
    for ticket in sorted((source, into), key=lambda each: each.id):
        await require_free(session, ticket, agent=by)


async def begin(session: AsyncSession, kind: MergeKind, source: Ticket, into: Ticket) -> Merge:
    last_message_id = await queries.find_last_message_id(session)
    merge = Merge(kind=kind, from_id=source.id, into_id=into.id, last_message_id=last_message_id, at=now())
    session.add(merge)
    await session.flush()
    return merge


async def carry(session: AsyncSession, message_ids: Sequence[int], *, source: Ticket, into: Ticket) -> None:
    """With what reports count of them. Each gives its new ticket a version, so that who answers there has to look.

    Raises NotLeftYet.
    """
    if not message_ids:
        return
    if await queries.has_any_on_its_way(session, message_ids):
        raise NotLeftYet
    await session.flush()
    rows = [{"message_id": message_id, "version": into.next_version()} for message_id in message_ids]
    await queries.move_messages(session, rows, ticket_id=into.id)
    await queries.lead_talks(session, message_ids)
    await escalation_queries.follow_notes(session, message_ids, ticket_id=into.id)
    await queries.move_facts(session, message_ids, ticket_id=into.id)
    for ticket in (source, into):
        await queries.settle_first_reply(session, ticket.id)
    mark_recounted(session, [source.id, into.id])


async def welcome(session: AsyncSession, ticket: Ticket, came: Sequence[Message], *, was_empty: bool) -> None:
    """What came in does not make the customer wait longer: whoever waits for our word, waits on."""
    words = [each for each in came if _is_word(each)]
    if words:
        ticket.is_waiting = (ticket.is_waiting or was_empty) and await _is_ours(session, words[-1])
    await _show(session, ticket)
    linked = await ticket_queries.list_channel_ids(session, ticket.id)
    for channel_id in await queries.list_channel_ids(session, ticket.id) - {*linked}:
        await ticket_queries.add_ticket_channel(session, ticket.id, channel_id)
    await _refresh_audience(session, ticket)


async def bid_farewell(session: AsyncSession, ticket: Ticket, *, by: Agent, gives_back: bool = False) -> None:
    """What is left; who saw the ticket by what was given back again does not see it any more."""
    last = await outgoing_queries.find_last_word(session, ticket.id)
    ticket.is_waiting = last is not None and await _is_ours(session, last)
    await _show(session, ticket)
    if gives_back:
        kept = await queries.list_channel_ids(session, ticket.id) | {ticket.home_channel_id}
        await queries.unlink_channels(session, ticket.id, but=kept)
        await _refresh_audience(session, ticket)
        await _free_from_the_blind(session, ticket, Actor.agent(by))


async def _show(session: AsyncSession, ticket: Ticket) -> None:
    await refresh_sign(session, ticket)
    newest, extent = await queries.find_newest(session, ticket.id), await queries.read_extent(session, ticket.id)
    ticket.has_attachment = bool(extent.has_files)
    if newest is not None:
        ticket.preview = preview_of(newest.text)
        ticket.touch(newest.created_at)
    ticket.first_reply_at = extent.first_reply_at


def _is_word(message: Message) -> bool:
    """Between the customer and us; neither what never left, nor what was passed on to somebody else."""
    is_unsent = message.kind is MessageKind.OUTBOUND and (message.sent_at is None or message.hidden_at is not None)
    is_aside = message.kind is MessageKind.NOTE or message.forwards_id is not None
    return not (is_unsent or is_aside or message.is_automatic)


async def _is_ours(session: AsyncSession, word: Message) -> bool:
    """Also what was answered on the phone."""
    return word.kind is MessageKind.OUTBOUND or await queries.is_answer(session, word.id)


async def _refresh_audience(session: AsyncSession, ticket: Ticket) -> None:
    channel_ids = await ticket_queries.list_channel_ids(session, ticket.id)
    ticket.audience_id = await audience_for(session, channel_ids)


async def _free_from_the_blind(session: AsyncSession, ticket: Ticket, by: Actor) -> None:
    """Nobody has a ticket that they may not see (MODEL 16)."""
    assignee = await assignment.agent_by_id(session, ticket.assignee_id) if ticket.assignee_id else None
    if assignee is not None and not await can_see(session, assignee, ticket.audience_id):
        await assignment.assign(session, ticket, to=None, by=by)
    if ticket.team_id is not None and not await can_team_see(session, ticket.team_id, ticket.audience_id):
        await assignment.hand_to_team(session, ticket, to=None, by=by)
