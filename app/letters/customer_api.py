from typing import Any

from app.accounts.deps import ViewerDep
from app.letters import addressing
from app.letters.forms import CustomerPatch
from app.tickets.deps import CustomerDep, DocumentsDep
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["customers"])


@router.patch("/customers/{customer_id}")
async def change_customer(
    session: SessionDep, customer: CustomerDep, viewer: ViewerDep, documents: DocumentsDep, patch: CustomerPatch
) -> dict[str, Any]:
    """How they are addressed; for everybody who sees a ticket of theirs."""
    await addressing.change_customer(session, customer, patch)
    return await documents.customer(session, customer, viewer)
