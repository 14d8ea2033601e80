from typing import Any

from app.accounts import absence
from app.accounts.absence_forms import AbsenceForm
from app.accounts.deps import CurrentAgent
from app.accounts.models import Agent
from app.core.clock import rfc3339
from app.web.deps import RowId, SessionDep, SettingsDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["people"])


@router.put("/agents/{agent_id}/absence")
async def go_away(
    agent_id: RowId, form: AbsenceForm, session: SessionDep, agent: CurrentAgent, settings: SettingsDep
) -> dict[str, Any]:
    """Oneself, or as a lead anybody: they get no turn and are marked where one chooses an assignee."""
    colleague = await absence.colleague(session, agent_id, by=agent)
    absence.send_away(session, colleague, last_day=form.until, zone=settings.zone, by=agent)
    return _document(colleague)


@router.delete("/agents/{agent_id}/absence")
async def come_back(agent_id: RowId, session: SessionDep, agent: CurrentAgent) -> dict[str, Any]:
    colleague = await absence.colleague(session, agent_id, by=agent)
    absence.call_back(session, colleague, by=agent)
    return _document(colleague)


def _document(agent: Agent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name": agent.name,
        "is_absent": agent.is_absent,
        "absent_since": rfc3339(agent.absent_since),
        "absent_until": rfc3339(agent.absent_until),
    }
