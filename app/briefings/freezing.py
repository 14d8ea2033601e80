"""What follows when a briefing is frozen: its PDF is made and kept, then its mails are put into the queue, once."""

import asyncio

from app.briefings import posting, queries
from app.briefings.contents import speaking
from app.briefings.mailing import Press
from app.briefings.models import Briefing
from app.briefings.printing import make_pdf
from app.briefings.sheets import sheet_of
from app.core.blobs import register
from app.core.log import get_logger

log = get_logger(__name__)


async def finish_frozen(press: Press) -> None:
    """Whatever was frozen and is not mailed yet; without a mailbox only the PDF is made."""
    async with press.database.reading() as session:
        frozen = await queries.list_unmailed(session)
    for briefing in frozen:
        try:
            await _finish(press, briefing)
        except Exception as error:  # the others are mailed all the same
            log.error("a briefing could not be mailed yet", briefing=briefing.id, exc_info=error)


async def _finish(press: Press, briefing: Briefing) -> None:
    if briefing.pdf_sha256 is None:
        await _print(press, briefing)
    async with press.database.transaction() as session:
        await posting.mail_out(session, briefing)


async def _print(press: Press, briefing: Briefing) -> None:
    with speaking(briefing.locale):
        data = await asyncio.to_thread(make_pdf, sheet_of(briefing, press.zone))
    sha256 = await press.blobs.put(data)
    async with press.database.transaction() as session:
        await register(session, {sha256: len(data)})
        await queries.keep_pdf(session, briefing.id, sha256)
