"""Reads put together: a page of the list, a ticket's page, the desk around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.accounts.queries import list_agents_by_email
from app.core.cursors import Cursor
from app.core.errors import NotFound
from app.core.i18n import gettext
from app.core.rows import AnyRow
from app.escalations.views import may_have_chain, read_chain
from app.inbox import aside_queries, detail_queries, list_queries, row_queries, searching, ticket_queries
from app.inbox.answering import read_mailboxes, record_of, reply_defaults, scene_for
from app.inbox.chats import list_chat_ids
from app.inbox.choices import Names
from app.inbox.desk import Sight
from app.inbox.entries import EventView, MessageView
from app.inbox.joining import near_ticket, read_near
from app.inbox.list_queries import Selection
from app.inbox.row_queries import Moment
from app.inbox.rows import make_ticket, read_fields, read_labels, read_presences, read_rows, read_tickets
from app.inbox.signing import Addresses
from app.inbox.talking import read_talk_reply
from app.inbox.talks import read_happenings
from app.inbox.timeline import gather, make_event, merge, read_messages, with_tickets
from app.inbox.uniting import read_beside
from app.inbox.values import ChannelView, EarlierTicket, FileView, Named, Sort
from app.inbox.views import (
    DraftView,
    ListPage,
    Narrowed,
    SearchView,
    TicketPage,
    TicketView,
)
from app.inbox.visitors import read_visitor
from app.inbox.wishes import Asked
from app.letters.frames import opening_in
from app.letters.scenes import look_up
from app.live.positions import Position
from app.notices.watching import list_watchers
from app.search import indexing
from app.sla.views import DeadlineView, read_deadlines
from app.tasks.views import read_tasks
from app.tickets.mentions import list_keys
from app.tickets.message_models import MessageKind
from app.tickets.models import Phase

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list; `conditions` is what its cursor is bound to."""

    conditions: str
    after: Cursor | None = None
    limit: int = PAGE_SIZE


def position_of(moment: Moment) -> str:
    return str(Position(moment.epoch, moment.event_id))


async def list_page(
    session: AsyncSession, selection: Selection, page: Page, narrowed: Narrowed | None = None
) -> ListPage:
    moment = await row_queries.read_moment(session)
    found = await list_queries.list_ticket_ids(session, selection, after=page.after, limit=page.limit + 1)
    ids, next_cursor = _cut(found, page)
    rows = tuple(await read_rows(session, ids, moment))
    is_oldest_first, is_by_deadline = selection.sort is Sort.OLDEST, selection.sort is Sort.DUE
    return ListPage(
        rows,
        next_cursor,
        position_of(moment),
        is_oldest_first=is_oldest_first,
        is_by_deadline=is_by_deadline,
        narrowed=narrowed,
    )


async def search_page(session: AsyncSession, selection: Selection, asked: Asked, page: Page) -> ListPage:
    """With the words marked, and the hits counted up to a hundred."""
    moment = await row_queries.read_moment(session)
    limit = max(page.limit, searching.COUNTED) + 1
    found = await searching.list_ids(session, selection, asked, after=page.after, limit=limit)
    ids, next_cursor = _cut(found, page)
    rows = await searching.mark_rows(session, await read_rows(session, ids, moment), asked)
    search = SearchView(
        text=asked.text,
        hits=min(len(found), searching.COUNTED),
        has_more=len(found) > searching.COUNTED,
        mistakes=tuple(gettext(mistake.reason, **mistake.params) for mistake in asked.mistakes),
        missing=await indexing.count_missing(session) if asked.terms else 0,
    )
    return ListPage(tuple(rows), next_cursor, position_of(moment), search)


async def aside_page(session: AsyncSession, place: str, audience_ids: Sequence[int], page: Page) -> ListPage:
    """Spam or the trash."""
    moment = await row_queries.read_moment(session)
    found = await aside_queries.list_aside_ids(session, place, audience_ids, after=page.after, limit=page.limit + 1)
    ids, next_cursor = _cut(found, page)
    rows = tuple(await read_rows(session, ids, moment))
    return ListPage(rows, next_cursor, position_of(moment), is_oldest_first=False)


async def chats_page(session: AsyncSession, sight: Sight, channel_id: int | None) -> ListPage:
    """Everybody's open chats, the longest waiting first; there are never so many that they need pages."""
    moment = await row_queries.read_moment(session)
    if channel_id is not None and not sight.sees(channel_id):
        raise NotFound(channel=channel_id)
    ids = await list_chat_ids(session, sight.audience_ids(channel_id), sight.viewer)
    return ListPage(tuple(await read_rows(session, ids, moment)), None, position_of(moment))


async def aside_list(
    session: AsyncSession, place: str, audience_ids: Sequence[int], page: Page
) -> tuple[list[TicketView], str | None]:
    moment = await row_queries.read_moment(session)
    found = await aside_queries.list_aside_ids(session, place, audience_ids, after=page.after, limit=page.limit + 1)
    ids, next_cursor = _cut(found, page)
    return await read_tickets(session, ids, moment), next_cursor


async def ticket_list(
    session: AsyncSession, selection: Selection, page: Page, asked: Asked | None = None
) -> tuple[list[TicketView], str | None]:
    moment = await row_queries.read_moment(session)
    limit = page.limit + 1
    if asked is None:
        found = await list_queries.list_ticket_ids(session, selection, after=page.after, limit=limit)
    else:
        found = await searching.list_ids(session, selection, asked, after=page.after, limit=limit)
    ids, next_cursor = _cut(found, page)
    return await read_tickets(session, ids, moment), next_cursor


def _cut(found: list[tuple[int, datetime]], page: Page) -> tuple[Sequence[int], str | None]:
    """One more than is shown tells whether there is a next page."""
    shown = found[: page.limit]
    is_more = len(found) > page.limit
    next_cursor = Cursor.after(shown[-1][1], shown[-1][0]).seal(page.conditions) if is_more else None
    return [ticket_id for ticket_id, _ in shown], next_cursor


async def ticket_view(session: AsyncSession, ticket_id: int) -> TicketView:
    """Whoever asks has loaded the ticket with the viewer's rights before."""
    moment = await row_queries.read_moment(session)
    return await _ticket_view(session, ticket_id, moment)


async def ticket_page(
    session: AsyncSession,
    ticket_id: int,
    *,
    viewer: Viewer,
    names: Names,
    addresses: Addresses,
    zone: ZoneInfo,
    came_from: int = 0,
) -> TicketPage:
    moment = await row_queries.read_moment(session)
    ticket = await _ticket_view(session, ticket_id, moment)
    messages = await read_messages(session, await ticket_queries.list_messages(session, ticket_id), addresses)
    events = await _read_history(session, ticket_id, names, viewer)
    visitor = await read_visitor(session, [message.talk for message in messages if message.talk])
    setting = await look_up(session, scene_for(ticket, viewer.agent))
    opening = await opening_in(session, setting, agent=viewer.agent)
    said = [each.id for each in messages if each.talk]
    talk = await read_talk_reply(session, ticket_id, said, visitor, customer=ticket.customer.name)
    mailboxes = await read_mailboxes(session)
    reply = reply_defaults(ticket, messages, mailboxes=mailboxes, opening=opening, zone=zone, talk=talk)
    return TicketPage(
        ticket=ticket,
        customer=record_of(setting.customer),
        entries=merge(gather(messages), events),
        policy=await detail_queries.find_policy(session, detail_queries.COMPLAINT) if ticket.is_complaint else "",
        earlier=await _earlier(session, ticket, viewer),
        near=await read_near(session, ticket_id, viewer, came_from=came_from),
        tasks=await read_tasks(session, ticket_id),
        escalations=await read_chain(session, ticket_id, viewer) if may_have_chain(events) else (),
        reply=reply,
        draft=await _draft(session, ticket_id, viewer.agent.id),
        position=position_of(moment),
        watchers=await list_watchers(session, ticket_id),
        mentioned=await _mentioned(session, messages),
        beside=await read_beside(session, ticket.customer.id, viewer=viewer),
        visitor=visitor,
    )


async def _read_history(session: AsyncSession, ticket_id: int, names: Names, viewer: Viewer) -> list[EventView]:
    history = await ticket_queries.list_events(session, ticket_id)
    names = await with_tickets(session, history, names, viewer)
    happenings = await read_happenings(session, history)
    return [make_event(each, names, happenings) for each in history]


async def _mentioned(session: AsyncSession, messages: Sequence[MessageView]) -> dict[str, Named]:
    """Those whose addresses stand in notes, so that their names can be shown."""
    keys = {key for each in messages if each.kind is MessageKind.NOTE for key in list_keys(each.text)}
    agents = await list_agents_by_email(session, sorted(keys)) if keys else []
    return {agent.email_key: Named(agent.id, agent.name) for agent in agents}


async def _ticket_view(session: AsyncSession, ticket_id: int, moment: Moment) -> TicketView:
    results = await row_queries.list_tickets(session, [ticket_id])
    if not results:
        raise NotFound(number=ticket_id)
    presences = await read_presences(session, [ticket_id])
    labels = await read_labels(session, [ticket_id])
    fields = await read_fields(session, [ticket_id])
    channels = await ticket_queries.list_channels(session, ticket_id)
    return make_ticket(
        results[0],
        moment,
        labels=labels.get(ticket_id, ()),
        fields=fields.get(ticket_id, ()),
        presence=presences.get(ticket_id, ()),
        channels=(ChannelView(each.id, each.kind, each.name, each.key, each.address) for each in channels),
        deadlines=await _deadlines(session, results[0]),
    )


async def _deadlines(session: AsyncSession, ticket: AnyRow) -> Sequence[DeadlineView]:
    """Whose next word is ours has none without a time; what is done has none at all."""
    if ticket.phase is Phase.DONE or (ticket.due_at is None and not ticket.is_waiting):
        return ()
    return (await read_deadlines(session, [ticket.id])).get(ticket.id, ())


async def _earlier(session: AsyncSession, ticket: TicketView, viewer: Viewer) -> tuple[EarlierTicket, ...]:
    results = await ticket_queries.list_earlier(
        session, ticket.number, customer_id=ticket.customer.id, audience_ids=viewer.audience_ids
    )
    return tuple(map(near_ticket, results))


async def _draft(session: AsyncSession, ticket_id: int, agent_id: int) -> DraftView | None:
    found = await ticket_queries.find_draft(session, ticket_id, agent_id)
    if found is None:
        return None
    files = await ticket_queries.list_unsent_files(session, found.body.get("attachment_ids", ()), agent_id)
    return DraftView(found.base_version, found.body, found.saved_at, tuple(FileView(*each) for each in files))
