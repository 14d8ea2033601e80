"""Verbs as forms of pages: back to the ticket, with the list beside it as it was."""

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from tests.support.builders import build_ticket


async def _ticket(database: Database) -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        return ticket.number


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("status", {"status": "done"}),
        ("assignment", {"assignee_id": ""}),
        ("team", {"team_id": ""}),
        ("category", {"category_id": ""}),
        ("notes", {"text": "メモ"}),
    ],
)
async def test_a_form_goes_back_to_the_ticket(
    database: Database, client: AsyncClient, form: str, values: dict[str, str]
) -> None:
    number = await _ticket(database)
    headers = {"HX-Current-URL": f"http://127.0.0.1:8000/tickets/{number}?tab=mine&channel=2&other=1"}

    answer = await client.post(f"/tickets/{number}/{form}", data=values, headers=headers)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/tickets/{number}?tab=mine&channel=2"


async def test_a_menu_assigns(database: Database, client: AsyncClient, agent: Agent) -> None:
    number = await _ticket(database)

    await client.post(f"/tickets/{number}/assignment", data={"assignee_id": str(agent.id)})

    assert (await client.get(f"/api/v1/tickets/{number}")).json()["assignee"]["id"] == agent.id


async def test_a_wrong_choice_is_told_in_the_flash(database: Database, client: AsyncClient) -> None:
    number = await _ticket(database)

    answer = await client.post(
        f"/tickets/{number}/assignment", data={"assignee_id": "999"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#flash"


async def test_no_form_without_the_pages_token(database: Database, client: AsyncClient) -> None:
    number = await _ticket(database)
    del client.headers["X-CSRF-Token"]

    answer = await client.post(f"/tickets/{number}/status", data={"status": "done"})

    assert answer.status_code == 403
