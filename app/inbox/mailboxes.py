"""How each mailbox is doing: on the server, stored, unreadable, last success, last error (A2)."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.models import EMAIL
from app.core.clock import rfc3339
from app.core.rows import AnyRow
from app.inbox import desk_queries
from app.inbox.desk import Sight
from app.inbox.documents import Document, channel_document
from app.ingest.models import RawState

Counts = Mapping[tuple[int, RawState], int]


async def channel_documents(session: AsyncSession, sight: Sight) -> list[Document]:
    ids = [channel.id for channel in sight.channels if channel.kind == EMAIL]
    folders = {each.channel_id: each for each in await desk_queries.list_folder_states(session, ids)}
    counts = Counter({(each.channel_id, each.state): each.count for each in await desk_queries.count_raw(session, ids)})
    return [
        {**channel_document(channel), **(_mailbox(channel.id, folders, counts, sight) if channel.kind == EMAIL else {})}
        for channel in sight.channels
    ]


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
