"""A ticket on paper: who wrote what and when, what became of it, and what was attached."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audiences import Viewer
from app.inbox import service
from app.inbox.choices import Names
from app.inbox.entries import EventView, MessageView
from app.inbox.signing import NoAddresses
from app.inbox.views import TicketPage
from app.tickets.message_models import MessageKind


async def read_sheet(
    session: AsyncSession, ticket_id: int, *, viewer: Viewer, names: Names, zone: ZoneInfo, with_notes: bool
) -> TicketPage:
    """Without notes it can be handed outside: then what colleagues did among themselves is not in it either."""
    page = await service.ticket_page(session, ticket_id, viewer=viewer, names=names, addresses=NoAddresses(), zone=zone)
    return page if with_notes else replace(page, entries=tuple(filter(_is_for_outside, page.entries)))


def sheet_context(page: TicketPage, *, with_notes: bool, stylesheet: str) -> Mapping[str, Any]:
    return {"page": page, "with_notes": with_notes, "stylesheet": stylesheet}


def _is_for_outside(entry: MessageView | EventView) -> bool:
    return isinstance(entry, MessageView) and entry.kind is not MessageKind.NOTE
