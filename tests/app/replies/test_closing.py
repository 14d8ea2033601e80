"""Send and close: what closing needs is asked before anything is accepted, and may be given with the words."""

from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from tests.support.builders import build_category, build_field, build_team
from tests.support.replying import Desk, held

API = "/api/v1"


@pytest.fixture
def path(desk: Desk) -> str:
    return f"{API}/tickets/{desk.ticket_id}"


async def strict(desk: Desk) -> int:
    """The ticket's team wants a category and an order number; the id of a category."""
    async with desk.database.transaction() as session:
        team = await build_team(session, name="返品")
        team.is_category_required = True
        await build_field(session, is_required=True)
        (await held(session, desk.ticket_id)).team_id = team.id
        return (await build_category(session)).id


async def send(client: AsyncClient, path: str, **fields: Any) -> Any:
    token = (await client.put(f"{path}/lock")).json()["token"]
    body = {"lock_token": token, "base_version": 1, "text": "お送りします。", **fields}
    return await client.post(f"{path}/replies", json=body)


async def test_nothing_leaves_before_the_ticket_can_be_closed(
    desk: Desk, client: AsyncClient, agent: Agent, path: str
) -> None:
    await strict(desk)

    answer = await send(client, path, next_status="done")

    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (
        422,
        ["category_id", "fields.order"],
    )
    assert (await client.get(f"{API}/outbox")).json()["items"] == []
    assert len((await client.get(f"{path}/messages")).json()["items"]) == 1


async def test_what_closing_needs_is_given_with_the_words(
    desk: Desk, client: AsyncClient, agent: Agent, path: str
) -> None:
    category = await strict(desk)

    answer = await send(client, path, next_status="done", category_id=category, fields={"order": "A-1"})

    told = (await client.get(path)).json()
    assert answer.status_code == 201
    assert (told["phase"], told["category"]["id"], told["fields"]) == ("done", category, {"order": "A-1"})


async def test_a_reply_that_stays_open_asks_for_nothing(
    desk: Desk, client: AsyncClient, agent: Agent, path: str
) -> None:
    await strict(desk)

    answer = await send(client, path, next_status="in_progress")

    assert answer.status_code == 201


async def test_a_reply_may_hold_the_ticket_with_its_reason(
    desk: Desk, client: AsyncClient, agent: Agent, path: str
) -> None:
    without = await send(client, path, next_status="on_hold")
    answer = await send(client, path, next_status="on_hold", hold_reason="入荷待ち")

    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "hold_reason")
    assert answer.status_code == 201
    assert (await client.get(path)).json()["hold_reason"] == "入荷待ち"


async def test_what_is_sent_later_cannot_hold(desk: Desk, client: AsyncClient, agent: Agent, path: str) -> None:
    later = {"send_at": "2099-01-01T00:00:00Z", "next_status": "on_hold", "hold_reason": "入荷待ち"}

    answer = await send(client, path, **later)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "next_status")
