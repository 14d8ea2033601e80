"""An mbox file into a mailbox, as history: accepted and digested as live mail is (G7), here or by who else is at it.

The same file again does nothing, so that what was broken off is simply begun again.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path

from app.core.clock import now
from app.core.desk import Desk
from app.ingest.accept import Source, accept_old
from app.ingest.digest import digest_next
from app.ingest.queries import count_waiting
from app.tickets.models import Origin
from connectors.contracts import RawMessage
from connectors.email import mbox

AT_ONCE = 50
BATCH_BYTES = 16 << 20
MAX_WAITING = 100
LOOK_SECONDS = 0.2

Tell = Callable[[str, int], None]


@dataclass(slots=True)
class Count:
    read: int = 0
    new: int = 0


async def take_in(desk: Desk, channel_id: int, file: Path, tell: Tell) -> Count:
    """Returns when all of it lies on tickets. Raises OSError, and DiskFull with what came before it kept."""
    count = Count()
    with _open(file) as mails:
        while some := await asyncio.to_thread(_next, mails):
            desk.database.room.require()
            count.new += await accept_old(desk.database, desk.blobs, Source(channel_id), some)
            count.read += len(some)
            tell("mails", count.read)
            await _digest(desk, down_to=MAX_WAITING)
    await _digest(desk, down_to=0)
    return count


async def _digest(desk: Desk, *, down_to: int) -> None:
    while await _count_waiting(desk) > down_to:
        if not await digest_next(desk.database, desk.blobs):
            await asyncio.sleep(LOOK_SECONDS)


async def _count_waiting(desk: Desk) -> int:
    async with desk.database.reading() as session:
        return await count_waiting(session, Origin.IMPORT)


@contextmanager
def _open(file: Path) -> Iterator[Iterator[RawMessage]]:
    """An empty file holds none, and cannot be mapped."""
    if not file.stat().st_size:
        yield iter(())
        return
    with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as mapped:
        yield mbox.messages(mapped, now=now())


def _next(mails: Iterator[RawMessage]) -> list[RawMessage]:
    """Few enough in number and bytes."""
    some: list[RawMessage] = []
    size = 0
    for mail in mails:
        some.append(mail)
        size += len(mail.data or b"")
        if len(some) == AT_ONCE or size > BATCH_BYTES:
            break
    return some
