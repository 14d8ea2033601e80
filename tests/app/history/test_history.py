"""「対応履歴」: one line for each ticket, eight columns, within one's rights."""

from collections.abc import Sequence
from datetime import timedelta

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.tickets import assignment
from app.tickets.models import Ticket
from tests.support.builders import (
    AT,
    build_category,
    build_channel,
    build_message,
    build_reply,
    build_team,
    build_ticket,
)

EIGHT = ["ステータス", "問合せ種別", "問い合わせ日", "顧客ID", "担当", "問い合わせ内容", "回答内容", "更新日時"]


async def build_history(database: Database, agent: Agent, texts: Sequence[str]) -> list[int]:
    """The first of them is answered, by an answer that has left."""
    async with database.transaction() as session:
        channel = await build_channel(session)
        category = await build_category(session)
        made = [
            await build_ticket(session, channel=channel, text=text, subject=f"件名{n}", at=AT + timedelta(hours=n))
            for n, text in enumerate(texts)
        ]
        await assignment.assign(session, made[0], to=agent)
        made[0].category_id = category.id
        reply = await build_reply(session, made[0], author=agent, at=AT + timedelta(hours=9))
        reply.sent_at = reply.created_at
        return [ticket.id for ticket in made]


async def test_a_line_has_the_first_question_and_the_newest_answer(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    [number] = await build_history(database, agent, ["届きません。\n> 前のメール"])
    async with database.transaction() as session:
        ticket = await session.get_one(Ticket, number)
        await build_message(session, ticket, text="まだですか。", at=AT + timedelta(hours=10))

    [line] = (await client.get("/api/v1/history")).json()["items"]

    assert line["number"] == number
    assert line["question"].startswith("届きません。")
    assert (line["answer"], line["assignee"], line["category"]) == ("お送りしました。", agent.name, "請求")
    assert line["asked_at"] == "2026-11-02T01:00:00.000000Z"


async def test_an_answer_that_has_not_left_is_none(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await build_reply(session, ticket, author=agent)

    [line] = (await client.get("/api/v1/history")).json()["items"]

    assert line["answer"] == ""


async def test_the_page_has_exactly_the_eight_columns(database: Database, client: AsyncClient, agent: Agent) -> None:
    [number] = await build_history(database, agent, ["届きません。"])

    page = (await client.get("/reports/history")).text

    heads = page.split("<thead>")[1].split("</thead>")[0]
    assert [part.split("</th>")[0] for part in heads.split('<th scope="col">')[1:]] == EIGHT
    assert f'href="/tickets/{number}"' in page


async def test_the_conditions_are_those_of_the_list_and_pages_follow_each_other(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    numbers = await build_history(database, agent, ["一", "二", "三"])

    first = (await client.get("/api/v1/history?sort=created_at&limit=2")).json()
    second = (await client.get(f"/api/v1/history?sort=created_at&limit=2&cursor={first['next_cursor']}")).json()
    mine = (await client.get("/api/v1/history?assignee=me")).json()

    assert [each["number"] for each in first["items"] + second["items"]] == numbers
    assert second["next_cursor"] is None
    assert [each["number"] for each in mine["items"]] == numbers[:1]
    assert (await client.get("/api/v1/history?colour=red")).status_code == 422


async def test_a_condition_that_names_nothing_is_said_at_its_field(database: Database, client: AsyncClient) -> None:
    page = await client.get("/reports/history?created_from=yesterday&status=")

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


async def test_a_foreign_audiences_tickets_never_appear(database: Database, client: AsyncClient, agent: Agent) -> None:
    seen = await build_history(database, agent, ["見える"])
    async with database.transaction() as session:
        hidden = await build_channel(session, address="hidden@example.jp")
        await build_team(session, name="別のチーム", channels=[hidden])
        await build_ticket(session, channel=hidden, text="見えない")

    items = (await client.get("/api/v1/history")).json()["items"]
    page = (await client.get("/reports/history")).text

    assert [each["number"] for each in items] == seen
    assert "見えない" not in page
