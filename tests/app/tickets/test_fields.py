"""Fields of the organisation's own: validated by kind at the field, their words never in the history."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.core.database import Database
from app.tickets.classification_models import FieldChoice, FieldKind
from tests.support.builders import build_field, build_team, build_ticket


async def _path(database: Database) -> str:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        return f"/api/v1/tickets/{ticket.number}"


async def _field(database: Database, kind: FieldKind) -> None:
    async with database.transaction() as session:
        await build_field(session, key="x", kind=kind)


async def _changes(client: AsyncClient, path: str) -> list[Any]:
    events = (await client.get(f"{path}/events")).json()["items"]
    return [each["changes"] for each in events if each["kind"] == "field_changed"]


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        (FieldKind.TEXT, " A-100 ", "A-100"),
        (FieldKind.NUMBER, 12, 12),
        (FieldKind.NUMBER, "１，２００．５", 1200.5),
        (FieldKind.DATE, "2026-11-20", "2026-11-20"),
        (FieldKind.CHECK, True, True),
        (FieldKind.CHECK, "false", False),
    ],
)
async def test_a_value_is_kept_as_its_kind_has_it(
    database: Database, client: AsyncClient, kind: FieldKind, given: object, told: object
) -> None:
    path = await _path(database)
    await _field(database, kind)

    answer = await client.patch(path, json={"fields": {"x": given}})

    assert answer.json()["fields"] == {"x": told}
    assert (await client.get(path)).json() == answer.json()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FieldKind.TEXT, 7),
        (FieldKind.TEXT, "長" * 2001),
        (FieldKind.NUMBER, "七"),
        (FieldKind.NUMBER, True),
        (FieldKind.NUMBER, 10**400),
        (FieldKind.NUMBER, "nan"),
        (FieldKind.DATE, "昨日"),
        (FieldKind.DATE, 20261120),
        (FieldKind.CHECK, "perhaps"),
        (FieldKind.CHECK, []),
        (FieldKind.CHOICE, 999),
        (FieldKind.CHOICE, True),
        (FieldKind.CHOICE, {"id": 1}),
    ],
)
async def test_what_its_kind_does_not_allow_is_refused_at_the_field(
    database: Database, client: AsyncClient, kind: FieldKind, given: object
) -> None:
    path = await _path(database)
    await _field(database, kind)

    answer = await client.patch(path, json={"fields": {"x": given}, "priority": "high"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "fields.x")
    assert (await client.get(path)).json()["priority"] == "normal"


async def test_a_choice_is_given_by_id_and_told_with_its_name(database: Database, client: AsyncClient) -> None:
    path = await _path(database)
    async with database.transaction() as session:
        field = await build_field(session, key="plan", kind=FieldKind.CHOICE, choices=["無料", "有料"])
        ids = (await session.scalars(select(FieldChoice.id).order_by(FieldChoice.id))).all()

    await client.patch(path, json={"fields": {"plan": ids[0]}})
    answer = await client.patch(path, json={"fields": {"plan": ids[1]}})

    assert answer.json()["fields"] == {"plan": {"id": ids[1], "name": "有料"}}
    assert (await _changes(client, path))[-1] == {
        "field": {"id": field.id, "name": field.name},
        "choice_id": {"before": ids[0], "after": ids[1]},
    }


async def test_a_text_is_not_in_the_history(database: Database, client: AsyncClient) -> None:
    path = await _path(database)
    async with database.transaction() as session:
        field = await build_field(session)

    await client.patch(path, json={"fields": {"order": "秘密の番号"}})

    assert await _changes(client, path) == [{"field": {"id": field.id, "name": field.name}}]


async def test_null_clears_and_the_same_again_is_no_change(database: Database, client: AsyncClient) -> None:
    path = await _path(database)
    async with database.transaction() as session:
        await build_field(session)
    for value in ("A-1", "A-1", None, None, ""):
        answer = await client.patch(path, json={"fields": {"order": value}})

    assert answer.json()["fields"] == {}
    assert len(await _changes(client, path)) == 2


async def test_a_field_of_another_team_does_not_exist_here(database: Database, client: AsyncClient) -> None:
    path = await _path(database)
    async with database.transaction() as session:
        team = await build_team(session)
        await build_field(session, team=team)

    before = await client.patch(path, json={"fields": {"order": "A-1"}})
    after = await client.patch(path, json={"fields": {"order": "A-1"}, "team_id": team.id})

    assert (before.status_code, before.json()["errors"][0]["field"]) == (422, "fields.order")
    assert after.json()["fields"] == {"order": "A-1"}
