"""A mailbox that is to begin now, whatever lies in it: where above what is there its mail is fetched from."""

from datetime import date, timedelta

from app.channels import queries as channel_queries
from app.channels.models import ChannelFolder
from app.core.clock import now
from app.core.database import Database
from connectors.contracts import FolderState, Receiver

MARGIN = timedelta(days=1)
"""A server tells days by a calendar of its own. What is fetched of the day before is history (`accept`)."""
LARGEST_UID = 2**32 - 1


def tomorrow() -> date:
    """Everywhere: the first day of which nothing can have come yet."""
    return (now() + 2 * MARGIN).date()


async def begin(database: Database, receiver: Receiver, folder: ChannelFolder, state: FolderState) -> ChannelFolder:
    """The folder as it is fetched from now on; anew when its UIDs have lost their meaning. Raises ConnectionProblem."""
    if folder.begins_at is None or folder.uidvalidity == state.uidvalidity:
        return folder
    since, before = (folder.begins_at - MARGIN).date(), tomorrow()
    _, there = await receiver.list_uids(up_to=LARGEST_UID)
    newest = max(there, default=0)
    state, recent = await receiver.list_dated(since=since, before=before)  # last: what comes between is among these
    async with database.transaction() as session:
        await channel_queries.begin_above(
            session,
            folder.id,
            uidvalidity=state.uidvalidity,
            floor_uid=min(recent) - 1 if recent else newest,
            begin_uid=newest,
        )
        return await channel_queries.get_folder(session, folder.id)
