"""Merging against merging, incoming mail, and the taking of a lock, at the same moment (MODEL 1)."""

import asyncio
from collections.abc import Awaitable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.audiences import viewer_of
from app.accounts.models import Agent
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.errors import AppError
from app.ingest.digest import digest_next
from app.merging import service
from app.replies import locks
from app.tickets import queries
from app.tickets.message_models import Message
from app.tickets.models import Ticket
from tests.support.arrivals import Intake, build_mail
from tests.support.builders import build_agent, build_channel, build_ticket

ROUNDS = 10


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    return Intake(database, BlobStore(tmp_path / "blobs"))


async def _race(*works: Awaitable[None]) -> list[str]:
    """Each begins at the same moment; the codes of those that were refused."""
    barrier = asyncio.Barrier(len(works))

    async def run(work: Awaitable[None]) -> str:
        await barrier.wait()
        try:
            await work
        except AppError as error:
            return error.code
        return ""

    return await asyncio.wait_for(asyncio.gather(*(run(work) for work in works)), timeout=60)


async def _merge(database: Database, numbers: Sequence[int], agent: Agent) -> None:
    async with database.transaction() as session:
        viewer = await viewer_of(session, agent)
        await queries.hold_tickets(session, numbers)
        source, into = [await queries.get_ticket(session, number, viewer=viewer) for number in numbers]
        await service.merge(session, source, into, by=agent)


async def _take(database: Database, number: int, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await queries.get_ticket(session, number, viewer=await viewer_of(session, agent))
        await locks.take(session, ticket, agent)


async def _two(database: Database) -> tuple[int, int]:
    async with database.transaction() as session:
        channel = await build_channel(session)
        one, other = [await build_ticket(session, channel=channel) for _ in range(2)]
        await session.flush()
        return one.id, other.id


async def test_two_who_merge_in_both_orders_make_one(database: Database) -> None:
    async with database.transaction() as session:
        agent, other = await build_agent(session), await build_agent(session)
    second = Database(database.url)
    for _ in range(ROUNDS):
        a, b = await _two(database)

        codes = await _race(_merge(database, (a, b), agent), _merge(second, (b, a), other))

        assert sorted(codes) == ["", "ticket_merged"]
        async with database.reading() as session:
            tickets = [await session.get_one(Ticket, number) for number in (a, b)]
            [remains] = [each for each in tickets if each.is_counted]
            on = (await session.scalars(select(Message.ticket_id).where(Message.origin_ticket_id.in_((a, b))))).all()
        assert set(on) == {remains.id}
    await second.dispose()


@pytest.mark.parametrize("is_upwards", [True, False])
async def test_a_mail_that_comes_while_its_ticket_is_merged_is_where_that_is(
    database: Database, intake: Intake, is_upwards: bool
) -> None:
    async with database.transaction() as session:
        channel, agent = await build_channel(session), await build_agent(session)
    second = Database(database.url)
    for number in range(ROUNDS):
        names = [f"{number}-{which}@customer.example" for which in "ab"]
        await intake.take_in(channel, *(build_mail(mail_id=name, text=name) for name in names))
        a, b = [await _ticket_of(database, name) for name in names]
        source, into = (a, b) if is_upwards else (b, a)
        answered = names[0] if is_upwards else names[1]
        await intake.accept(channel, build_mail(mail_id=f"{number}-c@x.example", text="続き", in_reply_to=answered))

        await _race(_merge(database, (source, into), agent), _digest(second, intake))
        await intake.digest()

        async with database.reading() as session:
            found = await session.scalars(select(Message).where(Message.origin_ticket_id.in_((a, b))))
            messages = found.all()
        assert {message.ticket_id for message in messages} == {into}
        assert sorted(message.origin_ticket_id for message in messages) == sorted((a, b, source))
    await second.dispose()


async def test_who_takes_the_lock_keeps_the_ticket_from_being_merged_or_is_told_where_it_is(database: Database) -> None:
    async with database.transaction() as session:
        agent, other = await build_agent(session), await build_agent(session)
    second = Database(database.url)
    for _ in range(ROUNDS):
        source, into = await _two(database)

        merged, taken = await _race(_merge(database, (source, into), agent), _take(second, source, other))

        assert (merged, taken) in {("", "ticket_merged"), ("ticket_locked", "")}
    await second.dispose()


async def _digest(database: Database, intake: Intake) -> None:
    await digest_next(database, intake.blobs)


async def _ticket_of(database: Database, text: str) -> int:
    async with database.reading() as session:
        found = await session.scalar(select(Message.ticket_id).where(Message.text.in_([text, f"{text}\n"])))
        assert found is not None
        return found
