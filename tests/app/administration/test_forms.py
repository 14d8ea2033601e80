"""Web forms in the settings: made, worded, filled with fields, without any script."""

import re
from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from app.channels.models import FORM, Channel
from app.core.database import Database
from app.webforms import queries
from app.webforms.models import FormChoice, FormField
from tests.support.builders import build_category, build_channel

NEW = {"name": "サイト", "title_ja": "お問い合わせ"}


async def make(desk: AsyncClient, **others: Any) -> str:
    """The address of its page in the settings."""
    made = await desk.post("/admin/forms", data={**NEW, **others})
    assert made.status_code == 303, made.text
    return made.headers["location"].partition("?")[0]


async def the_form(database: Database) -> Channel:
    async with database.reading() as session:
        return (await session.scalars(select(Channel).where(Channel.kind == FORM))).one()


async def fields_of(database: Database) -> list[FormField]:
    channel = await the_form(database)
    async with database.reading() as session:
        return list(await queries.list_fields(session, channel.id))


async def choices_of(database: Database) -> list[FormChoice]:
    async with database.reading() as session:
        return list(await session.scalars(select(FormChoice).order_by(FormChoice.position)))


def page_of(text: str) -> dict[str, Any]:
    """What a browser would send of the page of fields."""
    inputs = re.findall(r'<input(?![^>]*type="checkbox")[^>]* name="([^"]+)" value="([^"]*)"', text)
    inputs += re.findall(r'<input(?![^>]*type="checkbox")[^>]* id="[^"]+" name="([^"]+)" value="([^"]*)"', text)
    found: dict[str, Any] = {}
    for name, value in dict.fromkeys(inputs):
        many = name == "rows" or name.endswith(".choices")
        found[name] = [*found.get(name, []), value] if many else value
    return found


async def test_a_form_is_made_and_asks_for_the_inquiry(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        mailbox = await build_channel(session)

    where = await make(desk, mail_channel_id=str(mailbox.id), sites="https://www.Example.jp\nexample.com")

    channel = await the_form(database)
    [field] = await fields_of(database)
    page = (await desk.get(where)).text
    assert channel.settings["sites"] == ["https://www.example.jp", "https://example.com"]
    assert channel.mail_channel_id == mailbox.id
    assert field.label_ja == "お問い合わせ内容"
    assert f"/forms/{channel.key}/embed.js" in page


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_made(desk: AsyncClient, database: Database) -> None:
    for wrong in ("https://example.jp/path", "javascript:alert(1)", "https://a.jp; script-src *", "https://"):
        answer = await desk.post("/admin/forms", data={**NEW, "sites": wrong})

        assert answer.status_code == 422, wrong
        assert 'id="sites-help"' in answer.text
    untitled = await desk.post("/admin/forms", data={"name": "サイト"})

    assert untitled.status_code == 422
    async with database.reading() as session:
        assert (await session.scalars(select(Channel).where(Channel.kind == FORM))).all() == []


async def test_fields_are_added_moved_and_saved_by_the_pages_own_buttons(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        category = await build_category(session, name="返品")
    where = f"{await make(desk)}/fields"
    added = page_of((await desk.post(where, data={**page_of((await desk.get(where)).text), "act": "add choice"})).text)
    typed = {
        **added,
        "n1.label_ja": "ご用件",
        "n1m1.label_ja": "返品",
        "n1m1.category_id": str(category.id),
        "n1m2.label_en": "Other",
        "n1.is_required": "true",
    }
    moved = await desk.post(where, data={**typed, "act": "up n1"})
    in_order = {**typed, "rows": page_of(moved.text)["rows"]}

    saved = await desk.post(where, data={**in_order, "act": "save"})

    assert saved.status_code == 303
    assert [(row.label_ja, row.kind, row.is_required) for row in await fields_of(database)] == [
        ("ご用件", "choice", True),
        ("お問い合わせ内容", "long", False),
    ]
    assert [(each.label_ja, each.label_en, each.category_id) for each in await choices_of(database)] == [
        ("返品", "", category.id),
        ("", "Other", None),
    ]


async def test_nothing_is_changed_before_it_is_saved(desk: AsyncClient, database: Database) -> None:
    where = f"{await make(desk)}/fields"
    page = page_of((await desk.get(where)).text)

    removed = await desk.post(where, data={**page, "act": f"remove {page['rows'][0]}"})

    assert page_of(removed.text).get("rows") is None
    assert len(await fields_of(database)) == 1


async def test_a_field_that_is_taken_away_goes_with_its_choices(desk: AsyncClient, database: Database) -> None:
    where = f"{await make(desk)}/fields"
    page = page_of((await desk.get(where)).text)
    with_choice = page_of((await desk.post(where, data={**page, "act": "add choice"})).text)
    await desk.post(where, data={**with_choice, "n1.label_ja": "ご用件", "n1m1.label_ja": "返品", "act": "save"})

    await desk.post(where, data={"act": "save"})

    assert await fields_of(database) == []
    assert await choices_of(database) == []


async def test_a_field_without_a_label_and_a_choice_without_choices_are_refused(
    desk: AsyncClient, database: Database
) -> None:
    where = f"{await make(desk)}/fields"
    page = page_of((await desk.get(where)).text)
    added = page_of((await desk.post(where, data={**page, "act": "add choice"})).text)

    unlabelled = await desk.post(where, data={**added, "act": "save"})
    unfilled = await desk.post(where, data={**added, "n1.label_en": "Topic", "act": "save"})

    assert unlabelled.status_code == unfilled.status_code == 422
    assert 'id="n1.label_ja-error"' in unlabelled.text
    assert 'id="n1m1-error"' in unfilled.text
    assert len(await fields_of(database)) == 1


async def test_the_rows_of_another_form_cannot_be_reached(desk: AsyncClient, database: Database) -> None:
    await make(desk)
    [known] = await fields_of(database)
    other = await make(desk, name="別のフォーム")

    await desk.post(
        f"{other}/fields",
        data={"rows": [f"f{known.id}"], f"f{known.id}.kind": "text", f"f{known.id}.label_ja": "奪", "act": "save"},
    )

    async with database.reading() as session:
        assert (await session.get_one(FormField, known.id)).label_ja == "お問い合わせ内容"


async def test_it_is_paused_and_resumed(desk: AsyncClient, database: Database) -> None:
    where = await make(desk)

    await desk.post(f"{where}/pause")
    was_paused = (await the_form(database)).is_paused
    await desk.post(f"{where}/resumption")

    assert was_paused
    assert not (await the_form(database)).is_paused


async def test_the_confirmation_is_on_and_can_be_worded(desk: AsyncClient) -> None:
    where = await make(desk)
    texts = {"is_on": "true", "subject_ja": "受付 {{案件番号}}", "text_ja": "{{案件番号}}で受け付けました。"}

    before = await desk.get(f"{where}/auto-reply")
    saved = await desk.post(f"{where}/auto-reply", data=texts)
    unknown = await desk.post(f"{where}/auto-reply", data={**texts, "text_ja": "{{存在しない}}"})

    assert 'name="is_on" value="true" checked' in before.text
    assert saved.status_code == 303
    assert unknown.status_code == 422
