"""How a customer is addressed: their name with its reading, 様 or 御中, company and department."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.customers.models import Customer
from app.customers.service import set_keys
from app.letters import queries
from app.letters.forms import CustomerPatch
from app.live.signals import signal


async def change_customer(session: AsyncSession, customer: Customer, form: CustomerPatch) -> None:
    """What is named is changed; pages with a ticket of theirs that is not done draw it anew."""
    for name in form.model_fields_set:
        setattr(customer, name, getattr(form, name))
    set_keys(customer)
    await session.flush()
    for ticket_id in await queries.list_open_ticket_ids(session, customer.id):
        await signal(session, ticket_id)
