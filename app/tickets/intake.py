"""Tickets that a person or a program writes down: phone notes and the API channel."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.channels import queries as channel_queries
from app.channels.models import API, EMAIL, PHONE, Channel
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import mark
from app.customers import service as customers
from app.customers.models import Customer, Identity
from app.customers.service import Contact
from app.tickets import assignment, service
from app.tickets.errors import Unknown
from app.tickets.forms import Person, TicketForm
from app.tickets.history_models import Actor
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket
from app.tickets.service import Opening

MAX_SUBJECT = 80


class NotByHand(Invalid):
    """What comes in at a mailbox comes by mail."""

    def __init__(self) -> None:
        super().__init__("channel_id", mark("Tickets are not written by hand on this channel."))


async def take_down(session: AsyncSession, form: TicketForm, *, viewer: Viewer) -> Ticket:
    """Raises Unknown for a channel that is not seen, NotByHand for one that has a way in of its own."""
    channel = await _channel(session, form.channel_id, viewer)
    category = await assignment.category_by_id(session, form.category_id)
    person = await _recognise(session, form.customer, channel)
    writer = Actor.agent(viewer.agent) if channel.kind == PHONE else Actor.customer(_identity_id(person))
    opening = Opening(subject=form.subject.strip() or _first_line(form.text), at=now())
    customer = person.customer if isinstance(person, Identity) else person
    ticket = await service.open_ticket(session, channel=channel, customer=customer, opening=opening, by=writer)
    assignment.categorise(session, ticket, as_=category, by=writer)
    if channel.kind == PHONE:
        await service.add_call(session, ticket, form.text, by=viewer.agent)
    else:
        await service.receive(session, ticket, _message(form, ticket, person, opening), by=writer)
    await session.flush()
    return ticket


async def _channel(session: AsyncSession, channel_id: int, viewer: Viewer) -> Channel:
    visible = await channel_queries.list_visible(session, viewer)
    channel = next((each for each in visible if each.id == channel_id), None)
    if channel is None:
        raise Unknown("channel_id")
    if channel.kind not in (PHONE, API):
        raise NotByHand
    return channel


async def _recognise(session: AsyncSession, person: Person, channel: Channel) -> Identity | Customer:
    """A mail address is known from mail too; without one, or with 「非通知」, somebody is a customer of their own."""
    kind = EMAIL if "@" in person.address else channel.kind
    contact = Contact(kind=kind, address=person.address, name=person.name)
    if person.address and (kind != PHONE or contact.tel_key):
        return await customers.recognise(session, contact)
    customer = customers.new_customer(person.name or person.address)
    session.add(customer)
    await session.flush()
    return customer


def _identity_id(person: Identity | Customer) -> int | None:
    return person.id if isinstance(person, Identity) else None


def _message(form: TicketForm, ticket: Ticket, person: Identity | Customer, opening: Opening) -> Message:
    return Message(
        kind=MessageKind.INBOUND,
        channel_id=ticket.home_channel_id,
        author_identity_id=_identity_id(person),
        subject=form.subject.strip(),
        text=form.text,
        created_at=opening.at,
        is_automatic=False,
    )


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:MAX_SUBJECT]
