"""A list by its conditions: the parameters of the API, said in words, with a way back to our own pages alone."""

from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from app.core.database import Database
from tests.support.builders import build_category, build_channel, build_team, build_ticket

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


async def _page(client: AsyncClient, query: str) -> str:
    answer = await client.get(f"/tickets?{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_conditions_stand_in_words_above_the_list(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        category = await build_category(session, name="返品")
        ticket = await build_ticket(session, at=AT)
        await build_ticket(session, at=AT + timedelta(days=30))
        await session.flush()
        ticket.category_id = category.id
        ticket.snoozed_until = AT + timedelta(days=900)

    page = await _page(client, f"category={category.id}&created_from=2026-11-02&created_to=2026-11-08&complaint=false")

    assert 'id="narrowed-count">1<' in page
    assert page.count('<li class="row ') == 1
    for words in ("受信: 2026/11/2(月) 〜 2026/11/8(日)", "問合せ種別: 返品", "クレームを除く"):
        assert words in page


async def test_further_pages_keep_the_conditions(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        for minutes in range(51):
            await build_ticket(session, channel=channel, text="", at=AT + timedelta(minutes=minutes))

    page = await _page(client, "created_from=2026-11-02&created_to=2026-11-02")

    url = page.partition('id="list-more"')[2].partition('data-url="')[2].partition('"')[0].replace("&amp;", "&")
    assert "created_from=2026-11-02&created_to=2026-11-02&cursor=" in url
    assert (await client.get(url)).text.count('<li class="row ') == 1


@pytest.mark.parametrize("back", ["https://example.com/reports", "//example.com", "javascript:alert(1)", "/sign-in"])
async def test_the_way_back_leads_to_our_own_pages(database: Database, client: AsyncClient, back: str) -> None:
    page = await _page(client, f"complaint=true&back={back}")
    known = await _page(client, "complaint=true&back=/reports/volume?period=today")

    assert "narrowed__back" not in page
    assert 'href="/reports/volume?period=today"' in known


@pytest.mark.parametrize("query", ["complaint=perhaps", "act=dance", "actor=3", "category=999", "then_phase=new"])
async def test_what_means_nothing_is_refused(database: Database, client: AsyncClient, query: str) -> None:
    assert (await client.get(f"/tickets?{query}")).status_code == 422


async def test_a_foreign_channel_has_no_list(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        foreign = await build_channel(session, name="人事")
        await build_team(session, channels=[foreign])
        await build_ticket(session, channel=foreign, at=AT)

    assert (await client.get(f"/tickets?came_in={foreign.id}")).status_code == 422
    assert 'id="narrowed-count">0<' in await _page(client, "created_from=2026-11-01")
