"""Attempts at sending what a desk has put into the outbox, one at a time."""

from sqlalchemy import select, update

from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.outbox import claim_queries, service
from app.outbox.claim_queries import Claim
from app.outbox.delivery import deliver
from app.outbox.models import OutboxEntry
from app.outbox.outcomes import NotTaken, Sent, Unclear
from app.outbox.settling import settle
from app.tickets.history_models import FactKind, ReportFact
from tests.support.replying import Desk
from tests.support.senders import RecordingSender


async def claim(database: Database) -> Claim:
    async with database.transaction() as session:
        claimed = await claim_queries.claim_next(session)
    assert claimed is not None
    return claimed


async def attempt(desk: Desk, blobs: BlobStore, sender: RecordingSender) -> None:
    await deliver(desk.database, blobs, await claim(desk.database), lambda _: sender)


async def expire(desk: Desk, entry_id: int) -> None:
    async with desk.database.transaction() as session:
        (await session.get_one(OutboxEntry, entry_id)).claim_expires = -1000


async def recover(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        await service.recover_expired(session)


async def settle_in_unit(desk: Desk, claimed: Claim, outcome: Sent | NotTaken | Unclear) -> None:
    async with desk.database.transaction() as session:
        await settle(session, claimed, outcome)


async def facts(desk: Desk) -> list[ReportFact]:
    async with desk.database.reading() as session:
        kinds = [FactKind.FIRST_REPLY, FactKind.REPLY]
        statement = select(ReportFact).where(ReportFact.kind.in_(kinds)).order_by(ReportFact.id)
        return list((await session.scalars(statement)).all())


async def make_due(desk: Desk, entry_id: int) -> None:
    async with desk.database.transaction() as session:
        await session.execute(update(OutboxEntry).where(OutboxEntry.id == entry_id).values(not_before=now()))
