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
from app.inbox import aside_queries, detail_queries, list_queries, row_queries, searching, ticket_queries
from app.inbox.answering import record_of, reply_defaults, scene_for
from app.inbox.choices import Names
from app.inbox.list_queries import Selection
from app.inbox.row_queries import Moment
from app.inbox.rows import make_ticket, read_fields, read_labels, read_presences, read_rows, read_tickets
from app.inbox.timeline import SignUrl, make_event, merge, read_messages
from app.inbox.values import ChannelView, Named, Sort, StatusView
from app.inbox.views import (
    DraftView,
    EarlierTicket,
    FileView,
    ListPage,
    MessageView,
    SearchView,
    TicketPage,
    TicketView,
)
from app.inbox.wishes import Asked
from app.inbox.words import status_name
from app.letters.frames import opening_in
from app.letters.scenes import look_up
from app.live.positions import Position
from app.notices.reading_queries import map_reads
from app.notices.watching import list_watchers
from app.search import indexing
from app.tickets.mentions import list_keys
from app.tickets.message_models import MessageKind

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list; `conditions` is what its cursor is bound to."""

    conditions: str
    after: Cursor | None = None
    limit: int = PAGE_SIZE


def position_of(moment: Moment) -> str:
    return str(Position(moment.epoch, moment.event_id))


async def list_page(session: AsyncSession, selection: Selection, page: Page) -> ListPage:
    moment = await row_queries.read_moment(session)
    found = await list_queries.list_ticket_ids(session, selection, after=page.after, limit=page.limit + 1)
    ids, next_cursor = _cut(found, page)
    rows = tuple(await read_rows(session, ids, moment))
    return ListPage(rows, next_cursor, position_of(moment), is_oldest_first=selection.sort is Sort.OLDEST)


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
    session: AsyncSession, ticket_id: int, *, viewer: Viewer, names: Names, sign: SignUrl, zone: ZoneInfo
) -> TicketPage:
    moment = await row_queries.read_moment(session)
    ticket = await _ticket_view(session, ticket_id, moment)
    messages = await read_messages(session, await ticket_queries.list_messages(session, ticket_id), sign)
    events = [make_event(each, names) for each in await ticket_queries.list_events(session, ticket_id)]
    setting = await look_up(session, scene_for(ticket, viewer.agent))
    reply = reply_defaults(
        ticket,
        messages,
        own_addresses=await ticket_queries.list_own_addresses(session),
        opening=await opening_in(session, setting, agent=viewer.agent),
        zone=zone,
    )
    return TicketPage(
        ticket=ticket,
        customer=record_of(setting.customer),
        entries=merge(messages, events),
        policy=await detail_queries.find_policy(session, detail_queries.COMPLAINT) if ticket.is_complaint else "",
        earlier=await _earlier(session, ticket, viewer),
        reply=reply,
        draft=await _draft(session, ticket_id, viewer.agent.id),
        position=position_of(moment),
        read_version=(await map_reads(session, viewer.agent.id, [ticket_id])).get(ticket_id),
        watchers=await list_watchers(session, ticket_id),
        mentioned=await _mentioned(session, messages),
    )


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
    )


async def _earlier(session: AsyncSession, ticket: TicketView, viewer: Viewer) -> tuple[EarlierTicket, ...]:
    results = await ticket_queries.list_earlier(
        session, ticket.number, customer_id=ticket.customer.id, audience_ids=viewer.audience_ids
    )
    return tuple(
        EarlierTicket(
            number=each.id,
            subject=each.subject,
            status=StatusView(
                each.status_id, each.status_key, each.phase, status_name(each.status_key, each.status_name)
            ),
            channel=ChannelView(
                each.channel_id, each.channel_kind, each.channel_name, each.channel_key, each.channel_address
            ),
            updated_at=each.last_activity_at,
        )
        for each in results
    )


async def _draft(session: AsyncSession, ticket_id: int, agent_id: int) -> DraftView | None:
    found = await ticket_queries.find_draft(session, ticket_id, agent_id)
    if found is None:
        return None
    files = await ticket_queries.list_unsent_files(session, found.body.get("attachment_ids", ()), agent_id)
    return DraftView(found.base_version, found.body, found.saved_at, tuple(FileView(*each) for each in files))
