"""Deadlines follow what happens on a ticket, whenever the log is read."""

from asyncio import gather
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.channels import calendars
from app.channels.hours import kept_form
from app.core import clock
from app.sla import policies
from app.sla.forms import PolicyForm
from app.sla.models import DeadlineKind, TicketDeadline
from app.tickets import assignment, disposal
from app.tickets import queries as ticket_queries
from app.tickets.history_models import Actor, FactKind, ReportFact
from app.tickets.models import Priority
from tests.app.sla.promising import Promising, at

FIRST, NEXT, RESOLUTION = DeadlineKind.FIRST_REPLY, DeadlineKind.NEXT_REPLY, DeadlineKind.RESOLUTION
ALL_DAY = kept_form([[(0, 1440)]] * 7, keeps_holidays=False, closures=[])


async def _met(promising: Promising) -> dict[FactKind, bool | None]:
    async with promising.database.reading() as session:
        facts = await session.scalars(select(ReportFact).order_by(ReportFact.id))
        return {fact.kind: fact.met_deadline for fact in facts}


async def test_without_a_rule_nothing_is_promised(promising: Promising) -> None:
    number = await promising.arrive()

    assert await promising.open_ones(number) == {}
    assert (await promising.ticket(number)).due_at is None


async def test_a_new_ticket_has_its_deadlines_and_the_nearest_of_them(promising: Promising) -> None:
    await promising.rule(first_reply="2", resolution="16")

    number = await promising.arrive()

    assert await promising.open_ones(number) == {FIRST: at(2), RESOLUTION: at(31)}
    assert (await promising.ticket(number)).due_at == at(2)


async def test_our_answer_keeps_the_promise_and_stops_the_clock_until_the_customer_writes(promising: Promising) -> None:
    await promising.rule(first_reply="2", next_reply="1", resolution="6")
    number = await promising.arrive()

    await promising.answer(number, 1)
    assert await promising.open_ones(number) == {RESOLUTION: None}
    assert (await promising.ticket(number)).due_at is None

    await promising.ask(number, 4)
    assert await promising.open_ones(number) == {NEXT: at(5), RESOLUTION: at(24)}


async def test_facts_say_whether_they_came_in_time(promising: Promising) -> None:
    await promising.rule(first_reply="2", next_reply="1", resolution="6")
    number = await promising.arrive()
    await promising.answer(number, 1)
    await promising.ask(number, 4)
    await promising.answer(number, 5.5)
    await promising.move(number, "done", 6)

    met = await _met(promising)

    assert (met[FactKind.FIRST_REPLY], met[FactKind.REPLY], met[FactKind.RESOLUTION]) == (True, False, True)
    assert met[FactKind.ARRIVAL] is None
    assert await promising.open_ones(number) == {}


async def test_what_came_and_went_before_the_log_was_read_is_judged_all_the_same(promising: Promising) -> None:
    await promising.rule(first_reply="2", resolution="4")
    number = await promising.arrive()
    late = await promising.arrive()
    await promising.answer(number, 1, reads=False)
    await promising.move(number, "done", 2, reads=False)
    await promising.answer(late, 3, reads=False)
    await promising.read(4)
    await promising.read(5)

    async with promising.database.reading() as session:
        facts = (await session.scalars(select(ReportFact).order_by(ReportFact.id))).all()

    judged = [(fact.ticket_id, fact.kind, fact.met_deadline) for fact in facts if fact.met_deadline is not None]
    assert judged == [
        (number, FactKind.FIRST_REPLY, True),
        (number, FactKind.RESOLUTION, True),
        (late, FactKind.FIRST_REPLY, False),
    ]


async def test_a_reopened_ticket_has_new_deadlines(promising: Promising) -> None:
    await promising.rule(next_reply="1", resolution="4")
    number = await promising.arrive()
    await promising.answer(number, 1)
    await promising.move(number, "done", 1)

    await promising.ask(number, 2)

    assert await promising.open_ones(number) == {NEXT: at(3), RESOLUTION: at(6)}


async def test_spam_and_trash_owe_nothing_and_what_is_brought_back_does(promising: Promising) -> None:
    await promising.rule(first_reply="2")
    number = await promising.arrive()
    found = []
    for hours, is_spam in ((1.0, True), (1.5, False)):
        with clock.at(at(hours)):
            async with promising.database.transaction() as session:
                ticket = await ticket_queries.find_ticket(session, number)
                assert ticket is not None
                disposal.mark_spam(session, ticket, is_spam, by=Actor.agent(promising.agent))
        await promising.read(hours)
        found.append(await promising.open_ones(number))

    assert found == [{}, {FIRST: at(2)}]


async def test_another_priority_is_another_rule(promising: Promising) -> None:
    await promising.rule(first_reply="4")
    await promising.rule(first_reply="1", priority="urgent")
    number = await promising.arrive()
    assert (await promising.ticket(number)).due_at == at(4)

    with clock.at(at(0.5)):
        async with promising.database.transaction() as session:
            ticket = await ticket_queries.find_ticket(session, number)
            assert ticket is not None
            assignment.prioritise(session, ticket, Priority.URGENT, by=Actor.agent(promising.agent))
    await promising.read(0.5)

    assert (await promising.ticket(number)).due_at == at(1)


async def test_warning_missing_and_raising_are_told_once_each(promising: Promising) -> None:
    await promising.rule(first_reply="4")
    await promising.arrive()

    for hours in (2, 3, 3.1, 4, 4.1, 5, 6):
        await promising.tell(hours)

    assert await promising.told() == [
        "deadline_warned first_reply",
        "deadline_missed first_reply",
        "deadline_raised first_reply",
    ]


@pytest.mark.parametrize(("share", "before", "warned"), [("75", "2", 2), ("25", "2", 1), ("", "0:30", 3.5)])
async def test_of_percent_and_time_before_the_first_that_comes_is_told_once(
    promising: Promising, share: str, before: str, warned: float
) -> None:
    await promising.rule(first_reply="4", warn_share=share, warn_before=before)
    await promising.arrive()

    await promising.tell(warned - 0.1)
    assert await promising.told() == []
    for hours in (warned, 3, 3.6):
        await promising.tell(max(hours, warned))

    assert await promising.told() == ["deadline_warned first_reply"]


async def test_what_was_answered_in_time_alarms_nobody_however_late_the_log_is_read(promising: Promising) -> None:
    await promising.rule(first_reply="4")
    number = await promising.arrive()
    await promising.answer(number, 3, reads=False)

    await promising.tell(6)
    await promising.read(7)

    assert await promising.told() == []
    assert (await _met(promising))[FactKind.FIRST_REPLY] is True


async def test_of_two_schedules_one_tells(promising: Promising) -> None:
    await promising.rule(first_reply="4", raise_after="")
    for _ in range(5):
        await promising.arrive()

    counts = await gather(*(promising.tell(5) for _ in range(4)))

    assert sum(counts) == 5
    assert await promising.told() == ["deadline_missed first_reply"] * 5


async def test_a_rule_that_is_set_late_tells_nobody_what_is_late_already(promising: Promising) -> None:
    number = await promising.arrive()

    await promising.rule(hours=6, first_reply="4")
    await promising.tell(7)

    assert await promising.open_ones(number) == {FIRST: at(4)}
    assert await promising.told() == []


async def test_another_time_in_the_rule_moves_what_is_open_and_no_rule_ends_it(promising: Promising) -> None:
    await promising.rule(first_reply="4")
    number = await promising.arrive()
    async with promising.database.transaction() as session:
        [policy] = await policies.list_ranked(session)
        form = PolicyForm.model_validate({"first_reply": "1", "is_in_business_time": True})
        policy = await policies.change(session, policy, form, by=promising.admin)
    await promising.recount(0.5)
    moved = await promising.open_ones(number)
    async with promising.database.transaction() as session:
        await policies.remove(session, await session.merge(policy), by=promising.admin)
    await promising.recount(0.6)

    assert moved == {FIRST: at(1)}
    assert await promising.open_ones(number) == {}
    assert (await promising.ticket(number)).due_at is None


async def test_other_hours_count_facts_and_deadlines_anew_and_go_on_after_a_restart(promising: Promising) -> None:
    await promising.rule(first_reply="4", resolution="20")
    number, answered = await promising.arrive(6), await promising.arrive(6)
    await promising.answer(answered, 30)
    async with promising.database.transaction() as session:
        await calendars.set_hours(session, None, ALL_DAY, by=None, valid_from=at(-48).date())

    steps = await promising.recount(7)

    async with promising.database.reading() as session:
        statement = select(ReportFact).where(ReportFact.kind == FactKind.FIRST_REPLY)
        fact = (await session.scalars(statement)).one()
        rows = (await session.scalars(select(TicketDeadline).order_by(TicketDeadline.id))).all()
    assert steps == 2
    assert (fact.business_seconds, fact.calendar_seconds) == (24 * 3600, 24 * 3600)
    assert await promising.open_ones(number) == {FIRST: at(10), RESOLUTION: at(26)}
    assert len([row for row in rows if row.ended_at is None]) == 3
    assert rows[0].begun_at == at(6) + timedelta()
