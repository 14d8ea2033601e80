"""Makes one file of the 「対応履歴」: chunk by chunk by the list's key, with the rights of each moment.

The file grows beside the database and becomes a blob when it is whole. A worker that dies leaves nothing but its
claim: another begins the file anew when that is over. Who cancels it stops it at the next chunk.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import queries as accounts
from app.accounts.audiences import viewer_of
from app.core.blobs import BlobStore, register
from app.core.clock import now
from app.core.cursors import Cursor
from app.core.database import Database
from app.core.errors import AppError
from app.core.i18n import gettext, use_locale
from app.core.log import get_logger
from app.core.table_files import Losses, write_table
from app.history import export_queries, listing
from app.history.export_queries import ExportClaim
from app.history.listing import HistoryLine, HistoryPage, Wish
from app.history.models import ExportState, HistoryExport
from app.inbox.forms import TicketFilterForm

CHUNK = 1_000
COUNTED_AT_ONCE = 10_000
MAX_ATTEMPTS = 3
PIECE = 1_048_576

log = get_logger(__name__)


class Stopped(Exception):
    """It was cancelled, or another worker has it."""


class NobodysExport(AppError):
    """Who asked for it may do nothing any more."""

    status_code = 403
    code = "forbidden"


class Maker:
    def __init__(self, database: Database, blobs: BlobStore, zone: ZoneInfo) -> None:
        self._database, self._blobs, self._zone = database, blobs, zone

    async def make_next(self) -> bool:
        """False when nothing waits. Raises nothing that one file is to blame for."""
        async with self._database.reading() as session:
            if not await export_queries.has_work(session):
                return False
        async with self._database.transaction() as session:
            claim = await export_queries.claim_next(session)
        if claim is not None:
            await self._attempt(claim)
        return claim is not None

    async def _attempt(self, claim: ExportClaim) -> None:
        try:
            if claim.attempts > MAX_ATTEMPTS:
                raise RuntimeError("its worker was lost again and again")
            await self._make(claim)
        except Stopped:
            log.info("a file of the history was given up", export=claim.export_id)
        except Exception as error:
            log.error("a file of the history failed", export=claim.export_id, exc_info=error)
            await self._settle(claim, state=ExportState.FAILED)

    async def _make(self, claim: ExportClaim) -> None:
        async with self._database.reading() as session:
            export = await session.get_one(HistoryExport, claim.export_id)
        await self._note(claim, total=await self._count(export))
        with tempfile.TemporaryDirectory(prefix="history-") as folder:
            path = Path(folder) / f"history.{export.form.suffix}"
            titles = await self._titles(export)
            losses = await write_table(export.form, path, titles, self._zone, self._rows(claim, export))
            sha256, size = await asyncio.to_thread(store_file, self._blobs, path)
        await self._keep(claim, sha256, size, losses)

    async def _titles(self, export: HistoryExport) -> list[str]:
        async with self._database.reading() as session:
            await self._read_wish(session, export)
        return [gettext(title) for title in listing.TITLES]

    async def _rows(self, claim: ExportClaim, export: HistoryExport) -> AsyncIterator[list[tuple[object, ...]]]:
        count = 0
        async for lines in self._chunks(export):
            yield [cells_of(line) for line in lines]
            count += len(lines)
            await self._note(claim, done_count=count)

    async def _chunks(self, export: HistoryExport) -> AsyncIterator[Sequence[HistoryLine]]:
        after: Cursor | None = None
        is_first = True
        while is_first or after is not None:
            page = await self._read(export, after)
            yield page.lines
            after, is_first = page.next, False

    async def _read(self, export: HistoryExport, after: Cursor | None) -> HistoryPage:
        async with self._database.reading() as session:
            wish = await self._read_wish(session, export)
            return await listing.read_page(session, wish, after=after, limit=CHUNK)

    async def _count(self, export: HistoryExport) -> int:
        count, after = 0, None
        while count == 0 or after is not None:
            async with self._database.reading() as session:
                wish = await self._read_wish(session, export)
                found = await listing.list_ids(session, wish, after=after, limit=COUNTED_AT_ONCE)
            count += len(found)
            if len(found) < COUNTED_AT_ONCE:
                break
            after = Cursor.after(found[-1][1], found[-1][0])
        return count

    async def _read_wish(self, session: AsyncSession, export: HistoryExport) -> Wish:
        """In the language of who asked for it, and with what they may see now."""
        agent = await accounts.find_active_agent(session, export.agent_id)
        if agent is None:
            raise NobodysExport
        use_locale(agent.locale)
        form = TicketFilterForm.model_validate(export.conditions)
        return await listing.read_wish(session, await viewer_of(session, agent), form, self._zone)

    async def _note(self, claim: ExportClaim, **values: Any) -> None:
        async with self._database.transaction() as session:
            if not await export_queries.change_claimed(session, claim, **values):
                raise Stopped

    async def _keep(self, claim: ExportClaim, sha256: str, size: int, losses: Losses) -> None:
        values = {"lost_count": losses.count, "lost_characters": losses.named, "cut_count": losses.cut_count}
        async with self._database.transaction() as session:
            await register(session, {sha256: size})
            values |= {"state": ExportState.DONE, "sha256": sha256, "size": size, "finished_at": now()}
            if not await export_queries.change_claimed(session, claim, **values):
                raise Stopped

    async def _settle(self, claim: ExportClaim, *, state: ExportState) -> None:
        async with self._database.transaction() as session:
            await export_queries.change_claimed(session, claim, state=state, finished_at=now())


def cells_of(line: HistoryLine) -> tuple[object, ...]:
    """In the order of `listing.TITLES`."""
    return (
        line.status,
        line.category,
        line.asked_at,
        line.customer_id,
        line.assignee,
        line.question,
        line.answer,
        line.updated_at,
    )


def store_file(blobs: BlobStore, path: Path) -> tuple[str, int]:
    """Blocks. Returns the blob's SHA-256 and its size."""
    with blobs.writer() as writer, path.open("rb") as file:
        while piece := file.read(PIECE):
            writer.add(piece)
        return writer.finish(), writer.size
