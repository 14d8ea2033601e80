"""Closing asks for the category and the fields that a team needs, over every way."""

from typing import Any

from httpx import AsyncClient

from app.core.database import Database
from app.tickets.classification_models import FieldKind
from tests.support.builders import build_category, build_field, build_team, build_ticket


async def _ticket_of_strict_team(database: Database, *, has_field: bool = True) -> tuple[str, int]:
    """The path of a ticket, and a category."""
    async with database.transaction() as session:
        team = await build_team(session)
        team.is_category_required = True
        if has_field:
            await build_field(session, is_required=True)
            await build_field(
                session, key="checked", name="本人確認", kind=FieldKind.CHECK, team=team, is_required=True
            )
        category = await build_category(session)
        ticket = await build_ticket(session)
        ticket.team_id = team.id
        await session.flush()
        return f"/api/v1/tickets/{ticket.number}", category.id


def _fields(answer: Any) -> list[str]:
    return [each["field"] for each in answer.json()["errors"]]


async def test_everything_that_is_missing_is_said_at_once(database: Database, client: AsyncClient) -> None:
    path, _ = await _ticket_of_strict_team(database)

    answer = await client.patch(path, json={"status": "done"})

    assert answer.status_code == 422
    assert _fields(answer) == ["category_id", "fields.checked", "fields.order"]
    assert "注文番号" in answer.json()["errors"][2]["message"]
    assert (await client.get(path)).json()["phase"] == "new"


async def test_with_all_of_it_the_same_act_closes(database: Database, client: AsyncClient) -> None:
    path, category = await _ticket_of_strict_team(database)

    unticked = await client.patch(
        path, json={"fields": {"checked": False, "order": "A"}, "category_id": category, "status": "done"}
    )
    answer = await client.patch(
        path, json={"fields": {"checked": True, "order": "A"}, "category_id": category, "status": "done"}
    )

    assert _fields(unticked) == ["fields.checked"]
    assert answer.json()["phase"] == "done"


async def test_other_statuses_and_other_teams_ask_for_nothing(database: Database, client: AsyncClient) -> None:
    path, _ = await _ticket_of_strict_team(database, has_field=False)

    in_progress = await client.patch(path, json={"status": "in_progress"})
    teamless = await client.patch(path, json={"team_id": None, "status": "done"})

    assert (in_progress.status_code, teamless.json()["phase"]) == (200, "done")


async def test_the_form_of_the_page_refuses_too(database: Database, client: AsyncClient) -> None:
    path, _ = await _ticket_of_strict_team(database)

    answer = await client.post(
        path.removeprefix("/api/v1") + "/status", data={"status": "done"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert (await client.get(path)).json()["phase"] == "new"
