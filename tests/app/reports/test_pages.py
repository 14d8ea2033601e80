"""The pages of the reports: in one's rights, by their address, and each number leads to its tickets."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from tests.support.builders import build_category, build_channel, build_message, build_team, build_ticket
from tests.support.fixtures_web import Clients

PAGES = ("volume", "speed", "backlog", "work", "trends", "escalations", "heatmap", "definitions")
MONDAY = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
WEEK = "period=custom&from=2026-11-02&to=2026-11-08"
LINK = re.compile(r'<a href="(/tickets\?[^"]+)">([\d,]+)</a>')
COUNT = re.compile(r'id="narrowed-count">(\d+)<')


async def _page(client: AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def _links(page: str) -> list[tuple[str, int]]:
    return [(unescape(link), int(amount.replace(",", ""))) for link, amount in LINK.findall(page)]


async def _fill(database: Database) -> None:
    """Three tickets in a week, one of them written to twice, two of a category."""
    async with database.transaction() as session:
        channel, category = await build_channel(session), await build_category(session)
        for days in range(3):
            ticket = await build_ticket(session, channel=channel, at=MONDAY + timedelta(days=days))
            await session.flush()
            ticket.category_id = category.id if days else None
        await build_message(session, ticket, at=MONDAY + timedelta(days=3))


@pytest.mark.parametrize("name", PAGES)
async def test_each_page_is_there_with_and_without_tickets(
    database: Database, clients: Clients, lead: Agent, name: str
) -> None:
    client = await clients.of(lead)
    assert 'id="report"' in await _page(client, f"/reports/{name}")
    await _fill(database)

    page = await _page(client, f"/reports/{name}?{WEEK}")
    part = await client.get(f"/reports/{name}?{WEEK}", headers={"HX-Request": "true"})

    assert 'aria-current="page"' in page
    assert part.text.startswith("<div") or part.text.strip().startswith("<div")


@pytest.mark.parametrize("path", ["volume", "backlog", "heatmap", "volume?by=category&measure=inbound&compare=before"])
async def test_each_number_opens_as_many_tickets(database: Database, clients: Clients, lead: Agent, path: str) -> None:
    await _fill(database)
    client = await clients.of(lead)

    links = _links(await _page(client, f"/reports/{path}{'&' if '?' in path else '?'}{WEEK}"))

    assert links
    for link, amount in links:
        listed = await _page(client, link)
        rows = listed.count('<li class="row ')
        assert int(COUNT.findall(listed)[0]) == rows
        assert rows == amount or "act=inbound" in link, link
        assert "/reports/" in listed.partition("narrowed__back")[2][:200]


async def test_a_number_of_messages_says_that_its_list_has_tickets(
    database: Database, clients: Clients, lead: Agent
) -> None:
    """Four messages on three tickets."""
    await _fill(database)
    client = await clients.of(lead)

    page = await _page(client, f"/reports/volume?{WEEK}&measure=inbound")

    figures = re.findall(r'<li class="figure">(.*?)</li>', page, re.DOTALL)
    assert [">4</a>" in each for each in figures if "一覧には案件を表示します。" in each] == [True]
    assert re.search(r'title="1案件に複数あればそれぞれ数えます。[^"]*">4</a>', page)
    definitions = await _page(client, "/reports/definitions")
    assert 'id="volume-inbound"' in definitions
    assert 'id="escalations-late"' in definitions


async def test_the_overview_counts_today(database: Database, clients: Clients, lead: Agent) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, at=now() - timedelta(seconds=1))
        await session.flush()
        ticket.due_at = now() - timedelta(seconds=1)
        await build_ticket(session, at=now() - timedelta(days=9))
    client = await clients.of(lead)

    page = await _page(client, "/reports")

    assert "7日以上の残件" in page
    links = dict(_links(page))
    assert links["/tickets?overdue=true&back=%2Freports"] == 1
    assert [amount for link, amount in links.items() if "open_at" in link][:2] == [2, 1]


async def test_an_agent_sees_their_own_work(database: Database, clients: Clients, agent: Agent, lead: Agent) -> None:
    client = await clients.of(agent)

    answer = await client.get("/reports")
    page = await _page(client, "/reports/work")
    theirs = await client.get(f"/reports/volume?assignee={lead.id}")

    assert answer.headers["location"] == "/reports/work"
    assert "ここには自分の対応分が表示されます" in page
    assert 'name="assignee"' not in page
    assert theirs.status_code == 403


async def test_what_one_may_not_see_is_never_counted(database: Database, clients: Clients, lead: Agent) -> None:
    async with database.transaction() as session:
        foreign = await build_channel(session, name="人事")
        await build_team(session, channels=[foreign])
        await build_ticket(session, channel=foreign, at=MONDAY)
        await session.flush()
        channel_id = foreign.id
    client = await clients.of(lead)

    for name in ("volume", "backlog", "heatmap"):
        page = await _page(client, f"/reports/{name}?{WEEK}")
        assert _links(page) == []
        assert "人事" not in page
    assert (await client.get(f"/reports/volume?{WEEK}&channel={channel_id}")).status_code == 422


@pytest.mark.parametrize(
    "query",
    ["period=someday", "from=2026-13-01", "period=custom&from=2026-11-02&to=2026-11-01", "interval=year", "colour=red"],
)
async def test_what_means_nothing_is_refused(clients: Clients, lead: Agent, query: str) -> None:
    client = await clients.of(lead)

    assert (await client.get(f"/reports/volume?{query}")).status_code == 422


async def test_the_address_keeps_what_was_chosen(database: Database, clients: Clients, lead: Agent) -> None:
    await _fill(database)
    client = await clients.of(lead)

    page = await _page(client, f"/reports/volume?{WEEK}&by=category&compare=year&priority=high&label=")

    assert '<option value="year" selected>' in page
    assert '<option value="high" selected>' in page
    assert "from=2026-11-02&amp;to=2026-11-08&amp;interval=day&amp;by=category&amp;priority=high&format=xlsx" in page
    assert 'href="?period=last_month&amp;by=category&amp;compare=year&amp;priority=high"' in page
