"""Of those who work while hours or rules are changed nobody keeps the former ones."""

from asyncio import Event, create_task

from sqlalchemy import select

from app.channels import calendars
from app.channels.calendar_models import CalendarRecount
from app.channels.hours import kept_form
from app.core.database import Database, dialect_of
from app.sla import recount_queries, recounting
from app.tickets import outgoing
from app.tickets import queries as ticket_queries
from app.tickets.history_models import FactKind, ReportFact
from tests.app.sla.promising import Promising, at
from tests.support.builders import build_reply

ALL_DAY = kept_form([[(0, 1440)]] * 7, keeps_holidays=False, closures=[])
HOUR = 3600


async def _answer(promising: Promising, number: int, noted: Event, may_commit: Event) -> None:
    """By the hours that hold as it is noted; committed when that is allowed."""
    async with promising.database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, number)
        assert ticket is not None
        reply = await build_reply(session, ticket, author=promising.agent, at=at(30))
        await outgoing.note_departure(session, ticket, reply, at=at(30))
        noted.set()
        await may_commit.wait()


async def _change_hours(database: Database) -> None:
    async with database.transaction() as session:
        await calendars.set_hours(session, None, ALL_DAY, by=None, valid_from=at(-48).date())


async def _hours(database: Database) -> list[float]:
    async with database.reading() as session:
        statement = select(ReportFact.business_seconds).where(ReportFact.kind == FactKind.FIRST_REPLY)
        return [(seconds or 0) / HOUR for seconds in await session.scalars(statement.order_by(ReportFact.id))]


async def test_an_answer_that_was_noted_before_other_hours_and_committed_after_them_is_counted_anew(
    promising: Promising,
) -> None:
    """SQLite lets the change in when the answer is committed; PostgreSQL at once, and then nothing is counted yet."""
    late, other = await promising.arrive(6), await promising.arrive(6)
    noted, may_commit = Event(), Event()
    answering = create_task(_answer(promising, late, noted, may_commit))
    await noted.wait()
    changing = create_task(_change_hours(promising.database))
    has_counted_early = False
    if promising.database.url.startswith("postgres"):
        await changing
        await promising.answer(other, 30, reads=False)
        has_counted_early = await recounting.recount_step(promising.database)
    may_commit.set()
    await answering
    await changing
    before = await _hours(promising.database)

    await promising.recount(32)

    assert not has_counted_early
    assert 9 in before
    assert set(await _hours(promising.database)) == {24}


async def test_whoever_begins_after_a_change_was_seen_is_not_waited_for(promising: Promising) -> None:
    late, other = await promising.arrive(6), await promising.arrive(6)
    await promising.answer(other, 30)
    await _change_hours(promising.database)
    async with promising.database.transaction() as session:
        [recount_id] = await session.scalars(select(CalendarRecount.id))
        seen = [await recount_queries.note_seen(session, recount_id) for _ in range(2)]
    noted, may_commit = Event(), Event()
    answering = create_task(_answer(promising, late, noted, may_commit))
    await noted.wait()

    async with promising.database.reading() as session:
        has_older = await dialect_of(session).has_older(session, than=seen[0])
    may_commit.set()
    await answering
    await promising.recount(32)

    assert (has_older, seen[0]) == (False, seen[1])
    assert await _hours(promising.database) == [24, 24]


async def test_other_versions_of_the_same_hours_change_no_duration(promising: Promising) -> None:
    await promising.answer(await promising.arrive(6), 30)
    before = await _hours(promising.database)
    kept = kept_form([[(540, 1080)]] * 5 + [[], []], keeps_holidays=True, closures=[])
    async with promising.database.transaction() as session:
        await calendars.set_hours(session, None, kept, by=None, valid_from=at(-48).date())

    await promising.recount(32)

    async with promising.database.reading() as session:
        [recount] = await session.scalars(select(CalendarRecount))
        [version] = await session.scalars(
            select(ReportFact.calendar_version).where(ReportFact.kind == FactKind.FIRST_REPLY)
        )
    assert await _hours(promising.database) == before
    assert (recount.done > 0, recount.changed, version is not None) == (True, 0, True)
