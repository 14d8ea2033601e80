import asyncio

from app.briefings import drafting, mail_queries, service
from app.briefings.freezing import finish_frozen
from app.briefings.mailing import Press, send_next
from app.core.wakeups import BRIEFINGS

PATIENCE_SECONDS = 20.0


async def keep(press: Press) -> None:
    """Run until cancelled."""
    async with press.database.wakeups.subscribe(BRIEFINGS) as waiter:
        while True:
            if not press.database.room.is_short:
                await keep_once(press)
            await waiter.wait(PATIENCE_SECONDS)


async def keep_once(press: Press) -> int:
    """What is due now: drafts, then what nobody commented on in time, then mails. Returns how many mails it tried."""
    await drafting.draft_due(press.database, press.zone)
    async with press.database.transaction() as session:
        await service.freeze_overdue(session)
    await finish_frozen(press)
    return await _mail(press)


async def _mail(press: Press) -> int:
    async with press.database.reading() as session:
        has_lost, has_due = await mail_queries.has_lost(session), await mail_queries.has_due(session)
    if has_lost:
        async with press.database.transaction() as session:
            await mail_queries.recover_lost(session)
    count = 0
    while (has_due or has_lost) and await send_next(press):
        count += 1
        await asyncio.sleep(0)
    return count
