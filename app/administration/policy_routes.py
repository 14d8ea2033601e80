"""What everybody does when a customer complains."""

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries
from app.accounts.deps import CurrentAgent
from app.administration.pages import admin_router, saved, show
from app.bulletin import policy_queries, policy_service
from app.bulletin.policy_forms import MAX_LENGTH, PolicyForm
from app.bulletin.policy_service import COMPLAINT
from app.web.deps import SessionDep
from app.web.entries import NOTHING_TYPED, Entry, attempt

PATH = "/admin/policy"
router = admin_router("policy")


@router.get("")
async def show_policy(request: Request, session: SessionDep) -> Response:
    return await _page(request, session)


@router.post("")
async def write_policy(request: Request, session: SessionDep, admin: CurrentAgent) -> Response:
    async def verb(form: PolicyForm) -> Response:
        await policy_service.write(session, COMPLAINT, form, by=admin)
        return saved(PATH)

    return await attempt(request, PolicyForm, verb, lambda entry: _page(request, session, entry))


async def _page(request: Request, session: AsyncSession, entry: Entry = NOTHING_TYPED) -> Response:
    policy = await policy_queries.find_policy(session, COMPLAINT)
    changed_by = await queries.get_agent(session, policy.changed_by_id) if policy and policy.changed_by_id else None
    return show(request, "policy.html", entry, policy=policy, changed_by=changed_by, max_length=MAX_LENGTH)
