"""A mark is never lost: what changes while a day is counted is counted again."""

from asyncio import gather
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from app.channels.models import Channel
from app.core.database import Database
from app.tallies import queries, service
from app.tallies.frames import unpack
from app.tallies.models import DayColumn, Tally, TallyState
from app.tallies.properties import COUNTS, KINDS
from app.tickets import assignment, labels
from app.tickets import queries as ticket_queries
from app.tickets.history_models import DirtyDay, FactKind
from tests.support.builders import AT, build_category, build_channel, build_label, build_message, build_ticket

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = AT.date()


async def marked(database: Database) -> list[date]:
    async with database.reading() as session:
        return list(await queries.list_marked_days(session))


async def counted_of(database: Database, kind: FactKind) -> int:
    """How many the columns hold."""
    async with database.reading() as session:
        wanted = select(DayColumn.data).where(DayColumn.tally == Tally.FACTS, DayColumn.name == COUNTS)
        return sum(int(unpack(data)[KINDS.index(kind)]) for data in await session.scalars(wanted))


async def received(database: Database) -> int:
    return await counted_of(database, FactKind.ARRIVAL)


async def count_all(database: Database) -> None:
    for day in await service.list_marked_days(database, TOKYO):
        await service.count_anew(database, day, TOKYO)


async def test_what_changes_what_a_ticket_is_marks_its_days(database: Database) -> None:
    async with database.transaction() as session:
        category, label = await build_category(session), await build_label(session)
        ticket = await build_ticket(session)
        await session.flush()
        ticket_id = ticket.id
    await count_all(database)
    assert await marked(database) == []

    async with database.transaction() as session:
        held = await ticket_queries.find_ticket(session, ticket_id)
        assert held is not None
        assignment.categorise(session, held, as_=category)
    assert DAY in await marked(database)

    await count_all(database)
    async with database.transaction() as session:
        held = await ticket_queries.find_ticket(session, ticket_id)
        assert held is not None
        await labels.set_labels(session, held, [label.id])
    assert DAY in await marked(database)


async def test_a_fact_that_comes_between_counting_and_writing_keeps_its_mark(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_ticket(session, channel=channel)
    await service.list_marked_days(database, TOKYO)
    async with database.reading() as session:
        counted = await service.count(session, DAY, TOKYO)
    async with database.transaction() as session:
        await build_ticket(session, channel=await session.get_one(Channel, channel.id))

    assert counted is not None
    assert await service.write(database, counted, TOKYO)

    assert await received(database) == 1
    assert await marked(database) == [DAY]
    await count_all(database)
    assert await received(database) == 2


async def test_of_two_who_counted_at_once_only_the_first_writes(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_ticket(session, channel=channel)
    await service.list_marked_days(database, TOKYO)
    async with database.reading() as session:
        older = await service.count(session, DAY, TOKYO)
    async with database.transaction() as session:
        await build_ticket(session, channel=await session.get_one(Channel, channel.id))
    async with database.reading() as session:
        newer = await service.count(session, DAY, TOKYO)
    assert older is not None
    assert newer is not None

    assert await service.write(database, newer, TOKYO)
    assert not await service.write(database, older, TOKYO)

    assert await received(database) == 2


async def test_many_who_write_and_several_who_count_lose_nothing(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        ticket = await build_ticket(session, channel=channel)
        await session.flush()

    async def arrive(number: int) -> None:
        async with database.transaction() as session:
            own = await session.get_one(Channel, channel.id)
            await build_ticket(session, channel=own, at=AT + timedelta(hours=number))

    async def write(number: int) -> None:
        async with database.transaction() as session:
            held = await ticket_queries.find_ticket(session, ticket.id)
            assert held is not None
            await build_message(session, held, at=AT + timedelta(hours=number))

    await gather(
        *(arrive(number) for number in range(12)),
        *(write(number) for number in range(12)),
        *(count_all(database) for _ in range(3)),
    )
    await count_all(database)

    assert await marked(database) == []
    assert await received(database) == 13
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(DirtyDay)) == 0
    assert await counted_of(database, FactKind.INBOUND) == 25


async def test_what_was_counted_in_another_zone_is_counted_anew(database: Database) -> None:
    async with database.transaction() as session:
        await build_ticket(session, channel=await build_channel(session))
    await count_all(database)
    assert await received(database) == 1

    await service.list_marked_days(database, ZoneInfo("America/New_York"))

    assert len(await marked(database)) > 1
    await service.rebuild(database, ZoneInfo("America/New_York"), lambda done, of: None)
    assert await received(database) == 1
    assert await marked(database) == []


async def test_columns_of_an_older_version_are_counted_anew(database: Database) -> None:
    async with database.transaction() as session:
        await build_ticket(session, channel=await build_channel(session))
    await count_all(database)
    async with database.transaction() as session:
        await session.execute(update(TallyState).values(version=0))

    assert DAY in await service.list_marked_days(database, TOKYO)

    await count_all(database)
    assert await received(database) == 1
    async with database.reading() as session:
        assert await queries.find_generation(session, str(TOKYO)) is not None
