"""Why one asks: a small list that leads and admins keep."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import audit
from app.accounts.models import Agent
from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import gettext, mark
from app.escalations import queries
from app.escalations.forms import NewReasonForm, ReasonForm
from app.escalations.models import EscalationReason

SUBJECT = "escalation_reasons"
BUILT_IN = {
    "technical": mark("Technical inquiry"),
    "specification": mark("Confirming the specification"),
    "refund": mark("Decision on a refund"),
    "complaint": mark("Claim"),
    "legal": mark("Legal matter"),
    "other": mark("Something else"),
}


def reason_name(key: str, name: str) -> str:
    """Its own, else a built-in one's in the reader's language."""
    return name or gettext(BUILT_IN.get(key, key))


def named(reasons: Sequence[EscalationReason]) -> list[tuple[str, str]]:
    return [(each.key, reason_name(each.key, each.name)) for each in reasons]


async def create(session: AsyncSession, form: NewReasonForm, *, by: Agent) -> EscalationReason:
    """Without a key it gets one. Raises Invalid where there is one of that key."""
    position = await queries.find_last_position(session) + 1
    key = form.key or f"own_{position}"
    if await queries.find_reason(session, key) is not None:
        raise Invalid("key", mark("There is one of this name already."))
    reason = EscalationReason(key=key, name=form.name, position=position)
    session.add(reason)
    await session.flush()
    audit.note_setting(session, SUBJECT, reason.id, by=by, key=(None, key), name=(None, form.name))
    return reason


async def change(session: AsyncSession, reason: EscalationReason, form: ReasonForm, *, by: Agent) -> None:
    audit.note_setting(session, SUBJECT, reason.id, by=by, name=(reason.name, form.name))
    reason.name = form.name


async def archive(session: AsyncSession, reason: EscalationReason, *, by: Agent) -> None:
    """It stays with what was asked for it, and is chosen no more."""
    audit.note_setting(session, SUBJECT, reason.id, by=by, is_archived=(reason.archived_at is not None, True))
    reason.archived_at = reason.archived_at or now()


async def restore(session: AsyncSession, reason: EscalationReason, *, by: Agent) -> None:
    audit.note_setting(session, SUBJECT, reason.id, by=by, is_archived=(reason.archived_at is not None, False))
    reason.archived_at = None
