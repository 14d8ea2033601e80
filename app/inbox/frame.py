"""What surrounds the work on every page of the desk, as its templates call it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.bulletin.views import AnnouncementView
from app.core.room import Room
from app.inbox.chats import read_chats
from app.inbox.choices import Choices
from app.inbox.desk import Sight, read_desk
from app.inbox.home import read_bars
from app.inbox.own_tabs import read_own_tabs
from app.inbox.sending import read_holding
from app.inbox.troubles import troubles_of


async def read_sides(
    session: AsyncSession, sight: Sight, choices: Choices, *, tab: str = "", channel_id: int | None = None
) -> dict[str, Any]:
    """What the list is drawn with, also when it is drawn alone."""
    return {
        "desk": await read_desk(session, sight, choices, channel_id),
        "own_tabs": await read_own_tabs(session, sight, choices),
        "tab": tab,
        "channel": channel_id,
    }


def bars_above(
    room: Room, sight: Sight, announced: Sequence[AnnouncementView], *, is_sending_paused: bool
) -> dict[str, Any]:
    return {
        "bars": announced,
        "troubles": troubles_of(room, is_sending_paused=is_sending_paused),
        "mailbox_troubles": sight.mailbox_bars,
        "is_admin": sight.is_admin,
    }


async def read_frame(
    session: AsyncSession, room: Room, sight: Sight, choices: Choices, *, tab: str = "", channel_id: int | None = None
) -> dict[str, Any]:
    sides = await read_sides(session, sight, choices, tab=tab, channel_id=channel_id)
    desk = sides["desk"]
    announced = await read_bars(session, sight.viewer) if desk.has_important else []
    return {
        **sides,
        **bars_above(room, sight, announced, is_sending_paused=desk.is_sending_paused),
        "holding": await read_holding(session, sight.viewer),
        "chats": await read_chats(session, sight),
    }
