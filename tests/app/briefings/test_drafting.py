"""Drafts: once over many workers, made up for after a time of sleep, within what their plan counts."""

import asyncio
from datetime import date, timedelta
from typing import Any

from app.briefings.mailing import Press
from app.briefings.models import BriefingKind, BriefingPlan, BriefingState
from app.core.database import Database
from tests.support.briefings import MONDAY, TUESDAY_MORNING, build_plan, keep_at, list_briefings
from tests.support.builders import AT, build_channel, build_ticket


def figures(contents: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {each["title"]: (each["now"], each["before"]) for each in contents["figures"]}


async def test_a_day_is_drafted_after_its_end_with_its_numbers_beside_those_of_the_day_before(
    database: Database, press: Press
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        for number in range(3):
            await build_ticket(session, channel=channel, at=AT + timedelta(hours=number))
        await build_ticket(session, channel=channel, at=AT - timedelta(days=1))
    await build_plan(database)

    await keep_at(press)

    [briefing] = await list_briefings(database)
    assert (briefing.first_on, briefing.last_on, briefing.state) == (MONDAY, MONDAY, BriefingState.DRAFT)
    assert figures(briefing.contents)["受付件数"] == (3, 1)
    assert briefing.contents["period"] == "2026年11月2日(月)"


async def test_nothing_is_drafted_before_its_time(database: Database, press: Press) -> None:
    await build_plan(database)

    await keep_at(press, TUESDAY_MORNING - timedelta(hours=1))

    assert await list_briefings(database) == []


async def test_of_several_workers_one_drafts_it(database: Database, press: Press) -> None:
    await build_plan(database)

    await asyncio.gather(*(keep_at(press) for _ in range(4)))
    await keep_at(press)

    assert len(await list_briefings(database)) == 1


async def test_a_day_that_falls_due_again_is_drafted_once_and_keeps_no_other_back(
    database: Database, press: Press
) -> None:
    plan_id = await build_plan(database)
    await keep_at(press)
    async with database.transaction() as session:
        (await session.get_one(BriefingPlan, plan_id)).drafted_through = MONDAY - timedelta(days=1)
    await build_plan(database)

    await keep_at(press)

    assert [each.first_on for each in await list_briefings(database)] == [MONDAY, MONDAY]


async def test_what_a_sleeping_desk_missed_is_made_up_for(database: Database, press: Press) -> None:
    await build_plan(database, through=date(2026, 10, 29), comment_hours=2)

    await keep_at(press)

    found = await list_briefings(database)
    assert [each.first_on for each in found] == [date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 1), MONDAY]
    assert {each.comment_due_at for each in found} == {TUESDAY_MORNING + timedelta(hours=2)}


async def test_a_week_is_from_monday_to_sunday(database: Database, press: Press) -> None:
    await build_plan(database, kind=BriefingKind.WEEKLY, through=date(2026, 10, 25))

    await keep_at(press)

    [briefing] = await list_briefings(database)
    assert (briefing.first_on, briefing.last_on) == (date(2026, 10, 26), date(2026, 11, 1))


async def test_only_the_channels_of_the_plan_are_counted(database: Database, press: Press) -> None:
    async with database.transaction() as session:
        counted, other = await build_channel(session), await build_channel(session, address="other@example.jp")
        await build_ticket(session, channel=counted)
        await build_ticket(session, channel=other)
        await build_ticket(session, channel=other)
        channel_id = counted.id
    await build_plan(database, channel_ids=[channel_id])

    await keep_at(press)

    [briefing] = await list_briefings(database)
    assert figures(briefing.contents)["受付件数"] == (1, 0)


async def test_it_is_written_in_its_own_language(database: Database, press: Press) -> None:
    await build_plan(database, locale="en")

    await keep_at(press)

    [briefing] = await list_briefings(database)
    assert (briefing.contents["title"], briefing.contents["period"]) == ("Daily report", "Mon, Nov 2, 2026")
