"""The verb of a phone note: ticket, call, status and callback in one act (A7)."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.calls.errors import NobodyNamed, NoPhoneLog, NothingSaid
from app.calls.forms import CallForm
from app.calls.noting import subject_of, text_of
from app.channels import queries as channel_queries
from app.channels.models import PHONE, Channel
from app.core.clock import now
from app.core.errors import NotFound
from app.customers import queries as customer_queries
from app.customers import service as customers
from app.customers.models import Customer
from app.customers.numbers import readable, tel_key
from app.customers.service import Contact
from app.tasks import service as tasks
from app.tasks.forms import CallbackForm
from app.tickets import assignment, closing, outgoing, service, uniting_queries
from app.tickets import queries as ticket_queries
from app.tickets.errors import Unknown
from app.tickets.history_models import Actor
from app.tickets.models import Ticket
from app.tickets.service import Opening

STATUSES = {True: "in_progress", False: "new"}
"""Of what is not answered yet, by whether somebody sees to it."""


async def note_call(session: AsyncSession, form: CallForm, *, viewer: Viewer) -> Ticket:
    """Raises Invalid at the field before anything is changed, NoPhoneLog where a ticket cannot be opened."""
    _require_words(form)
    by = Actor.agent(viewer.agent)
    category = await assignment.category_by_id(session, form.category_id)
    assignee = await assignment.agent_by_id(session, form.assignee_id)
    ticket = await _ticket(session, form, viewer)
    if category is not None:
        assignment.categorise(session, ticket, as_=category, by=by)
    call = await service.add_call(session, ticket, text_of(form), by=viewer.agent, is_ours=form.is_ours)
    if form.is_answered:
        await outgoing.count_spoken(session, ticket, call)
    if assignee is not None or form.ticket_number is None:
        await assignment.assign(session, ticket, to=assignee, by=by)
    await _move(session, ticket, form, by=by)
    await _promise(session, ticket, form, viewer)
    await session.flush()
    return ticket


async def list_phone_logs(session: AsyncSession, viewer: Viewer) -> list[Channel]:
    """The channels on which the viewer writes calls down."""
    visible = await channel_queries.list_visible(session, viewer)
    return [each for each in visible if each.kind == PHONE]


def _require_words(form: CallForm) -> None:
    if not form.names_somebody:
        raise NobodyNamed
    if not form.says_something:
        raise NothingSaid


async def _ticket(session: AsyncSession, form: CallForm, viewer: Viewer) -> Ticket:
    if form.ticket_number is None:
        return await _open(session, form, viewer)
    try:
        ticket = await ticket_queries.get_ticket(session, form.ticket_number, viewer=viewer)
    except NotFound as missing:
        raise Unknown("ticket_number") from missing
    if form.customer_id is None and not form.customer.name:
        await customers.learn_number(session, ticket.customer, readable(form.tel))
    return ticket


async def _open(session: AsyncSession, form: CallForm, viewer: Viewer) -> Ticket:
    channel = await _channel(session, form, viewer)
    customer = await _caller(session, form, viewer)
    opening = Opening(subject=subject_of(form, customer.name), at=now())
    by = Actor.agent(viewer.agent)
    ticket = await service.open_ticket(session, channel=channel, customer=customer, opening=opening, by=by)
    await session.flush()
    return ticket


async def _channel(session: AsyncSession, form: CallForm, viewer: Viewer) -> Channel:
    logs = await list_phone_logs(session, viewer)
    if not logs:
        raise NoPhoneLog
    if form.channel_id is None:
        return logs[0]
    channel = next((each for each in logs if each.id == form.channel_id), None)
    if channel is None:
        raise Unknown("channel_id")
    return channel


async def _caller(session: AsyncSession, form: CallForm, viewer: Viewer) -> Customer:
    """Whom the agent chose; else who is known by the number; else somebody new."""
    if form.customer_id is not None:
        return await _chosen(session, form, viewer)
    contact = Contact(kind=PHONE, address=readable(form.tel), name=form.customer.name)
    known = await customer_queries.hold_by_hash(session, [contact.key_hash]) if contact.tel_key else ()
    if known and _is_same(known[0].customer, form.customer.name):
        await _introduce(session, known[0].customer, form)
        return known[0].customer
    if contact.tel_key and not known:
        customer = (await customers.recognise(session, contact)).customer
    else:
        customer = customers.new_customer(form.customer.name or form.tel)
        session.add(customer)
    _describe(customer, form)
    await session.flush()
    return customer


async def _introduce(session: AsyncSession, customer: Customer, form: CallForm) -> None:
    """Who was only a number says now who they are."""
    if form.customer.name and tel_key(customer.name):
        customers.rename(customer, form.customer.name)
        _describe(customer, form)
        await session.flush()


def _is_same(known: Customer, name: str) -> bool:
    """Whoever gives another name calls from somebody else's telephone."""
    return not name or customers.name_key(name) in (known.name_key, known.written_key) or bool(tel_key(known.name))


async def _chosen(session: AsyncSession, form: CallForm, viewer: Viewer) -> Customer:
    customer_id = await uniting_queries.find_end(session, form.customer_id or 0)
    if not customer_id or not await ticket_queries.has_customer(session, customer_id, viewer=viewer):
        raise Unknown("customer_id")
    customer = await customer_queries.get_customer(session, customer_id)
    await customers.learn_number(session, customer, readable(form.tel))
    return customer


def _describe(customer: Customer, form: CallForm) -> None:
    customer.reading = form.customer.reading or customer.reading
    customer.company = form.customer.company or customer.company
    customers.set_keys(customer)


async def _move(session: AsyncSession, ticket: Ticket, form: CallForm, *, by: Actor) -> None:
    """What is on a ticket already stays as it is, unless it was done and there is more to it now."""
    key = form.status
    if not key and (form.ticket_number is None or (ticket.is_done and not form.is_settled)):
        key = "done" if form.is_settled else STATUSES[form.assignee_id is not None]
    if key:
        await closing.set_status(session, ticket, await closing.status_by_key(session, key), by=by)


async def _promise(session: AsyncSession, ticket: Ticket, form: CallForm, viewer: Viewer) -> None:
    if form.callback is None:
        return
    named = "assignee_id" in form.callback.model_fields_set
    assignee_id = form.callback.assignee_id if named else form.assignee_id
    promise = CallbackForm(
        due_at=form.callback.due_at, assignee_id=assignee_id, text=form.callback.text, tel=readable(form.tel)
    )
    await tasks.add_callback(session, ticket, promise, by=viewer.agent)
