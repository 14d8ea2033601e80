"""Two customers at once, both of whom the viewer sees; and one who was joined, as far as what they brought is seen."""

from typing import Annotated, NamedTuple

from fastapi import Depends

from app.accounts.deps import ViewerDep
from app.core.errors import NotFound
from app.customers import queries as customer_queries
from app.customers.models import Customer
from app.merging.forms import CustomerMergeForm
from app.tickets import queries as ticket_queries
from app.tickets import uniting_queries
from app.tickets.deps import CustomerDep
from app.web.deps import RowId, SessionDep


class CustomerPair(NamedTuple):
    """The customer of the path, and who remains."""

    customer: Customer
    into: Customer


async def _pair(form: CustomerMergeForm, session: SessionDep, customer: CustomerDep, viewer: ViewerDep) -> CustomerPair:
    if not await ticket_queries.has_customer(session, form.into, viewer=viewer):
        raise NotFound(customer_id=form.into)
    return CustomerPair(customer, await customer_queries.get_customer(session, form.into))


async def _joined(customer_id: RowId, session: SessionDep, viewer: ViewerDep) -> Customer:
    end_id = await uniting_queries.find_end(session, customer_id)
    origins = await uniting_queries.list_joined_ids(session, customer_id)
    returning = await uniting_queries.list_returning_ids(session, at=end_id, origins=origins)
    if not await uniting_queries.has_any_seen(session, returning, viewer=viewer):
        raise NotFound(customer_id=customer_id)
    return await customer_queries.get_customer(session, customer_id)


CustomerPairDep = Annotated[CustomerPair, Depends(_pair)]
JoinedCustomerDep = Annotated[Customer, Depends(_joined)]
