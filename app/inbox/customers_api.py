"""The API's customers: they stand below tickets, but who may see them is decided by tickets."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from app.accounts.deps import ViewerDep
from app.core.cursors import Cursor, open_cursor, open_time_cursor
from app.inbox import customer_queries, documents, ticket_queries
from app.inbox.deps import AddressesDep
from app.inbox.documents import Document, page_document
from app.inbox.timeline import read_messages
from app.tickets.deps import CustomerDep, DocumentsDep
from app.web.deps import SessionDep
from app.web.forms import PageForm
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["customers"])

CUSTOMERS = "customers"

PageQuery = Annotated[PageForm, Query()]


class CustomerPageForm(PageForm):
    q: Annotated[str, Field(max_length=200)] = ""
    """How a name or an address begins."""


@router.get("/customers")
async def customers(session: SessionDep, viewer: ViewerDep, page: Annotated[CustomerPageForm, Query()]) -> Document:
    conditions = f"{CUSTOMERS} {page.q}".strip()
    found = await customer_queries.list_customers(
        session,
        audience_ids=viewer.audience_ids,
        beginning=page.q.strip(),
        after=open_cursor(page.cursor, conditions),
        limit=page.limit + 1,
    )
    shown = found[: page.limit]
    is_more = len(found) > page.limit
    next_cursor = Cursor.after(shown[-1].name_key, shown[-1].id).seal(conditions) if is_more else None
    return page_document(
        ({"id": each.id, "name": each.name, "address": each.address or ""} for each in shown), next_cursor
    )


@router.get("/customers/{customer_id}")
async def customer(session: SessionDep, customer: CustomerDep, viewer: ViewerDep, answers: DocumentsDep) -> Document:
    return await answers.customer(session, customer, viewer)


@router.get("/customers/{customer_id}/timeline")
async def timeline(
    session: SessionDep, customer: CustomerDep, viewer: ViewerDep, addresses: AddressesDep, page: PageQuery
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
    messages = await read_messages(session, shown, addresses)
    items = (
        {**documents.message_document(message), "ticket": result.ticket_id}
        for message, result in zip(messages, shown, strict=True)
    )
    is_more = len(found) > page.limit
    next_cursor = Cursor.after(shown[-1].created_at, shown[-1].id).seal(conditions) if is_more else None
    return page_document(items, next_cursor)
