"""Tickets that belong to the one that is shown, and those that it could be joined with (B9)."""

import re
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.core.folding import fold
from app.core.rows import AnyRow
from app.inbox import joining_queries, row_queries, searching
from app.inbox.desk import Sight
from app.inbox.rows import read_rows
from app.inbox.selecting import of_everything
from app.inbox.values import ChannelView, EarlierTicket, Near, StatusView
from app.inbox.views import Row
from app.inbox.wishes import read_asked
from app.inbox.words import status_name
from app.tickets import merging_queries
from app.tickets.models import Ticket

NUMBER = re.compile(r"#?([0-9]{1,18})")


async def read_near(session: AsyncSession, ticket_id: int, viewer: Viewer, *, came_from: int) -> Near:
    """A link to what was merged since leads to where that is."""
    linked, merged_ids = await joining_queries.list_near_ids(session, ticket_id)
    ends = {*(await merging_queries.map_ends(session, linked)).values()} - {ticket_id}
    found = await joining_queries.list_linked(session, ends, viewer.audience_ids)
    merged = await joining_queries.list_merged(session, merged_ids, viewer.audience_ids)
    is_known = came_from not in (0, ticket_id) and await merging_queries.find_end(session, came_from) == ticket_id
    return Near(tuple(map(near_ticket, found)), tuple(map(near_ticket, merged)), came_from if is_known else None)


def near_ticket(row: AnyRow) -> EarlierTicket:
    return EarlierTicket(
        number=row.id,
        subject=row.subject,
        status=StatusView(row.status_id, row.status_key, row.phase, status_name(row.status_key, row.status_name)),
        channel=ChannelView(row.channel_id, row.channel_kind, row.channel_name, row.channel_key, row.channel_address),
        updated_at=row.last_activity_at,
    )


async def find_candidates(session: AsyncSession, ticket: Ticket, q: str, *, sight: Sight, zone: ZoneInfo) -> list[Row]:
    """By number, subject or customer; without words the same customer's, first those that are not done."""
    moment = await row_queries.read_moment(session)
    ids = await _search(session, q, sight, zone) if q.strip() else None
    if ids is None:
        ids = await joining_queries.list_of_customer(session, ticket, sight.viewer.audience_ids)
    return await read_rows(session, [each for each in ids if each != ticket.id], moment)


async def list_several(session: AsyncSession, numbers: list[int], *, viewer: Viewer) -> list[Row]:
    moment = await row_queries.read_moment(session)
    ids = await joining_queries.list_visible(session, numbers, viewer.audience_ids)
    return await read_rows(session, ids, moment)


async def _search(session: AsyncSession, q: str, sight: Sight, zone: ZoneInfo) -> list[int]:
    number = NUMBER.fullmatch(fold(q).strip())
    if number is not None:
        end = await merging_queries.find_end(session, int(number[1]))
        return await joining_queries.list_visible(session, [end], sight.viewer.audience_ids)
    asked = await read_asked(session, q, sight=sight, zone=zone)
    selection = of_everything(sight, None)
    found = await searching.list_ids(session, selection, asked, after=None, limit=joining_queries.MAX_CANDIDATES)
    return [ticket_id for ticket_id, _ in found]
