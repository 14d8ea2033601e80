"""What reports say is what plain counting finds, and what their lists hold, however many of the counters are marked."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.tallies import service as tallies
from app.tickets.history_models import FactKind
from app.tickets.models import Ticket
from tests.app.reports import recounting
from tests.app.reports.happenings import BEGINS, live_through, open_office
from tests.app.reports.recounting import ZONE, Past, day_of
from tests.support.fixtures_web import Clients

FIRST, LAST = date(2026, 9, 10), date(2026, 11, 5)
ALL = {"from": str(FIRST), "to": str(LAST)}
AXES: dict[str, Callable[[Past], Callable[[Ticket], Iterable[Any]]]] = {
    "status": lambda past: lambda ticket: [ticket.status_id],
    "channel": lambda past: lambda ticket: [ticket.home_channel_id],
    "category": lambda past: lambda ticket: [ticket.category_id],
    "assignee": lambda past: lambda ticket: [ticket.assignee_id],
    "team": lambda past: lambda ticket: [ticket.team_id],
    "priority": lambda past: lambda ticket: [ticket.priority.value],
    "label": lambda past: lambda ticket: past.labels[ticket.id] or [None],
}

pytestmark = pytest.mark.parametrize("seed", [1, 2])


async def remember(database: Database) -> Past:
    async with database.reading() as session:
        return await recounting.remember(session)


async def ask(client: AsyncClient, report: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/reports/{report}", params={**ALL, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def count_listed(client: AsyncClient, link: str) -> int:
    answer = await client.get(f"{link}&limit=200")
    assert answer.status_code == 200, answer.text
    return len(answer.json()["items"])


def cells(table: dict[str, Any], key: str, interval: str = "") -> Counter[Any]:
    """By (interval, key, measure), without what is zero."""
    names = [each["name"] for each in table["columns"]]
    found: Counter[Any] = Counter()
    for row in table["rows"]:
        values = dict(zip(names, row, strict=True))
        for name in names:
            if isinstance(values[name], int) and values[name] and name not in (key, "weekday", "hour"):
                found[values.get(interval), values[key] if key else None, name] = values[name]
    return found


async def live_and_count(database: Database, seed: int, steps: int) -> None:
    """Counters are made twice on the way, so that at the end some days are marked and some are not."""
    office = await open_office(database, seed)
    for _ in range(2):
        await live_through(database, office, steps)
        await tallies.rebuild(database, ZONE, lambda done, of: None)
    office.random.shuffle(office.ticket_ids)
    await live_through(database, office, steps // 4)


async def test_volume(database: Database, clients: Clients, admin: Agent, seed: int) -> None:
    await live_and_count(database, seed, 40)
    client = await clients.of(admin)

    async def agree() -> None:
        past = await remember(database)
        for axis, keys_of in AXES.items():
            key = axis if axis == "priority" else f"{axis}_id"
            table = await ask(client, "volume", by=axis, interval="day")
            naive = recounting.volume(past, keys_of(past), lambda at: str(day_of(at)))
            assert cells(table, key, "day") == naive, axis
            whole = recounting.volume(past, lambda ticket: [None], lambda at: None)
            assert table["totals"] == {name: whole[None, None, name] for name in ("received", "inbound", "outbound")}

    await agree()
    await tallies.rebuild(database, ZONE, lambda done, of: None)
    await agree()


async def test_the_heat_map(database: Database, clients: Clients, admin: Agent, seed: int) -> None:
    await live_and_count(database, seed, 40)

    def hour_of(at: datetime) -> tuple[int, int]:
        return at.astimezone(ZONE).isoweekday(), at.astimezone(ZONE).hour

    table = await ask(await clients.of(admin), "volume", by="weekday_hour")

    naive = recounting.volume(await remember(database), lambda ticket: [None], hour_of)
    found = {
        ((row[0], row[1]), None, name): value
        for row in table["rows"]
        for name, value in zip(("received", "inbound", "outbound"), row[2:], strict=True)
        if value
    }
    assert found == dict(naive)


async def test_every_link_holds_as_many_tickets(database: Database, clients: Clients, admin: Agent, seed: int) -> None:
    await live_and_count(database, seed, 30)
    client = await clients.of(admin)

    for report, by, measure in (
        ("volume", "channel,category", "received"),
        ("volume", "label", "received"),
        ("volume", "weekday_hour", "received"),
        ("speed", "assignee", "first_reply_count"),
        ("work", "assignee,category", "handled"),
        ("backlog", "status,assignee", "open"),
    ):
        table = await ask(client, report, by=by, **({} if by == "weekday_hour" else {"interval": "month"}))
        place = [each["name"] for each in table["columns"]].index(measure)
        for row, link in zip(table["rows"], table["links"], strict=True):
            if row[place] or by != "weekday_hour":
                assert await count_listed(client, link) == row[place], (report, by, row, link)


async def test_the_backlog_of_any_hour_is_what_a_replay_leaves(
    database: Database, clients: Clients, admin: Agent, seed: int
) -> None:
    await live_and_count(database, seed, 40)
    client, past = await clients.of(admin), await remember(database)

    hours = {"from": (BEGINS + timedelta(days=4)).isoformat(), "to": (BEGINS + timedelta(days=6)).isoformat()}
    for table, ends in (
        (await ask(client, "backlog", interval="day"), recounting.midnight_after),
        (await ask(client, "backlog", interval="hour", **hours), lambda hour: hour + timedelta(hours=1)),
    ):
        for row in table["rows"]:
            label = row[0]
            at = ends(date.fromisoformat(label) if len(label) == 10 else datetime.fromisoformat(label))
            at = min(at, datetime.fromisoformat(hours["to"]) + timedelta(microseconds=1)) if len(label) > 10 else at
            open_then = recounting.standing(past, at)
            ages = Counter(
                min(3, sum(at - each.created_at >= timedelta(days=days) for days in (1, 3, 7))) for each in open_then
            )
            assert row[1] == len(open_then), (label, at)
            assert row[4:] == [ages[band] for band in range(4)], label


async def test_speed_and_work(database: Database, clients: Clients, admin: Agent, seed: int) -> None:
    await live_and_count(database, seed, 50)
    client, past = await clients.of(admin), await remember(database)

    speed = await ask(client, "speed", by="assignee")
    names = [each["name"] for each in speed["columns"]]
    for measure, kind in (
        ("first_reply", FactKind.FIRST_REPLY),
        ("next_reply", FactKind.REPLY),
        ("resolution", FactKind.RESOLUTION),
    ):
        naive = recounting.durations(past, kind, lambda fact: fact.actor_id)
        for row in speed["rows"]:
            values = dict(zip(names, row, strict=True))
            seconds = sorted(naive.get(values["assignee_id"], []))
            assert values[f"{measure}_count"] == len(seconds)
            if seconds:
                assert values[f"{measure}_median"] == seconds[(len(seconds) + 1) // 2 - 1]
                assert values[f"{measure}_p90"] == min(
                    x for x in seconds if sum(y <= x for y in seconds) * 10 >= 9 * len(seconds)
                )

    table = await ask(client, "work")
    naive_work = recounting.work(past)
    names = [each["name"] for each in table["columns"]]
    assert len(table["rows"]) == len(naive_work)
    for row in table["rows"]:
        values = dict(zip(names, row, strict=True))
        for name, value in naive_work[values["assignee_id"]].items():
            assert values[name] == value, (name, row)
