"""Copies of what was sent for the mailbox's own folder: made when the sending is certain, of no effect on it (A4)."""

from collections.abc import Callable
from datetime import timedelta

from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.channels.service import in_words
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.log import get_logger
from app.core.wakeups import CHANNELS, OUTBOX
from app.live.signals import signal_desk
from app.outbox import copy_queries, loading
from app.outbox.models import SentCopy
from connectors.contracts import ConnectionProblem, DeliveryError, SentKeeper

LOOK_SECONDS = 60.0
ATTEMPT = timedelta(minutes=15)
"""Longer than any attempt takes: then another worker may try."""
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))

Keepers = Callable[[Channel], SentKeeper | None]

log = get_logger(__name__)


async def run(database: Database, blobs: BlobStore, keepers: Keepers) -> None:
    """Run until cancelled."""
    async with database.wakeups.subscribe(OUTBOX, CHANNELS) as waiter:
        while True:
            while not database.room.is_short and await keep_next(database, blobs, keepers):
                pass
            await waiter.wait(LOOK_SECONDS)


async def keep_next(database: Database, blobs: BlobStore, keepers: Keepers) -> bool:
    """Whether there was one to do. One that fails is tried again later; the mail itself was sent all the same."""
    at = now()
    async with database.transaction() as session:
        copy = await copy_queries.claim_due(session, at=at, until=at + ATTEMPT)
    if copy is None:
        return False
    error = await _keep(database, blobs, keepers, copy)
    async with database.transaction() as session:
        if error:
            pause = PAUSES[min(copy.tries, len(PAUSES)) - 1]
            await copy_queries.note_failure(session, copy.message_id, error=error, next_at=now() + pause)
        else:
            await copy_queries.forget(session, copy.message_id)
        await signal_desk(session)
    return True


async def _keep(database: Database, blobs: BlobStore, keepers: Keepers, copy: SentCopy) -> str:
    """What went wrong, in words; nothing where it is there now, or nobody wants it any more."""
    async with database.reading() as session:
        keeper = keepers(await channel_queries.get_channel(session, copy.channel_id))
    if keeper is None:
        return ""
    try:
        errand = await loading.load(database, blobs, copy)
        await keeper.keep(errand.message)
    except ConnectionProblem as problem:
        return in_words(problem)
    except DeliveryError as error:
        return error.reason
    except (TimeoutError, OSError, EOFError) as error:
        log.warning("a copy of a sent mail could not be kept", message=copy.message_id, exc_info=error)
        return f"{type(error).__name__}: {error}"
    return ""
