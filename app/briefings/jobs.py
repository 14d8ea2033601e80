from app.briefings import drafting, service
from app.briefings.freezing import finish_frozen
from app.briefings.mailing import Press
from app.core.wakeups import BRIEFINGS
from app.sending.service import send_due

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
    return await send_due(press.mailing)
