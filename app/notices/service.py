"""Who is told of what: the assignee, the mentioned, the watchers, the writer of what was not sent (B8).

Nobody is told of their own acts, nor of tickets that they may not see. What `Told` names first gives way to what it
names later: whoever is mentioned is told that, also on a ticket of their own.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.models import Agent, Role
from app.core.clock import now
from app.core.rows import AnyRow
from app.live.signals import signal, signal_desk
from app.notices import asked, choice_queries, late, queries, reading_queries
from app.notices.asked import Told
from app.notices.models import NoticeKind
from app.notices.queries import Concerned
from app.notices.views import NoticeView
from app.notices.watching import watch_from_now_on
from app.notices.ways import ways_of
from app.tickets.history_models import ActorKind, EventKind, TicketEvent
from app.tickets.models import BUILT_IN_STATUS_IDS, Origin, Phase

SHOWN = 50
SHOWN_AT_ONCE = 5
FRESH = timedelta(minutes=10)
"""What is older is no news for a desktop, such as after a night in which the computer slept."""

BEGUN = {BUILT_IN_STATUS_IDS[Phase.NEW], BUILT_IN_STATUS_IDS[Phase.IN_PROGRESS]}


async def tell(session: AsyncSession, event: TicketEvent) -> None:
    """The notices of one event of the log; what was imported or restored tells nobody (MODEL 11)."""
    find = ADDRESSEES.get(event.kind, _nobody)
    is_of_interest = event.origin is Origin.LIVE and (find is not _nobody or event.kind in WRITTEN)
    concerned = await queries.find_concerned(session, event.ticket_id) if is_of_interest else None
    if concerned is None:
        return
    actor_id = event.actor_id if event.actor_kind is ActorKind.AGENT else None
    is_told = concerned.is_counted or event.kind in asked.ADDRESSEES
    found = await find(session, event, concerned) if is_told else {}
    await _add_all(session, event, concerned, {each: kind for each, kind in found.items() if each != actor_id})
    if event.kind in WRITTEN and actor_id is not None:
        await _follow_up(session, event, concerned, actor_id)


async def list_notices(session: AsyncSession, viewer: Viewer) -> list[NoticeView]:
    """The newest behind the bell, of tickets that the viewer may still see."""
    rows = await queries.list_notices(session, viewer.agent.id, audience_ids=viewer.audience_ids, limit=SHOWN)
    return [_view(row) for row in rows]


async def list_for_desktop(session: AsyncSession, viewer: Viewer, *, after: int) -> list[NoticeView]:
    """What came after a notice and is still news, the oldest first; of many the newest few."""
    rows = await queries.list_for_desktop(
        session,
        viewer.agent.id,
        audience_ids=viewer.audience_ids,
        after=after,
        since=now() - FRESH,
        limit=SHOWN_AT_ONCE,
    )
    return [_view(row) for row in reversed(rows)]


async def shows_text(session: AsyncSession, agent: Agent) -> bool:
    """Whether they wish more than the subject on their desktop."""
    preference = await choice_queries.find_preference(session, agent.id)
    return preference is not None and preference.shows_text


def views(rows: Iterable[AnyRow]) -> list[NoticeView]:
    return [_view(row) for row in rows]


def _view(row: AnyRow) -> NoticeView:
    return NoticeView(
        id=row.id,
        kind=row.kind,
        ticket_number=row.ticket_id if row.is_seen else None,
        subject=row.subject,
        preview=row.preview,
        actor_name=row.actor_name or "",
        at=row.created_at,
        is_read=row.read_at is not None,
        escalation_id=row.escalation_id,
    )


async def _add_all(session: AsyncSession, event: TicketEvent, concerned: Concerned, told: Told) -> None:
    agents = await queries.list_seeing(session, concerned.audience_id, told) if told else []
    party = await asked.list_party(session, event, told)
    reached = sorted({*(agent.id for agent in agents), *party})
    chosen = await queries.list_chosen(session, reached) if reached else {}
    for agent_id in reached:
        ways, kind = ways_of(chosen, agent_id, told[agent_id]), told[agent_id]
        about = party.get(agent_id)
        if ways.is_any:
            await queries.add_notice(session, event, agent_id=agent_id, kind=kind, ways=ways, escalation_id=about)
    if party:
        await signal_desk(session)
    if reached:
        await signal(session, event.ticket_id)


async def _follow_up(session: AsyncSession, event: TicketEvent, concerned: Concerned, writer_id: int) -> None:
    """Whoever writes has read what was there; a note makes its writer and those in it watch, but the assignee."""
    message = await queries.find_message(session, event.changes.get("message_id"))
    if message is not None:
        await reading_queries.move_read(session, writer_id, event.ticket_id, version=message.ticket_version)
    if event.kind is EventKind.NOTED:
        took_part = {writer_id, *_mentioned(event.changes)} - {concerned.assignee_id}
        await watch_from_now_on(session, event.ticket_id, took_part - set(concerned.watcher_ids))


async def _nobody(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    return {}


async def _assigned(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    _, assignee_id = event.changes.get("assignee_id", (None, None))
    return {assignee_id: NoticeKind.ASSIGNED} if assignee_id else {}


async def _noted(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    mentioned = dict.fromkeys(_mentioned(event.changes), NoticeKind.MENTIONED)
    return {**_followers(concerned, NoticeKind.NOTED), **mentioned}


async def _answered(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """Not what opened the ticket, nor what a machine wrote; of what came back another event tells."""
    message = await queries.find_message(session, event.changes.get("message_id"))
    is_answer = message is not None and message.ticket_version > 1 and not message.is_automatic
    return _followers(concerned, NoticeKind.ANSWERED) if is_answer else {}


async def _bounced(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """Whoever follows the ticket, and who wrote what came back."""
    message = await queries.find_message(session, event.changes.get("message_id"))
    writer = {message.author_agent_id: NoticeKind.BOUNCED} if message and message.author_agent_id else {}
    return {**_followers(concerned, NoticeKind.BOUNCED), **writer}


async def _withheld(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """The admins: somebody's machine may be answering ours."""
    seeing = await queries.list_seeing(session, concerned.audience_id)
    return {each.id: NoticeKind.MAIL_FLOOD for each in seeing if each.role is Role.ADMIN}


async def _moved(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """For watchers alone: the assignee does it mostly. That an answer was begun, or given up, is no news."""
    if {*event.changes.get("status_id", ())} == BEGUN:
        return {}
    watchers = (each for each in concerned.watcher_ids if each != concerned.assignee_id)
    return dict.fromkeys(watchers, NoticeKind.STATUS_CHANGED)


async def _complained(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """The leads who see the ticket; where no lead does, the admins, who see everything."""
    if event.changes.get("is_complaint") != [False, True]:
        return {}
    seeing = await queries.list_seeing(session, concerned.audience_id)
    leads = [each.id for each in seeing if each.role is Role.LEAD]
    told = leads or [each.id for each in seeing if each.role is Role.ADMIN]
    return dict.fromkeys(told, NoticeKind.COMPLAINT)


async def _not_sent(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """Its writer; also of what the desk itself, or a colleague, took back before it left."""
    message = await queries.find_message(session, event.changes.get("message_id"))
    author_id = message.author_agent_id if message else None
    return {author_id: NOT_SENT[event.kind]} if author_id else {}


async def _task_given(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """To whom a callback is given, with the task itself or later."""
    given = event.changes.get("assignee_id")
    assignee_id = given[1] if isinstance(given, list) else given
    return {assignee_id: NoticeKind.TASK_ASSIGNED} if assignee_id else {}


async def _task_due(session: AsyncSession, event: TicketEvent, concerned: Concerned) -> Told:
    """Whose it is; of nobody's, whoever follows the ticket."""
    assignee_id = event.changes.get("assignee_id")
    return {assignee_id: NoticeKind.TASK_DUE} if assignee_id else _followers(concerned, NoticeKind.TASK_DUE)


def _followers(concerned: Concerned, kind: NoticeKind) -> dict[int, NoticeKind]:
    assignee: Iterable[int] = [concerned.assignee_id] if concerned.assignee_id else []
    return dict.fromkeys((*concerned.watcher_ids, *assignee), kind)


def _mentioned(changes: Mapping[str, Any]) -> list[int]:
    agent_ids: list[int] = changes.get("mentions", {}).get("agent_ids", [])
    return agent_ids


NOT_SENT = {
    EventKind.SEND_FAILED: NoticeKind.SEND_FAILED,
    EventKind.SEND_UNCERTAIN: NoticeKind.SEND_UNCERTAIN,
    EventKind.SEND_CANCELLED: NoticeKind.SEND_CANCELLED,
}
WRITTEN = (EventKind.NOTED, EventKind.REPLIED, EventKind.FORWARDED)
ADDRESSEES: Mapping[EventKind, Callable[[AsyncSession, TicketEvent, Concerned], Awaitable[Told]]] = {
    EventKind.ASSIGNED: _assigned,
    EventKind.NOTED: _noted,
    EventKind.RECEIVED: _answered,
    EventKind.STATUS_CHANGED: _moved,
    EventKind.COMPLAINT_CHANGED: _complained,
    EventKind.BOUNCED: _bounced,
    EventKind.TASK_ADDED: _task_given,
    EventKind.TASK_ASSIGNED: _task_given,
    EventKind.TASK_DUE: _task_due,
    EventKind.AUTO_REPLY_WITHHELD: _withheld,
    **dict.fromkeys(NOT_SENT, _not_sent),
    **asked.ADDRESSEES,
    **late.ADDRESSEES,
}
