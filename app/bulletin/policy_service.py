"""What everybody is to do in a case that must not go wrong."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.bulletin import policy_queries
from app.bulletin.models import Policy
from app.bulletin.policy_forms import PolicyForm
from app.core.clock import now

COMPLAINT = "complaint"


async def write(session: AsyncSession, key: str, form: PolicyForm, *, by: Agent) -> None:
    policy = await policy_queries.find_policy(session, key)
    if policy is None:
        policy = Policy(key=key, text="")
        session.add(policy)
    if policy.text != form.text:
        changes = audit.rewriting(policy.text, form.text)
        audit.note_setting(session, "policies", policy.id, by=by, key=("", key), **changes)
        policy.text, policy.changed_at, policy.changed_by_id = form.text, now(), by.id
