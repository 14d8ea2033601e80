"""Who is told what becomes of a question: whoever is asked, and whoever asked, also without sight of its ticket."""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import team_queries
from app.notices import queries
from app.notices.models import NoticeKind
from app.notices.queries import Concerned
from app.tickets.history_models import EventKind, TicketEvent

Told = Mapping[int, NoticeKind]
"""Kinds of notices by agent id."""


async def list_party(session: AsyncSession, event: TicketEvent, told: Told) -> dict[int, int]:
    """Those of them who are asked or asked, with the question that it is: their right to know is that they are."""
    escalation_id = event.changes.get("escalation_id")
    if escalation_id is None or event.kind not in PARTY_TOLD:
        return {}
    party = {*await _asked(session, event), event.changes["from_agent_id"]} & set(told)
    return dict.fromkeys(await queries.list_active(session, party), escalation_id)


async def _to_asked(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    return dict.fromkeys(await _asked(session, event), NoticeKind.ESCALATED)


async def _to_asker(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    return {event.changes["from_agent_id"]: NoticeKind.ESCALATION_RETURNED}


async def _answered(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """Whoever asked, and whose ticket it is."""
    told = {event.changes["from_agent_id"], concerned.assignee_id}
    return dict.fromkeys((each for each in told if each is not None), NoticeKind.ESCALATION_ANSWERED)


async def _ended(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """Nobody need look for an answer any more; nor wait for one."""
    told = [*await _asked(session, event), event.changes["from_agent_id"]]
    return dict.fromkeys(told, NoticeKind.ESCALATION_ENDED)


async def _due(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    told = {*await _asked(session, event), event.changes["from_agent_id"], concerned.assignee_id}
    return dict.fromkeys((each for each in told if each is not None), NoticeKind.ESCALATION_DUE)


async def _asked(session: AsyncSession, event: TicketEvent) -> list[int]:
    """A guest is told by mail."""
    agent_id, team_id = (event.changes.get(name) for name in ("to_agent_id", "to_team_id"))
    if agent_id is not None:
        return [agent_id]
    return list(await team_queries.list_member_ids(session, team_id)) if team_id is not None else []


ADDRESSEES: Mapping[EventKind, Callable[[AsyncSession, TicketEvent, Concerned], Awaitable[Told]]] = {
    EventKind.ESCALATED: _to_asked,
    EventKind.ESCALATION_ASKED_AGAIN: _to_asked,
    EventKind.ESCALATION_RETURNED: _to_asker,
    EventKind.ESCALATION_ANSWERED: _answered,
    EventKind.ESCALATION_ENDED: _ended,
    EventKind.ESCALATION_DUE: _due,
}
PARTY_TOLD = {*ADDRESSEES, EventKind.NOTED}
"""A note that came to a question by mail, late or from somebody else, is told to whoever asked."""
