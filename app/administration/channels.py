"""Channels whose kind describes itself, and those whose kind is gone: what each is, and how it is doing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.administration.mailboxes import FolderView, list_folder_views
from app.channels import endpoints
from app.channels import queries as channel_queries
from app.channels.kinds import WITH_PAGES, KindView, list_kinds, view_kind
from app.channels.models import FAILED_POLLS, Channel
from app.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class ChannelView:
    channel: Channel
    kind: KindView
    folder: FolderView | None
    hook_url: str

    @property
    def state(self) -> str:
        """The worst that is true of it."""
        states = {
            "demo": self.channel.is_demo,
            "gone": not self.kind.is_here,
            "paused": self.channel.is_paused,
            "failing": self.folder is not None and bool(self.folder.error) and self.is_failing,
            "untried": self.is_untried and self.kind.is_fetched,
            "unheard": self.is_untried and self.kind.has_hook and not self.kind.is_fetched,
        }
        return next((state for state, is_so in states.items() if is_so), "working")

    @property
    def is_untried(self) -> bool:
        """Nothing ever came, and nothing went wrong."""
        return self.folder is None or self.folder.is_first_fetch

    @property
    def is_failing(self) -> bool:
        """A webhook of a stranger is no trouble, several in a row are; a fetch that fails is."""
        return self.folder is not None and (self.kind.is_fetched or self.folder.failures >= FAILED_POLLS)


async def get_other(session: AsyncSession, channel_id: int) -> Channel:
    """Raises NotFound for channels that have pages of their own too."""
    channel = await channel_queries.get_channel(session, channel_id)
    if channel.kind in WITH_PAGES:
        raise NotFound(channel_id=channel_id)
    return channel


async def list_others(session: AsyncSession) -> list[ChannelView]:
    channels = [each for each in await channel_queries.list_channels(session) if each.kind not in WITH_PAGES]
    return [await channel_view(session, each) for each in channels]


async def channel_view(session: AsyncSession, channel: Channel) -> ChannelView:
    folders = await list_folder_views(session, channel)
    kind = view_kind(channel.kind)
    return ChannelView(channel, kind, folders[0] if folders else None, endpoints.hook_url(channel))


def new_kinds() -> list[KindView]:
    return [view_kind(kind) for kind in list_kinds()]


def current_values(channel: Channel) -> dict[str, Any]:
    """What is so now, by the names of the fields."""
    names = {"name": channel.name, "address": channel.address, "hold_seconds": channel.hold_seconds}
    return {**channel.settings, **names}
