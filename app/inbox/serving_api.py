from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.inbox import selecting, serving
from app.inbox.deps import SightDep
from app.inbox.own_tabs import is_own, selection_of_key
from app.tickets.models import Phase
from app.web.deps import SessionDep
from app.web.unit_of_work import unit_of_work_router

router = unit_of_work_router(tags=["tickets"])


class NextForm(BaseModel):
    """`skip` are numbers that were just passed over: they come again when nothing else is left."""

    model_config = ConfigDict(extra="forbid")

    tab: str = Phase.NEW
    channel: int | None = None
    skip: list[int] = Field(default_factory=list, max_length=200)


@router.post("/tickets/next")
async def next_ticket(form: NextForm, session: SessionDep, sight: SightDep) -> dict[str, Any]:
    """The oldest new ticket of a tab that nobody looks at, answers or has; `number` is null when there is none.

    A tab without new tickets serves from all of them.
    """
    agent_id = sight.viewer.agent.id
    if is_own(form.tab):
        selection = await selection_of_key(session, form.tab, sight)
    else:
        selection = selecting.of_tab(sight, form.tab, form.channel)
    if Phase.NEW not in selection.phases:
        selection = selecting.of_tab(sight, Phase.NEW, form.channel)
    return {"number": await serving.serve(session, selection, agent_id=agent_id, last=form.skip)}
