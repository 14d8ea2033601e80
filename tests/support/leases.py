"""The ends of what killed processes held: a test does not wait for them."""

from sqlalchemy import update

from app.core.clock import now
from app.core.database import Database
from app.core.leases import Lease
from app.ingest.models import RawMessage
from app.outbox.models import OutboxEntry, OutboxState

LONG_AGO = 1000


async def end_leases(database: Database) -> None:
    """As if ten seconds had gone by: another may fetch the mailboxes."""
    async with database.transaction() as session:
        await session.execute(update(Lease).values(expires=Lease.expires - LONG_AGO))


async def end_claims(database: Database) -> None:
    """As if thirty seconds had gone by: another may take the mails on their way in and out."""
    async with database.transaction() as session:
        await session.execute(update(RawMessage).values(claim_expires=RawMessage.claim_expires - LONG_AGO))
        await session.execute(update(OutboxEntry).values(claim_expires=OutboxEntry.claim_expires - LONG_AGO))


async def end_pauses(database: Database) -> None:
    """What waits for its next attempt is due."""
    async with database.transaction() as session:
        due = update(OutboxEntry).where(OutboxEntry.state == OutboxState.QUEUED, OutboxEntry.not_before > now())
        await session.execute(due.values(not_before=now()))
