"""The API's customers: they stand below tickets, but who may see them is decided by tickets."""

from typing import Annotated

from fastapi import Depends, Query

from app.accounts.deps import ViewerDep
from app.core.clock import rfc3339
from app.core.cursors import Cursor, open_cursor, open_time_cursor
from app.core.errors import NotFound
from app.customers import queries
from app.customers.models import Customer
from app.inbox import customer_queries, documents, ticket_queries
from app.inbox.deps import SignDep
from app.inbox.documents import Document, page_document
from app.inbox.timeline import read_messages
from app.tickets.queries import has_customer
from app.web.deps import SessionDep
from app.web.forms import PageForm
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["customers"])

CUSTOMERS = "customers"
MAX_ID = 2**63 - 1

PageQuery = Annotated[PageForm, Query()]


async def _customer(customer_id: int, session: SessionDep, viewer: ViewerDep) -> Customer:
    is_id = 0 < customer_id <= MAX_ID
    if not is_id or not await has_customer(session, customer_id, viewer=viewer):
        raise NotFound(customer_id=customer_id)
    return await queries.get_customer(session, customer_id)


CustomerDep = Annotated[Customer, Depends(_customer)]


@router.get("/customers")
async def customers(session: SessionDep, viewer: ViewerDep, page: PageQuery) -> Document:
    found = await customer_queries.list_customers(
        session,
        audience_ids=viewer.audience_ids,
        after=open_cursor(page.cursor, CUSTOMERS),
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    is_more = len(found) > page.limit
    next_cursor = Cursor.after(shown[-1].name_key, shown[-1].id).seal(CUSTOMERS) if is_more else None
    return page_document(
        ({"id": each.id, "name": each.name, "address": each.address or ""} for each in shown), next_cursor
    )


@router.get("/customers/{customer_id}")
async def customer(session: SessionDep, customer: CustomerDep, viewer: ViewerDep) -> Document:
    identities = await queries.list_identities(session, customer.id)
    return {
        "id": customer.id,
        "name": customer.name,
        "address": identities[0].address if identities else "",
        "identities": [{"id": each.id, "kind": each.kind, "address": each.address} for each in identities],
        "tickets": await customer_queries.count_tickets(session, customer.id, audience_ids=viewer.audience_ids),
        "created_at": rfc3339(customer.created_at),
    }


@router.get("/customers/{customer_id}/timeline")
async def timeline(
    session: SessionDep, customer: CustomerDep, viewer: ViewerDep, sign: SignDep, page: PageQuery
) -> Document:
    """Messages of all tickets that the viewer sees, newest first; each with its ticket's number."""
    conditions = f"timeline of {customer.id}"
    found = await ticket_queries.list_customer_messages(
        session,
        customer.id,
        audience_ids=viewer.audience_ids,
        after=open_time_cursor(page.cursor, conditions),
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    messages = await read_messages(session, shown, sign)
    items = (
        {**documents.message_document(message), "ticket": result.ticket_id}
        for message, result in zip(messages, shown, strict=True)
    )
    is_more = len(found) > page.limit
    next_cursor = Cursor.after(shown[-1].created_at, shown[-1].id).seal(conditions) if is_more else None
    return page_document(items, next_cursor)
