"""Why one asks somebody else: the list that people choose from."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.administration.catalogue import Noun
from app.escalations import reasons
from app.escalations.forms import NewReasonForm, ReasonForm
from app.escalations.models import Escalation, EscalationReason


async def _around(session: AsyncSession, reason: EscalationReason | None) -> dict[str, Any]:
    return {"reason_name": reasons.reason_name}


REASONS: Noun[Any] = Noun(
    "escalation-reasons",
    EscalationReason,
    "escalation_reasons.html",
    "escalation_reason.html",
    NewReasonForm,
    lambda reason: ReasonForm,
    reasons.create,
    lambda reason: reasons.change,
    reasons.archive,
    reasons.restore,
    _around,
    Escalation.reason_id,
)
router = REASONS.router()
