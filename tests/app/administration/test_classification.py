"""Statuses, categories, labels and fields at the screen."""

from collections.abc import Sequence
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.core.database import Database
from app.tickets.classification_models import Field, FieldChoice, Label
from app.tickets.models import Category, Status
from tests.support.builders import build_team


async def rows_of(database: Database, table: Any) -> Sequence[Any]:
    async with database.reading() as session:
        return (await session.scalars(select(table).order_by(table.position, table.id))).all()


async def names_of(database: Database, table: Any) -> list[str]:
    return [row.name for row in await rows_of(database, table) if row.archived_at is None]


async def add_category(desk: AsyncClient, database: Database, name: str, parent_id: int | None = None) -> Category:
    answer = await desk.post("/admin/categories", data={"name": name, "parent_id": str(parent_id or "")})
    assert answer.status_code == 303, answer.text
    found = await rows_of(database, Category)
    made: Category = max(found, key=lambda row: row.id)
    return made


@pytest.mark.parametrize(
    ("noun", "form", "table"),
    [
        ("labels", {"name": "部品待ち", "colour": "teal"}, Label),
        ("statuses", {"name": "業者確認", "phase": "in_progress", "needs_reason": "true"}, Status),
        ("categories", {"name": "返品"}, Category),
        ("fields", {"name": "注文番号", "kind": "text"}, Field),
    ],
)
async def test_what_is_made_is_listed_and_no_name_is_taken_twice(
    desk: AsyncClient, database: Database, noun: str, form: dict[str, str], table: Any
) -> None:
    answer = await desk.post(f"/admin/{noun}", data=form)
    again = await desk.post(f"/admin/{noun}", data={**form, "name": f" {form['name']} "})

    assert answer.status_code == 303
    assert form["name"] in (await desk.get(f"/admin/{noun}")).text
    assert again.status_code == 422
    assert "この名前はすでに使われています" in again.text
    assert f'value="{form["name"]}"' in again.text or f'value=" {form["name"]} "' in again.text
    assert (await names_of(database, table)).count(form["name"]) == 1


@pytest.mark.parametrize(("noun", "table"), [("labels", Label), ("fields", Field)])
async def test_archived_is_not_deleted_and_comes_back(
    desk: AsyncClient, database: Database, noun: str, table: Any
) -> None:
    await desk.post(f"/admin/{noun}", data={"name": "A", "kind": "number"})
    row = (await rows_of(database, table))[0]

    await desk.post(f"/admin/{noun}/{row.id}/archive")
    archived = await names_of(database, table)
    await desk.post(f"/admin/{noun}/{row.id}/restoration")

    assert archived == []
    assert await names_of(database, table) == ["A"]


async def test_labels_are_put_in_order(desk: AsyncClient, database: Database) -> None:
    for name in "ABC":
        await desk.post("/admin/labels", data={"name": name})
    a, b, c = (row.id for row in await rows_of(database, Label))

    await desk.post("/admin/labels/order", data={"ids": f"{c},{a},{b}"})
    dragged = await names_of(database, Label)
    await desk.post("/admin/labels/order", data={"ids": f"{c},{a},{b}", "up": str(b)})

    assert dragged == ["C", "A", "B"]
    assert await names_of(database, Label) == ["C", "B", "A"]


async def test_a_colour_is_of_the_palette(desk: AsyncClient) -> None:
    answer = await desk.post("/admin/labels", data={"name": "A", "colour": "red; background: url(x)"})

    assert answer.status_code == 422


async def test_a_built_in_status_is_renamed_but_stays(desk: AsyncClient, database: Database) -> None:
    await desk.post("/admin/statuses/1", data={"name": "未対応", "phase": "done"})

    archived = await desk.post("/admin/statuses/1/archive")

    status = next(row for row in await rows_of(database, Status) if row.id == 1)
    assert (status.name, status.phase, status.archived_at) == ("未対応", "new", None)
    assert archived.status_code == 409
    assert "未対応" in (await desk.get("/")).text


async def test_a_status_belongs_to_a_team_and_keeps_its_phase(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        team = await build_team(session)
    await desk.post("/admin/statuses", data={"name": "確認中", "phase": "new"})
    made = next(row for row in await rows_of(database, Status) if row.name == "確認中")

    await desk.post(f"/admin/statuses/{made.id}", data={"name": "確認中", "phase": "done", "team_id": str(team.id)})

    changed = next(row for row in await rows_of(database, Status) if row.id == made.id)
    assert (changed.phase, changed.team_id, changed.needs_reason) == ("new", team.id, False)


async def test_a_category_moves_with_what_is_below(desk: AsyncClient, database: Database) -> None:
    top = await add_category(desk, database, "製品")
    other = await add_category(desk, database, "その他")
    inner = await add_category(desk, database, "故障", top.id)
    leaf = await add_category(desk, database, "電源", inner.id)

    answer = await desk.post(f"/admin/categories/{inner.id}", data={"name": "故障", "parent_id": str(other.id)})

    rows = {row.id: row for row in await rows_of(database, Category)}
    assert answer.status_code == 303
    assert rows[leaf.id].path == f"/{other.id}/{inner.id}/{leaf.id}/"
    assert (rows[inner.id].level, rows[leaf.id].level) == (2, 3)


async def test_categories_have_three_levels_and_no_circle(desk: AsyncClient, database: Database) -> None:
    top = await add_category(desk, database, "製品")
    inner = await add_category(desk, database, "故障", top.id)
    leaf = await add_category(desk, database, "電源", inner.id)
    other = await add_category(desk, database, "その他")

    too_deep = await desk.post("/admin/categories", data={"name": "コード", "parent_id": str(leaf.id)})
    moved_too_deep = await desk.post(f"/admin/categories/{top.id}", data={"name": "製品", "parent_id": str(other.id)})
    circle = await desk.post(f"/admin/categories/{top.id}", data={"name": "製品", "parent_id": str(leaf.id)})

    assert [too_deep.status_code, moved_too_deep.status_code, circle.status_code] == [422, 422, 422]
    assert {row.id: row.parent_id for row in await rows_of(database, Category)}[top.id] is None


async def test_a_category_is_archived_with_what_is_below_and_restored_with_what_is_above(
    desk: AsyncClient, database: Database
) -> None:
    top = await add_category(desk, database, "製品")
    inner = await add_category(desk, database, "故障", top.id)
    await desk.post(f"/admin/categories/{top.id}/archive")
    archived = await names_of(database, Category)

    await desk.post(f"/admin/categories/{inner.id}/restoration")

    assert archived == []
    assert sorted(await names_of(database, Category)) == ["故障", "製品"]


async def test_choices_of_a_field_are_renamed_added_and_taken_away(desk: AsyncClient, database: Database) -> None:
    form = {"name": "色", "kind": "choice", "choice_ids": ["", "", ""], "choice_names": ["赤", "青", ""]}
    await desk.post("/admin/fields", data=form)
    field = (await rows_of(database, Field))[0]
    red, blue = (row.id for row in await rows_of(database, FieldChoice))

    await desk.post(
        f"/admin/fields/{field.id}",
        data={"name": "色", "choice_ids": [str(red), str(blue), ""], "choice_names": ["", "紺", "緑"]},
    )

    assert await names_of(database, FieldChoice) == ["紺", "緑"]
    rows = {row.id: row for row in await rows_of(database, FieldChoice)}
    assert (rows[blue].name, rows[red].archived_at is not None) == ("紺", True)


async def test_a_choice_needs_choices(desk: AsyncClient) -> None:
    answer = await desk.post(
        "/admin/fields", data={"name": "色", "kind": "choice", "choice_ids": [""], "choice_names": [""]}
    )

    assert answer.status_code == 422
    assert "選択肢を1つ以上" in answer.text
