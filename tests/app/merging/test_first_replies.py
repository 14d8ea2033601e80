"""Which reply is the first one, and who waits for whom, where tickets were put together and parted again."""

from datetime import UTC, datetime, timedelta

from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.core import clock
from app.core.database import Database
from app.tickets import outgoing
from app.tickets import queries as ticket_queries
from app.tickets.history_models import FactKind, ReportFact
from app.tickets.models import Ticket
from tests.app.merging.tickets import merge, path
from tests.app.merging.tickets import open_ticket as open_now
from tests.support.builders import build_message, build_reply

AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


async def open_ticket(database: Database) -> int:
    with clock.at(AT):
        return await open_now(database)


async def write_in_to(database: Database, number: int, into: int, *, hours: float) -> None:
    """In the thread of one ticket that is merged into another."""
    async with database.transaction() as session:
        origin, ticket = [await ticket_queries.find_ticket(session, each) for each in (number, into)]
        assert origin is not None
        assert ticket is not None
        message = await build_message(session, ticket, at=AT + timedelta(hours=hours))
        message.origin_ticket = origin


async def answer(database: Database, number: int, author: Agent, *, hours: float) -> None:
    async with database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, number)
        assert ticket is not None
        reply = await build_reply(session, ticket, author=author, at=AT + timedelta(hours=hours))
        await outgoing.note_departure(session, ticket, reply, at=AT + timedelta(hours=hours))


async def state(database: Database, number: int) -> tuple[datetime | None, bool]:
    async with database.reading() as session:
        ticket = await session.get_one(Ticket, number)
        return ticket.first_reply_at, ticket.is_waiting


async def replies(database: Database, number: int) -> list[FactKind]:
    async with database.reading() as session:
        is_reply = ReportFact.kind.in_([FactKind.FIRST_REPLY, FactKind.REPLY])
        statement = select(ReportFact.kind).where(ReportFact.ticket_id == number, is_reply)
        return list((await session.scalars(statement.order_by(ReportFact.at))).all())


async def test_the_first_reply_goes_back_with_its_message(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await answer(database, source, agent, hours=1)
    await merge(client, source, into)
    together = await state(database, into)

    await client.delete(path(source, "/merge"))

    assert together[0] == AT + timedelta(hours=1)
    assert await state(database, into) == (None, False)
    assert await state(database, source) == (AT + timedelta(hours=1), True)

    await answer(database, into, agent, hours=3)
    assert await state(database, into) == (AT + timedelta(hours=3), True)
    assert (await replies(database, into), await replies(database, source)) == (
        [FactKind.FIRST_REPLY],
        [FactKind.FIRST_REPLY],
    )


async def test_an_earlier_reply_that_joins_is_the_first_one(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await answer(database, source, agent, hours=1)
    await answer(database, into, agent, hours=2)

    await merge(client, source, into)
    together = (await state(database, into))[0], await replies(database, into)
    await client.delete(path(source, "/merge"))

    assert together == (AT + timedelta(hours=1), [FactKind.FIRST_REPLY, FactKind.REPLY])
    assert (await state(database, into))[0] == AT + timedelta(hours=2)
    assert await replies(database, into) == [FactKind.FIRST_REPLY]


async def test_who_wrote_while_it_was_merged_waits_for_us_on_their_own_ticket(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    source, into = await open_ticket(database), await open_ticket(database)
    await answer(database, source, agent, hours=1)
    await merge(client, source, into)
    await write_in_to(database, source, into, hours=2)
    await answer(database, into, agent, hours=3)

    await client.delete(path(source, "/merge"))

    assert await state(database, source) == (AT + timedelta(hours=1), False)
    assert await state(database, into) == (AT + timedelta(hours=3), True)
    assert await replies(database, into) == [FactKind.FIRST_REPLY]
