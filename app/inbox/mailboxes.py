"""How each mailbox and account is doing: on the server, stored, unreadable, last success, last error (A2), quota."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.kinds import is_watched
from app.channels.models import LINE
from app.conversations import quota_queries
from app.conversations.models import Quota
from app.conversations.quotas import state_of
from app.core.clock import now, rfc3339
from app.core.rows import AnyRow
from app.inbox import desk_queries
from app.inbox.desk import Sight
from app.inbox.documents import Document, channel_document
from app.ingest.models import RawState

Counts = Mapping[tuple[int, RawState], int]


async def channel_documents(session: AsyncSession, sight: Sight) -> list[Document]:
    ids = [channel.id for channel in sight.channels if is_watched(channel.kind)]
    folders = {each.channel_id: each for each in await desk_queries.list_folder_states(session, ids)}
    counts = Counter({(each.channel_id, each.state): each.count for each in await desk_queries.count_raw(session, ids)})
    quotas = await quota_queries.map_quotas(session, ids)
    more = {channel_id: _mailbox(channel_id, folders, counts, sight) for channel_id in ids}
    for channel in sight.channels:
        if channel.kind == LINE:
            more[channel.id] = _account(more[channel.id], quotas.get(channel.id))
    return [{**channel_document(channel), **more.get(channel.id, {})} for channel in sight.channels]


def _account(mailbox: Document, quota: Quota | None) -> Document:
    """What is on the platform's server nobody knows."""
    document = {name: value for name, value in mailbox.items() if name != "on_server"}
    state = state_of(quota, now()) if quota and quota.asked_at else None
    names = ("used", "allowance", "left", "forecast", "is_exhausted")
    return {**document, "quota": {name: getattr(state, name) for name in names} if state else None}


def _mailbox(channel_id: int, folders: Mapping[int, AnyRow], counts: Counts, sight: Sight) -> Document:
    folder = folders.get(channel_id)
    unreadable = counts[channel_id, RawState.UNREADABLE]
    set_aside = counts[channel_id, RawState.SET_ASIDE] + counts[channel_id, RawState.REFUSED]
    return {
        "last_success_at": rfc3339(folder.last_success_at) if folder else None,
        "last_error": sight.errors.get(channel_id),
        "on_server": int(folder.on_server) if folder else 0,
        "stored": counts[channel_id, RawState.STORED] + counts[channel_id, RawState.DIGESTED],
        "unreadable": unreadable,
        "set_aside": set_aside,
    }
