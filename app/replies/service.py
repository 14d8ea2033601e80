"""Sending: the lock's token, the version, the message, its outbox entry and the status, in one unit of work."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.audiences import Viewer
from app.accounts.audit_models import AuditKind
from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.channels.kinds import customer_kind
from app.channels.models import Channel
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import mark
from app.customers import queries as customer_queries
from app.customers.models import Customer
from app.customers.service import Contact, recognise
from app.replies import drafts, locks
from app.replies.characters import require_writable
from app.replies.composing import Letter, compose_mail, compose_reply
from app.replies.errors import TicketChanged
from app.replies.filling import fill_letter
from app.replies.forms import MailForm, ReplyForm
from app.replies.posting import post
from app.replies.talks import require_fitting
from app.tickets import queries as ticket_queries
from app.tickets import service as tickets
from app.tickets.assignment import assign
from app.tickets.errors import Unknown
from app.tickets.history_models import Actor
from app.tickets.message_models import Message
from app.tickets.models import Phase, Ticket
from app.tickets.outgoing import list_overtaking


async def send(session: AsyncSession, ticket: Ticket, form: ReplyForm, *, by: Agent) -> Message:
    """Accept a reply for sending. Raises TicketLocked, LockLost, TicketChanged, or Invalid at a field."""
    await locks.require_token(session, ticket, form.lock_token, holder=by)
    await _require_current(session, ticket, form.base_version, author=by)
    letter = await fill_letter(session, ticket, await compose_reply(session, ticket, form), by=by)
    await _require_possible(session, letter, by=by)
    message = await post(session, ticket, letter, form, base_version=form.base_version, by=by)
    await drafts.forget(session, ticket, agent_id=by.id)
    await locks.finish(session, ticket)
    await session.flush()
    audit.note(session, AuditKind.SEND, by=by, subject="tickets", subject_id=ticket.id, message_id=message.id)
    return message


async def start(session: AsyncSession, form: MailForm, *, viewer: Viewer) -> Ticket:
    """A new mail out opens a ticket in 対応中, which is its writer's."""
    channel = await find_channel(session, form.channel_id, viewer)
    letter = await compose_mail(session, form, channel=channel)
    agent = viewer.agent
    ticket = await tickets.open_ticket(
        session,
        channel=channel,
        customer=await _customer(session, form.customer_id, letter, viewer),
        opening=tickets.Opening(subject=letter.subject, at=now(), phase=Phase.IN_PROGRESS),
        by=Actor.agent(agent),
    )
    await session.flush()
    letter = await fill_letter(session, ticket, letter, by=agent)
    await _require_possible(session, letter, by=agent)
    ticket.subject = letter.subject
    await assign(session, ticket, to=agent, by=Actor.agent(agent))
    message = await post(session, ticket, letter, form, base_version=ticket.version, by=agent)
    await session.flush()
    audit.note(session, AuditKind.SEND, by=agent, subject="tickets", subject_id=ticket.id, message_id=message.id)
    return ticket


async def _require_possible(session: AsyncSession, letter: Letter, *, by: Agent) -> None:
    """As it is to leave, with its merge fields filled."""
    if letter.talk is None:
        await require_writable(session, letter, by=by)
    else:
        await require_fitting(session, letter.talk, text=letter.text, attachment_ids=letter.attachment_ids, by=by)


async def _require_current(session: AsyncSession, ticket: Ticket, base_version: int, *, author: Agent) -> None:
    if base_version > ticket.version:
        raise Invalid("base_version", mark("The ticket has no such version."))
    newer = await list_overtaking(session, ticket, base_version=base_version, author_id=author.id)
    if newer:
        raise TicketChanged(current_version=ticket.version, newer=newer)


async def find_channel(session: AsyncSession, channel_id: int, viewer: Viewer) -> Channel:
    """Raises Unknown for one that the viewer does not see."""
    for channel in await channel_queries.list_visible(session, viewer):
        if channel.id == channel_id:
            return channel
    raise Unknown("channel_id")


async def _customer(session: AsyncSession, customer_id: int | None, letter: Letter, viewer: Viewer) -> Customer:
    """Raises Unknown for one of whom the writer sees nothing: the answer tells their name and address."""
    if customer_id is None:
        first = letter.to[0]
        kind = customer_kind(letter.channel.kind)
        return (await recognise(session, Contact(kind, first.address, first.name))).customer
    if not await ticket_queries.has_customer(session, customer_id, viewer=viewer):
        raise Unknown("customer_id")
    return await customer_queries.get_customer(session, customer_id)
