"""Hours through time, as they are kept: whose hold when, and that nobody's figure is worked out with yesterday's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.channels import calendar_queries, calendars
from app.channels.calendar_models import CalendarRecount, CalendarVersion
from app.channels.hours import kept_form
from app.channels.models import Channel
from app.core.database import Database, count_statements
from app.tickets import outgoing
from app.tickets.history_models import FactKind, ReportFact
from tests.support.builders import build_agent, build_channel, build_reply, build_ticket

LONG_AGO = date(2020, 1, 1)
MONDAY = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
TUESDAY = date(2026, 11, 17)
MORNINGS = kept_form([[(540, 720)]] * 5 + [[], []], keeps_holidays=True, closures=[])
ALL_DAY = kept_form([[(0, 1440)]] * 7, keeps_holidays=False, closures=[])
HOUR = 3600


async def _day(database: Database, channel: Channel | None, day: date) -> int:
    """How many hours of a day are worked."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    async with database.reading() as session:
        calendar = await calendars.calendar_for(session, channel.id if channel else None)
        return calendar.business_seconds(begin, begin + timedelta(days=1)) // HOUR


async def _set(database: Database, channel: Channel | None, kept: object, day: date) -> CalendarRecount | None:
    async with database.transaction() as session:
        held = await session.get(Channel, channel.id) if channel else None
        return await calendars.set_hours(session, held, kept, by=None, valid_from=day)  # type: ignore[arg-type]


async def test_until_somebody_says_others_everybody_works_nine_to_six(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)

    assert await _day(database, channel, TUESDAY) == 9
    assert await _day(database, None, date(2026, 11, 23)) == 0


async def test_a_channel_has_its_own_from_its_day_on_and_gives_them_up_again(database: Database) -> None:
    async with database.transaction() as session:
        channel, other = await build_channel(session), await build_channel(session, address="other@example.jp")
    await _set(database, None, MORNINGS, LONG_AGO)
    await _set(database, channel, ALL_DAY, TUESDAY)
    await _set(database, channel, None, date(2026, 11, 19))

    days = [await _day(database, channel, date(2026, 11, day)) for day in (16, 17, 18, 19)]

    assert days == [3, 24, 24, 3]
    assert await _day(database, other, date(2026, 11, 18)) == 3


async def test_what_is_said_anew_for_a_day_replaces_what_was_and_both_stay_in_the_table(database: Database) -> None:
    await _set(database, None, MORNINGS, TUESDAY)
    assert await _day(database, None, TUESDAY) == 3
    await _set(database, None, ALL_DAY, TUESDAY)

    async with database.reading() as session:
        rows = (await session.scalars(select(CalendarVersion).order_by(CalendarVersion.id))).all()
        live = await calendar_queries.list_versions(session, None)

    assert await _day(database, None, TUESDAY) == 24
    assert [row.removed_at is None for row in rows] == [False, True]
    assert [version.hours for version in live] == [ALL_DAY]


async def test_saying_what_is_so_already_asks_for_nothing(database: Database) -> None:
    first = await _set(database, None, MORNINGS, TUESDAY)
    again = await _set(database, None, MORNINGS, TUESDAY)
    later = await _set(database, None, MORNINGS, date(2026, 11, 18))

    assert first is not None
    assert (first.since, again, later) == (TUESDAY, None, None)


async def _set_and_fail(database: Database) -> None:
    async with database.transaction() as session:
        await calendars.set_hours(session, None, ALL_DAY, by=None, valid_from=LONG_AGO)
        assert (await calendars.read_calendars(session)).of(None).number > 0
        raise RuntimeError


async def test_what_a_unit_of_work_takes_back_was_never_read_by_another(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await _set_and_fail(database)
    assert await _day(database, None, TUESDAY) == 9

    await _set(database, None, MORNINGS, LONG_AGO)

    assert await _day(database, None, TUESDAY) == 3


async def test_the_doors_of_a_channel_go_by_its_hours_from_their_day_on(database: Database) -> None:
    tomorrow = calendars.today() + timedelta(days=1)
    async with database.transaction() as session:
        channel = await build_channel(session)
    await _set(database, channel, MORNINGS, tomorrow)
    async with database.transaction() as session:
        await calendars.apply_due(session)
        assert (await session.get_one(Channel, channel.id)).settings.get("hours") is None

    async with database.transaction() as session:
        version = (await session.scalars(select(CalendarVersion))).one()
        version.valid_from = calendars.today()
    for _ in range(2):
        async with database.transaction() as session:
            await calendars.apply_due(session)

    async with database.reading() as session:
        assert (await session.get_one(Channel, channel.id)).settings["hours"] == MORNINGS


async def test_facts_are_written_in_the_hours_of_their_channel(database: Database) -> None:
    async with database.transaction() as session:
        channel, agent = await build_channel(session), await build_agent(session)
        await calendars.set_hours(session, channel, MORNINGS, by=None, valid_from=LONG_AGO)
        ticket = await build_ticket(session, channel=channel, at=MONDAY)
        await session.flush()
        reply = await build_reply(session, ticket, author=agent, at=MONDAY)
        await outgoing.note_departure(session, ticket, reply, at=MONDAY + timedelta(hours=6))

    async with database.reading() as session:
        statement = select(ReportFact).where(ReportFact.kind == FactKind.FIRST_REPLY)
        [fact] = (await session.scalars(statement)).all()
        version = (await session.scalars(select(CalendarVersion.id))).one()

    assert (fact.calendar_seconds, fact.business_seconds, fact.calendar_version) == (6 * HOUR, 3 * HOUR, version)


async def test_calendars_cost_a_unit_of_work_one_short_statement(database: Database) -> None:
    await _set(database, None, MORNINGS, TUESDAY)
    await _day(database, None, TUESDAY)
    seen = count_statements(database)

    async with database.reading() as session:
        for channel_id in range(1, 20):
            await calendars.calendar_for(session, channel_id)

    assert len([each for each in seen if "calendars" in each]) == 1


async def test_a_fiscal_year_begins_in_april_unless_somebody_says_otherwise(database: Database) -> None:
    async with database.transaction() as session:
        admin = await build_agent(session, role=Role.ADMIN)
        before = await calendars.fiscal_month(session)
        await calendars.change_fiscal_month(session, 1, by=admin)
        await calendars.change_fiscal_month(session, 10, by=admin)

    async with database.reading() as session:
        assert (before, await calendars.fiscal_month(session)) == (4, 10)


def test_of_versions_the_newest_that_holds_is_told() -> None:
    versions = [CalendarVersion(valid_from=date(2026, 11, day)) for day in (20, 10)]

    assert calendars.last_changed(versions, MONDAY) is versions[1]
    assert calendars.last_changed(versions, MONDAY - timedelta(days=30)) is None
