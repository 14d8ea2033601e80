"""Who is told of what: the assignee, the mentioned, the author of what was not sent (B8); nobody of their own acts."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer, can_see
from app.accounts.models import Role
from app.live.signals import signal
from app.notices import queries
from app.notices.models import NoticeKind
from app.notices.views import NoticeView
from app.tickets.history_models import ActorKind, EventKind, TicketEvent
from app.tickets.models import Origin

SHOWN = 50
Told = Mapping[int, NoticeKind]
"""Kinds of notices by agent id."""


async def tell(session: AsyncSession, event: TicketEvent) -> None:
    """The notices of one event of the log; what was imported or restored tells nobody (MODEL 11)."""
    find = ADDRESSEES.get(event.kind)
    if find is None or event.origin is not Origin.LIVE:
        return
    actor_id = event.actor_id if event.actor_kind is ActorKind.AGENT else None
    told = {agent_id: kind for agent_id, kind in (await find(session, event)).items() if agent_id != actor_id}
    for agent_id, kind in sorted(told.items()):
        await queries.add_notice(session, event, agent_id=agent_id, kind=kind)
    if told:
        await signal(session, event.ticket_id)


async def list_notices(session: AsyncSession, viewer: Viewer) -> list[NoticeView]:
    """The newest, of tickets that the viewer may still see."""
    rows = await queries.list_notices(session, viewer.agent.id, audience_ids=viewer.audience_ids, limit=SHOWN)
    return [
        NoticeView(
            kind=row.kind,
            ticket_number=row.ticket_id,
            subject=row.subject,
            actor_name=row.actor_name or "",
            at=row.created_at,
            is_read=row.read_at is not None,
        )
        for row in rows
    ]


async def _assigned(session: AsyncSession, event: TicketEvent) -> Told:
    _, assignee_id = event.changes.get("assignee_id", (None, None))
    return {assignee_id: NoticeKind.ASSIGNED} if assignee_id else {}


async def _noted(session: AsyncSession, event: TicketEvent) -> Told:
    """Whoever is mentioned is told that, also on a ticket of their own."""
    assignee_id = await queries.find_assignee(session, event.ticket_id)
    assignee = {assignee_id: NoticeKind.NOTED} if assignee_id else {}
    return assignee | dict.fromkeys(_mentioned(event.changes), NoticeKind.MENTIONED)


def _mentioned(changes: Mapping[str, Any]) -> list[int]:
    agent_ids: list[int] = changes.get("mentions", {}).get("agent_ids", [])
    return agent_ids


async def _complained(session: AsyncSession, event: TicketEvent) -> Told:
    """The leads who see the ticket; where no lead does, the admins, who see everything."""
    if event.changes.get("is_complaint") != [False, True]:
        return {}
    audience_id = await queries.find_audience(session, event.ticket_id)
    leads = await queries.list_agents_of(session, Role.LEAD)
    seeing = [lead.id for lead in leads if audience_id and await can_see(session, lead, audience_id)]
    told = seeing or [admin.id for admin in await queries.list_agents_of(session, Role.ADMIN)]
    return dict.fromkeys(told, NoticeKind.COMPLAINT)


async def _not_sent(session: AsyncSession, event: TicketEvent) -> Told:
    kind = NoticeKind.SEND_FAILED if event.kind is EventKind.SEND_FAILED else NoticeKind.SEND_UNCERTAIN
    author_id = await queries.find_author(session, event.changes.get("message_id"))
    return {author_id: kind} if author_id else {}


ADDRESSEES: Mapping[EventKind, Callable[[AsyncSession, TicketEvent], Awaitable[Told]]] = {
    EventKind.ASSIGNED: _assigned,
    EventKind.NOTED: _noted,
    EventKind.COMPLAINT_CHANGED: _complained,
    EventKind.SEND_FAILED: _not_sent,
    EventKind.SEND_UNCERTAIN: _not_sent,
}
