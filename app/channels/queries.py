import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.accounts.audiences import Viewer
from app.accounts.queries import is_channel_visible
from app.channels.models import EMAIL, Channel, ChannelFolder
from app.core.database import insert_into
from app.core.errors import NotFound


async def get_channel(session: AsyncSession, channel_id: int) -> Channel:
    """With its sealed secrets, for whoever is about to use the channel."""
    channel = await session.get(Channel, channel_id, options=[undefer(Channel.secrets), undefer(Channel.tokens)])
    if channel is None:
        raise NotFound(channel_id=channel_id)
    return channel


async def hold_channel(session: AsyncSession, channel_id: int) -> Channel:
    """As it is now, until the end of the unit of work."""
    options = [undefer(Channel.secrets), undefer(Channel.tokens)]
    statement = select(Channel).where(Channel.id == channel_id).options(*options).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def find_channel_by_key(session: AsyncSession, key: str) -> Channel | None:
    return await session.scalar(select(Channel).where(Channel.key == key))


async def find_for_hook(session: AsyncSession, key: str) -> Channel | None:
    """With its sealed secrets."""
    options = [undefer(Channel.secrets), undefer(Channel.tokens)]
    return await session.scalar(select(Channel).where(Channel.key == key).options(*options))


async def find_mailbox_of(session: AsyncSession, channel: Channel) -> Channel | None:
    """By which somebody is answered who came by a channel that is no mailbox and left a mail address."""
    if channel.mail_channel_id is None:
        return None
    statement = select(Channel).where(Channel.id == channel.mail_channel_id, Channel.kind == EMAIL)
    return await session.scalar(statement)


async def map_kinds(session: AsyncSession, channel_ids: Collection[int]) -> dict[int, str]:
    rows = await session.execute(select(Channel.id, Channel.kind).where(Channel.id.in_(channel_ids)))
    return {row.id: row.kind for row in rows}


async def list_kinds(session: AsyncSession) -> Sequence[str]:
    """Of the channels that there are, each once."""
    return (await session.scalars(select(Channel.kind).distinct())).all()


async def list_channels(session: AsyncSession) -> Sequence[Channel]:
    return (await session.scalars(select(Channel).order_by(Channel.id))).all()


async def list_mailboxes(session: AsyncSession) -> Sequence[Channel]:
    return (await session.scalars(select(Channel).where(Channel.kind == EMAIL).order_by(Channel.id))).all()


async def map_active(session: AsyncSession, kinds: Sequence[str]) -> dict[int, str]:
    """Each active channel with a digest of its settings and secrets: another digest, and it has to begin anew."""
    statement = select(Channel.id, Channel.address, Channel.settings, Channel.secrets)
    rows = await session.execute(statement.where(Channel.kind.in_(kinds), Channel.paused_at.is_(None)))
    return {row.id: _digest(row.address, row.settings, row.secrets) for row in rows}


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


async def list_expiring(session: AsyncSession, *, before: datetime) -> Sequence[Channel]:
    """With a consent whose token ends before that; those whose consent was taken back wait for a person."""
    statement = select(Channel).where(
        Channel.tokens_expire_at < before, Channel.consent_error == "", Channel.paused_at.is_(None)
    )
    return (await session.scalars(statement.options(undefer(Channel.secrets), undefer(Channel.tokens)))).all()


async def list_folders(session: AsyncSession, channel_ids: Collection[int]) -> Sequence[ChannelFolder]:
    statement = select(ChannelFolder).where(ChannelFolder.channel_id.in_(channel_ids))
    return (await session.scalars(statement.order_by(ChannelFolder.channel_id, ChannelFolder.id))).all()


async def list_visible(session: AsyncSession, viewer: Viewer) -> Sequence[Channel]:
    statement = select(Channel).order_by(Channel.id)
    if not viewer.sees_all:
        statement = statement.where(is_channel_visible(Channel.id, viewer.team_ids))
    return (await session.scalars(statement)).all()


async def ensure_folder(
    session: AsyncSession, channel_id: int, folder: str, *, begins_at: datetime | None = None
) -> ChannelFolder:
    statement = insert_into(session, ChannelFolder).values(
        channel_id=channel_id,
        folder=folder,
        uid=0,
        on_server=0,
        last_error="",
        failures=0,
        missing=0,
        begins_at=begins_at,
        begin_uid=0,
        floor_uid=0,
    )
    await session.execute(statement.on_conflict_do_nothing())
    known = await session.scalar(
        select(ChannelFolder).where(ChannelFolder.channel_id == channel_id, ChannelFolder.folder == folder)
    )
    assert known is not None
    return known


async def get_folder(session: AsyncSession, folder_id: int) -> ChannelFolder:
    return await session.get_one(ChannelFolder, folder_id)


async def begin_above(
    session: AsyncSession, folder_id: int, *, uidvalidity: int, floor_uid: int, begin_uid: int
) -> None:
    """What lies up to the floor stays on the server; unless another worker has begun by now."""
    values = {"uidvalidity": uidvalidity, "uid": floor_uid, "floor_uid": floor_uid, "begin_uid": begin_uid}
    is_new = or_(ChannelFolder.uidvalidity.is_(None), ChannelFolder.uidvalidity != uidvalidity)
    await session.execute(update(ChannelFolder).where(ChannelFolder.id == folder_id, is_new).values(values))


async def move_cursor(
    session: AsyncSession, folder_id: int, *, uidvalidity: int, uid: int, on_server: int | None = None
) -> None:
    """Forward only, unless the folder was made anew: a paused former lease holder does no harm (MODEL 31)."""
    moves_on = or_(
        ChannelFolder.uidvalidity.is_(None), ChannelFolder.uidvalidity != uidvalidity, ChannelFolder.uid < uid
    )
    seen = {} if on_server is None else {"on_server": on_server}
    statement = update(ChannelFolder).where(ChannelFolder.id == folder_id, moves_on)
    await session.execute(statement.values(uidvalidity=uidvalidity, uid=uid, **seen))


async def note_success(session: AsyncSession, folder_id: int, *, on_server: int, at: datetime) -> None:
    await session.execute(
        update(ChannelFolder)
        .where(ChannelFolder.id == folder_id)
        .values(on_server=on_server, last_success_at=at, last_error="", last_error_at=None, failures=0)
    )


async def note_error(session: AsyncSession, folder_id: int, *, error: str, at: datetime) -> int:
    """How many polls in a row have failed by now."""
    statement = update(ChannelFolder).where(ChannelFolder.id == folder_id)
    values = {"last_error": error, "last_error_at": at, "failures": ChannelFolder.failures + 1}
    return await session.scalar(statement.values(values).returning(ChannelFolder.failures)) or 0


async def forget_troubles(session: AsyncSession, channel_id: int, *, but: str) -> bool:
    """Of folders that are fetched no more: nobody will mend them. Whether there was anything to forget."""
    statement = update(ChannelFolder).where(
        ChannelFolder.channel_id == channel_id,
        ChannelFolder.folder != but,
        or_(ChannelFolder.last_error != "", ChannelFolder.failures > 0, ChannelFolder.missing > 0),
    )
    values = {"last_error": "", "last_error_at": None, "failures": 0, "missing": 0}
    return bool((await session.scalars(statement.values(values).returning(ChannelFolder.id))).all())


async def note_missing(session: AsyncSession, folder_id: int, *, missing: int) -> None:
    await session.execute(update(ChannelFolder).where(ChannelFolder.id == folder_id).values(missing=missing))


async def note_compared(session: AsyncSession, folder_id: int, *, missing: int, at: datetime) -> None:
    statement = update(ChannelFolder).where(ChannelFolder.id == folder_id)
    await session.execute(statement.values(missing=missing, compared_at=at))
