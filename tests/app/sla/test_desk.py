"""What of deadlines is seen at the desk and over the API, and who is told."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Agent, Role
from app.core import clock
from app.core.clock import now, rfc3339
from app.core.database import Database
from app.merging import service as merging
from app.notices.jobs import NOTICES
from app.notices.models import Notice, NoticeKind
from app.sla import queries
from app.sla.models import DeadlineKind
from app.tickets import assignment
from app.tickets import queries as ticket_queries
from app.tickets.history_models import Actor
from app.tickets.models import Ticket
from tests.app.sla.promising import Promising, at
from tests.support.builders import build_agent, build_team
from tests.support.fixtures_web import Clients
from tests.support.log_reading import run_once


async def _told(promising: Promising) -> list[tuple[NoticeKind, int]]:
    await run_once(promising.database, NOTICES)
    async with promising.database.reading() as session:
        notices = await session.scalars(select(Notice).order_by(Notice.event_id, Notice.agent_id))
        return [(notice.kind, notice.agent_id) for notice in notices]


async def _assign(promising: Promising, number: int, to: Agent, hours: float) -> None:
    with clock.at(at(hours)):
        async with promising.database.transaction() as session:
            ticket = await ticket_queries.find_ticket(session, number)
            assert ticket is not None
            await assignment.assign(session, ticket, to=to, by=Actor.agent(to))


async def _set_due(database: Database, dues: Sequence[tuple[int, float | None]]) -> None:
    async with database.transaction() as session:
        for number, hours in dues:
            await queries.set_due(session, number, None if hours is None else now() + timedelta(hours=hours))


async def test_the_list_of_what_is_late_begins_with_the_oldest_deadline(promising: Promising, clients: Clients) -> None:
    numbers = [await promising.arrive() for _ in range(5)]
    await promising.move(numbers[4], "done", 1)
    dues = (-1, 5, -3, None, -9)
    await _set_due(promising.database, list(zip(numbers, dues, strict=True)))
    desk = await clients.of(promising.admin)

    async def asked(query: str) -> list[int]:
        answer = await desk.get(f"/api/v1/tickets?{query}")
        return [ticket["number"] for ticket in answer.json()["items"]]

    late = [numbers[2], numbers[0]]
    soon = rfc3339(now() + timedelta(hours=6))
    assert await asked("overdue=true&sort=due_at") == late
    assert await asked("sort=due_at") == [*late, numbers[1]]
    assert set(await asked(f"due_before={soon}")) == {*late, numbers[1]}
    tabs = {tab["key"]: tab["count"] for tab in (await desk.get("/api/v1/tabs")).json()}
    assert tabs["overdue"] == 2
    page = (await desk.get("/tickets?tab=overdue")).text
    assert page.index(f'id="ticket-{numbers[2]}"') < page.index(f'id="ticket-{numbers[0]}"')
    assert f'id="ticket-{numbers[1]}"' not in page
    assert f'id="overdue-{numbers[2]}"' in (await desk.get("/home")).text


async def test_pages_of_a_list_by_deadline_follow_each_other(promising: Promising, clients: Clients) -> None:
    numbers = [await promising.arrive() for _ in range(5)]
    await _set_due(promising.database, [(number, number) for number in numbers])
    desk, found, cursor = await clients.of(promising.admin), [], ""
    for _ in range(3):
        page = (await desk.get(f"/api/v1/tickets?sort=due_at&limit=2{cursor}")).json()
        found += [ticket["number"] for ticket in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert found == numbers


async def test_a_tab_of_ones_own_can_ask_for_what_is_late(promising: Promising, clients: Clients) -> None:
    numbers = [await promising.arrive() for _ in range(2)]
    await _set_due(promising.database, [(numbers[0], -1), (numbers[1], 1)])
    desk = await clients.of(promising.admin)

    made = await desk.post("/api/v1/tabs", json={"name": "遅れ", "overdue": True})
    tabs = {tab["key"]: tab["count"] for tab in (await desk.get("/api/v1/tabs")).json()}

    assert made.status_code == 201
    assert made.json()["conditions"]["overdue"] is True
    assert tabs[made.json()["key"]] == 1


async def test_a_ticket_tells_what_is_due_and_what_is_paused(promising: Promising, clients: Clients) -> None:
    await promising.rule(first_reply="2", resolution="4")
    number = await promising.arrive()
    await promising.answer(number, 1)
    desk = await clients.of(promising.admin)

    document = (await desk.get(f"/api/v1/tickets/{number}")).json()
    page = await desk.get(f"/tickets/{number}")

    [paused] = document["deadlines"]
    assert (document["due_at"], paused["kind"], paused["due_at"], paused["left_seconds"]) == (
        None,
        "resolution",
        None,
        3 * 3600,
    )
    assert 'id="ticket-deadlines"' in page.text


async def test_its_assignee_is_warned_and_told_and_then_the_leads_of_its_team(promising: Promising) -> None:
    async with promising.database.transaction() as session:
        lead = await build_agent(session, name="佐藤 恵", role=Role.LEAD)
        await build_agent(session, name="他の リーダー", role=Role.LEAD)
        agent = await session.merge(promising.agent)
        await build_team(session, members=[agent, lead], channels=[await session.merge(promising.channel)])
    await promising.rule(first_reply="4")
    number = await promising.arrive()
    await _assign(promising, number, promising.agent, 0.5)
    await _told(promising)

    for hours in (3, 4, 5):
        await promising.tell(hours)

    assert await _told(promising) == [
        (NoticeKind.DEADLINE_WARNED, promising.agent.id),
        (NoticeKind.DEADLINE_MISSED, promising.agent.id),
        (NoticeKind.DEADLINE_RAISED, lead.id),
    ]


async def test_of_nobodys_ticket_its_team_is_told(promising: Promising) -> None:
    async with promising.database.transaction() as session:
        other = await build_agent(session, name="高橋 健太")
        agent = await session.merge(promising.agent)
        await build_team(session, members=[agent, other], channels=[await session.merge(promising.channel)])
    await promising.rule(first_reply="4", raise_after="")
    await promising.arrive()

    await promising.tell(4)

    assert await _told(promising) == [
        (NoticeKind.DEADLINE_MISSED, promising.agent.id),
        (NoticeKind.DEADLINE_MISSED, other.id),
    ]


async def test_what_is_merged_away_owes_nothing_and_what_remains_owes_its_answer(promising: Promising) -> None:
    await promising.rule(first_reply="4")
    older, newer = await promising.arrive(), await promising.arrive(1)
    with clock.at(at(2)):
        async with promising.database.transaction() as session:
            tickets = [await ticket_queries.find_ticket(session, number) for number in (older, newer)]
            source, into = (ticket for ticket in tickets if isinstance(ticket, Ticket))
            await merging.merge(session, source, into, by=promising.admin)
    await promising.read(2)

    assert await promising.open_ones(older) == {}
    assert (await promising.ticket(older)).due_at is None
    assert list(await promising.open_ones(newer)) == [DeadlineKind.FIRST_REPLY]


async def test_a_ticket_names_the_rule_of_its_deadline_and_leads_admins_to_it(
    promising: Promising, clients: Clients
) -> None:
    await promising.rule(first_reply="2", channel_id=promising.channel.id, priority="normal")
    number = await promising.arrive()
    desk, own = await clients.of(promising.admin), await clients.of(promising.agent)

    [deadline] = (await desk.get(f"/api/v1/tickets/{number}")).json()["deadlines"]
    of_admin, of_agent = [(await each.get(f"/tickets/{number}")).text for each in (desk, own)]

    address = f'href="/admin/deadlines/{deadline["policy_id"]}"'
    assert address in of_admin
    assert address not in of_agent
    assert f"{promising.channel.name} · 通常" in of_agent
