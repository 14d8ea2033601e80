"""What rises, with its tickets: the same from tickets, from columns, and while some days are to be counted."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.tallies import queries as tally_queries
from app.tallies import service as tallies
from app.tickets import assignment
from app.tickets.classification_models import TicketLabel
from app.tickets.consumers import log_reader
from app.tickets.history_models import SYSTEM
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from app.trends import reading
from app.trends.jobs import TRENDS, catch_up
from app.trends.rising import LOUD
from tests.support.builders import build_category, build_channel, build_label, build_team, build_ticket
from tests.support.fixtures_web import Clients

TOKYO = ZoneInfo("Asia/Tokyo")
MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
WEEK = {"from": "2026-11-02", "to": "2026-11-08"}


async def _catch_up(database: Database) -> None:
    await reading.begin(database)
    async with log_reader(database, TRENDS) as reader:
        await catch_up(database, reader)


async def _count_days(database: Database) -> None:
    await tallies.rebuild(database, TOKYO, lambda done, of: None)


async def _read(client: AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await client.get("/api/v1/reports/trends", params={**WEEK, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _rows(table: dict[str, Any]) -> dict[str, list[Any]]:
    return {row[0]: row[2:] for row in table["rows"]}


async def _say(
    session: AsyncSession, text: str, *, weeks_ago: int = 0, count: int = 1, monday: datetime = MONDAY, **values: Any
) -> list[Ticket]:
    tickets = []
    for number in range(count):
        at = monday - timedelta(weeks=weeks_ago) + timedelta(minutes=number)
        tickets.append(await build_ticket(session, subject=text, text=text, at=at, **values))
    return tickets


async def _fill(database: Database) -> None:
    """A word that rises beside one that stays."""
    async with database.transaction() as session:
        channel = await build_channel(session)
        for weeks_ago in range(1, 5):
            await _say(session, "返品", weeks_ago=weeks_ago, count=12, channel=channel)
            await _say(session, "ログインできない", weeks_ago=weeks_ago, count=2, channel=channel)
        await _say(session, "返品", count=12, channel=channel)
        await _say(session, "ログインできない", count=20, channel=channel)
    await _catch_up(database)


async def test_a_word_that_rises_comes_first_with_its_tickets(
    database: Database, clients: Clients, admin: Agent
) -> None:
    await _fill(database)
    client = await clients.of(admin)

    table = await _read(client, by="term")

    assert [each["name"] for each in table["columns"]] == [
        "term",
        "term_id",
        "current",
        "previous",
        "expected",
        "change",
        "score",
        "complaints",
        "complaint_share",
    ]
    first, *others = table["rows"]
    assert first[0] == "ログインできない"
    assert (first[2], first[3], first[5]) == (20, 2, 9.0)
    assert first[6] >= LOUD
    assert [(row[0], row[6]) for row in others] == [("返品", 0.0)]
    listed = (await client.get(table["links"][0] + "&limit=100")).json()["items"]
    assert {each["subject"] for each in listed} == {"ログインできない"}
    assert len(listed) == 20
    assert table["totals"] == {
        "current": 32,
        "previous": 14,
        "change": round(32 / 14 - 1, 4),
        "complaints": 0,
        "complaint_share": 0.0,
    }


async def test_twice_as_much_of_everything_is_no_rise(database: Database, clients: Clients, admin: Agent) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        for text in ("返品", "領収書", "送料"):
            for weeks_ago in range(1, 5):
                await _say(session, text, weeks_ago=weeks_ago, count=6, channel=channel)
            await _say(session, text, count=12, channel=channel)
    await _catch_up(database)

    rows = _rows(await _read(await clients.of(admin), by="term"))

    assert {each[4] for each in rows.values()} == {0.0}
    assert rows["返品"][:2] == [12, 6]


@pytest.mark.parametrize("is_known", [True, False])
async def test_what_has_no_category_never_leads_what_rises(
    database: Database, clients: Clients, admin: Agent, is_known: bool
) -> None:
    monday = now() - timedelta(days=1)
    async with database.transaction() as session:
        channel, category = await build_channel(session), await build_category(session, name="返品")
        for weeks_ago in range(5):
            await _say(session, "送料", weeks_ago=weeks_ago, count=6, channel=channel, monday=monday)
            count = 2 if weeks_ago else 40
            for ticket in await _say(session, "返品", weeks_ago=weeks_ago, count=count, channel=channel, monday=monday):
                ticket.category_id = category.id if is_known else None
    client = await clients.of(admin)
    today = now().astimezone(TOKYO).date()
    week = {"from": (today - timedelta(days=6)).isoformat(), "to": today.isoformat()}

    rows = (await _read(client, **week))["rows"]
    overview = (await client.get("/reports")).text.partition('id="part-rising"')[2]

    assert [row[0] for row in rows] == (["返品", None] if is_known else [None])
    assert rows[0][6] >= LOUD or not is_known
    assert (">返品</th>" in overview) is is_known
    assert "（なし）" not in overview


async def test_a_weekday_is_compared_with_its_weekday(database: Database, clients: Clients, admin: Agent) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        for weeks_ago in range(5):
            await _say(session, "定例", weeks_ago=weeks_ago, count=10, channel=channel)
    await _catch_up(database)

    monday = {"from": "2026-11-02", "to": "2026-11-02"}
    rows = _rows(await _read(await clients.of(admin), by="term", **monday))

    assert rows["定例"][:2] == [10, 10]
    assert rows["定例"][4] == 0.0


async def _scatter(database: Database, random: Random) -> None:
    async with database.transaction() as session:
        channels = [await build_channel(session) for _ in range(2)]
        categories = [await build_category(session, name=name) for name in ("返品", "配送")]
        labels = [await build_label(session, name=name) for name in ("急ぎ", "要返金")]
        for _ in range(60):
            at = MONDAY + timedelta(days=random.randint(-70, 6), minutes=random.randint(0, 1400))
            text = random.choice(("返品の送料", "領収書", "送料と領収書", "加湿器の水漏れ"))
            ticket = await build_ticket(session, subject=text, text=text, channel=random.choice(channels), at=at)
            await session.flush()
            ticket.category_id = random.choice((None, *(each.id for each in categories)))
            ticket.is_complaint = random.random() < 0.3
            ticket.set_aside(spam_at=at if random.random() < 0.1 else None, trashed_at=None)
            for label in random.sample(labels, random.randint(0, 2)):
                session.add(TicketLabel(ticket_id=ticket.id, label_id=label.id))


async def _recount(database: Database) -> Counter[tuple[int, int | None]]:
    """Tickets by the week in which they arrived, counted back from this one, and by category; in plain Python."""
    async with database.reading() as session:
        tickets = (await session.scalars(select(Ticket).order_by(Ticket.id))).all()
    counts: Counter[tuple[int, int | None]] = Counter()
    for ticket in tickets:
        days = (ticket.created_at.astimezone(TOKYO).date() - MONDAY.date()).days
        if ticket.is_counted and days < 7:
            counts[-(days // 7), ticket.category_id] += 1
    return counts


@pytest.mark.parametrize("seed", [1, 2])
async def test_tickets_columns_and_a_mixture_of_them_say_the_same(
    database: Database, clients: Clients, admin: Agent, seed: int
) -> None:
    random = Random(seed)
    await _scatter(database, random)
    client = await clients.of(admin)
    await _catch_up(database)
    counted_singly = await _read_all(client)

    await _count_days(database)
    by_columns = await _read_all(client)
    async with database.transaction() as session:
        await tally_queries.mark_days(session, {(MONDAY - timedelta(days=each)).date() for each in range(-6, 60, 8)})
    mixed = await _read_all(client)

    recounted = await _recount(database)
    for asked, table in counted_singly.items():
        assert by_columns[asked] == table, asked
        assert mixed[asked] == table, asked
    table = by_columns["category", ""]
    for row, link in zip(table["rows"], table["links"], strict=True):
        assert row[2] == recounted[0, row[1]]
        assert row[3] == recounted[1, row[1]]
        assert len((await client.get(link + "&limit=100")).json()["items"]) == row[2]


FILTERS = (
    *("", "channel=1", "complaint=true", "label=1", "label=none", "category=1", "category=none&complaint=false"),
    *("from=2026-11-04&to=2026-11-05", "from=2026-10-01"),
)


async def _read_all(client: AsyncClient) -> dict[tuple[str, str], Any]:
    axes = ("category", "label", "term")
    asked = [(by, filters) for by in axes for filters in FILTERS if by not in filters]
    return {(by, filters): await _read(client, by=by, **dict(parse_qsl(filters))) for by, filters in asked}


async def test_what_was_just_changed_is_counted_at_once(database: Database, clients: Clients, admin: Agent) -> None:
    async with database.transaction() as session:
        (ticket,) = await _say(session, "返品")
        category = await build_category(session)
    await _catch_up(database)
    await _count_days(database)
    async with database.transaction() as session:
        held = await find_ticket(session, ticket.id)
        assert held is not None
        assignment.categorise(session, held, as_=category, by=SYSTEM)

    table = await _read(await clients.of(admin), by="category")

    assert [row[1:3] for row in table["rows"]] == [[category.id, 1]]


async def test_one_counts_only_what_one_may_see(
    database: Database, clients: Clients, lead: Agent, agent: Agent
) -> None:
    async with database.transaction() as session:
        others = await build_channel(session)
        await build_team(session, name="別", channels=[others])
        mine = await build_channel(session)
        await build_team(session, members=[lead], channels=[mine])
        await _say(session, "秘密", count=6, channel=others)
        await _say(session, "返品", count=7, channel=mine)
    await _catch_up(database)
    client = await clients.of(lead)

    by_term, by_category = await _read(client, by="term"), await _read(client, by="category")
    of_agent = await _read(await clients.of(agent), by="term")

    assert set(_rows(by_term)) == {"返品"}
    assert by_category["totals"]["current"] == 7
    assert of_agent["rows"] == []


async def test_words_that_come_while_days_are_counted_are_counted_at_once(
    database: Database, clients: Clients, admin: Agent
) -> None:
    await _fill(database)
    await _count_days(database)
    client = await clients.of(admin)
    async with database.transaction() as session:
        await _say(session, "返品", count=3)

    unread = await _read(client, by="term")
    await _catch_up(database)
    read = await _read(client, by="term")

    assert [(each["totals"]["current"], _rows(each)["返品"][0]) for each in (unread, read)] == [(35, 12), (35, 15)]


async def test_what_a_trend_is_not_told_apart_by_is_refused(clients: Clients, admin: Agent) -> None:
    client = await clients.of(admin)

    for asked in ("by=channel", "by=category,term", "interval=day", "term=99", "by=term&term=x"):
        assert (await client.get(f"/api/v1/reports/trends?{asked}")).status_code == 422, asked
    assert (await client.get("/api/v1/tickets", params={"term": 99})).status_code == 422
