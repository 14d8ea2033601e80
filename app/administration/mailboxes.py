"""How each mailbox is doing, in words: what it has, when it last went well, what is wrong and what to do (A2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.administration import mailbox_queries
from app.channels import queries as channel_queries
from app.channels.models import EMAIL, Channel, ChannelFolder
from app.channels.trying import explain
from app.core.errors import NotFound
from app.core.rows import AnyRow
from app.ingest.models import RawState
from app.outbox import copy_queries


@dataclass(frozen=True, slots=True)
class FolderView:
    name: str
    on_server: int
    stored: int
    unreadable: int
    set_aside: int
    refused: int
    next_try_at: datetime | None
    missing: int
    last_success_at: datetime | None
    last_error_at: datetime | None
    error: str
    advice: str
    begins_at: datetime | None = None
    failures: int = 0

    @property
    def is_first_fetch(self) -> bool:
        """Nothing was ever fetched to the end."""
        return self.last_success_at is None and not self.error

    @property
    def share(self) -> int:
        """Of what is on the server, in percent."""
        return min(100, self.stored * 100 // self.on_server) if self.on_server else 0


@dataclass(frozen=True, slots=True)
class MissingCopies:
    """Of sent mail, which could not be put into its folder yet."""

    count: int
    error: str


@dataclass(frozen=True, slots=True)
class MailboxView:
    channel: Channel
    folders: tuple[FolderView, ...]
    copies: MissingCopies | None = None

    @property
    def error(self) -> str:
        return next((folder.error for folder in self.folders if folder.error), "")

    @property
    def is_fetching(self) -> bool:
        """For the first time, so that a bar is worth looking at."""
        is_off = self.channel.is_paused or self.channel.is_demo
        return not is_off and any(folder.is_first_fetch for folder in self.folders)


async def get_mailbox(session: AsyncSession, channel_id: int) -> Channel:
    """Raises NotFound for channels of another kind too."""
    channel = await channel_queries.get_channel(session, channel_id)
    if channel.kind != EMAIL:
        raise NotFound(channel_id=channel_id)
    return channel


async def list_mailboxes(session: AsyncSession) -> list[MailboxView]:
    channels = [each for each in await channel_queries.list_channels(session) if each.kind == EMAIL]
    return await _views(session, channels)


async def mailbox_view(session: AsyncSession, channel: Channel) -> MailboxView:
    return (await _views(session, [channel]))[0]


async def list_folder_views(session: AsyncSession, channel: Channel) -> tuple[FolderView, ...]:
    """Of a channel of any kind; a webhook has the row of a folder too."""
    return (await mailbox_view(session, channel)).folders


async def _views(session: AsyncSession, channels: Sequence[Channel]) -> list[MailboxView]:
    ids = [channel.id for channel in channels]
    folders = await channel_queries.list_folders(session, ids)
    counts = await mailbox_queries.count_stored(session, ids)
    tries = await mailbox_queries.map_next_tries(session, ids)
    copies = await copy_queries.map_failures(session)
    return [
        MailboxView(
            channel,
            tuple(_folder(each, counts, tries) for each in folders if each.channel_id == channel.id),
            _copies(copies.get(channel.id)),
        )
        for channel in channels
    ]


def _copies(row: AnyRow | None) -> MissingCopies | None:
    return MissingCopies(row.missing, explain(row.error)[0]) if row else None


def _folder(
    folder: ChannelFolder,
    counts: dict[tuple[int, str, RawState], int],
    tries: dict[tuple[int, str], datetime],
) -> FolderView:
    of_state = {state: counts.get((folder.channel_id, folder.folder, state), 0) for state in RawState}
    refused = of_state[RawState.REFUSED]
    words, advice = explain(folder.last_error)
    return FolderView(
        folder.folder,
        folder.on_server,
        sum(of_state.values()) - of_state[RawState.ERASED] - refused,
        of_state[RawState.UNREADABLE],
        of_state[RawState.SET_ASIDE] + refused,
        refused,
        tries.get((folder.channel_id, folder.folder)),
        folder.missing,
        folder.last_success_at,
        folder.last_error_at,
        words,
        advice,
        folder.begins_at,
        folder.failures,
    )
