from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from app.accounts.audiences import Viewer
from app.accounts.deps import ViewerDep
from app.core.errors import NotFound
from app.escalations import queries, views
from app.escalations.errors import NotAsked, NotTheAsker
from app.escalations.holding import hold_family
from app.escalations.models import Escalation
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from app.web.deps import RowId, SessionDep


@dataclass(frozen=True, slots=True)
class Held:
    """An escalation that the viewer may see, on its ticket, which they perhaps may not. Writing, both are held."""

    escalation: Escalation
    ticket: Ticket
    viewer: Viewer

    @property
    def sees_ticket(self) -> bool:
        return self.ticket.audience_id in self.viewer.audience_ids

    def require_answering(self) -> None:
        """What is over is told by the verb: who was second learns what happened, and not that they may not."""
        if not views.may_answer(self.escalation, self.viewer, sees=self.sees_ticket):
            raise NotAsked

    def require_managing(self) -> None:
        assignee_id = self.ticket.assignee_id
        if not views.may_manage(self.escalation, self.viewer, sees=self.sees_ticket, assignee_id=assignee_id):
            raise NotTheAsker


async def hold(session: SessionDep, escalation_id: RowId, viewer: ViewerDep) -> Held:
    """The ticket's row first (MODEL 1); where the ticket was merged a moment ago, that of the one it is in."""
    place = await queries.get_place(session, escalation_id, viewer)
    await hold_family(session, escalation_id)
    ticket, held_id = None, None
    while held_id != place.ticket_id:
        held_id = place.ticket_id
        ticket = await find_ticket(session, held_id)
        place = await queries.get_place(session, escalation_id, viewer)
    escalation = await queries.find_escalation(session, escalation_id)
    if ticket is None or escalation is None:
        raise NotFound(escalation_id=escalation_id)
    return Held(escalation, ticket, viewer)


HeldDep = Annotated[Held, Depends(hold)]
"""The escalation of the path; to whom it does not concern, and who does not see its ticket, it does not exist."""
