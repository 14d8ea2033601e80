"""Customers put together and taken apart (E1, MODEL 13)."""

from typing import Any

from app.accounts.deps import ViewerDep
from app.merging.customer_deps import CustomerPairDep, JoinedCustomerDep
from app.tickets import uniting
from app.tickets.deps import DocumentsDep
from app.tickets.history_models import Actor
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(prefix="/customers/{customer_id}", tags=["customers"])


@router.post("/merge")
async def merge(
    session: SessionDep, pair: CustomerPairDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """All that this customer has is of `into` from now on; this id leads there."""
    await uniting.unite(session, pair.customer, pair.into, by=Actor.agent(viewer.agent))
    return await documents.customer(session, pair.into, viewer)


@router.delete("/merge")
async def unmerge(
    session: SessionDep, customer: JoinedCustomerDep, viewer: ViewerDep, documents: DocumentsDep
) -> dict[str, Any]:
    """A joined customer is one of their own again, with what they brought and what their addresses opened since."""
    await uniting.part(session, customer, by=Actor.agent(viewer.agent))
    return await documents.customer(session, customer, viewer)
