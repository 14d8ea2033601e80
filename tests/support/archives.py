"""Older mail on a real Dovecot, and the workers that take it in beside the new."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.core.crypto import SecretBox
from app.core.database import Database
from app.imports import jobs as import_jobs
from app.ingest import jobs as ingest_jobs
from app.tickets.models import Ticket
from tests.support.arrivals import Intake, build_mail
from tests.support.dovecot import Mailbox
from tests.support.network import eventually

ARCHIVE = "過去の対応"
LONG_AGO = datetime(2025, 4, 1, 3, tzinfo=UTC)


@asynccontextmanager
async def at_work(intake: Intake, box: SecretBox, *, workers: int = 1) -> AsyncIterator[None]:
    database, blobs = intake.database, intake.blobs
    tasks = [asyncio.create_task(ingest_jobs.receive_all(database, blobs, box))]
    for _ in range(workers):
        tasks.append(asyncio.create_task(ingest_jobs.digest_all(database, blobs)))
        tasks.append(asyncio.create_task(import_jobs.fill_all(database, blobs, box)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def deliver(mailbox: Mailbox, count: int, *, folder: str = ARCHIVE, first: datetime = LONG_AGO) -> None:
    """One a day."""
    for number in range(count):
        raw = build_mail(mail_id=f"{folder.encode().hex()}-{number}@customer.example", subject=f"過去の件 {number}")
        mailbox.deliver(raw, folder=folder, at=first + timedelta(days=number))


async def list_tickets(database: Database) -> list[Ticket]:
    async with database.reading() as session:
        return list((await session.scalars(select(Ticket).order_by(Ticket.created_at, Ticket.id))).all())


async def eventually_tickets(intake: Intake, count: int) -> None:
    async def is_there() -> bool:
        return await intake.count(Ticket) >= count

    await eventually(is_there, what=f"{count} tickets")
