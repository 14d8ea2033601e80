"""What a mailbox says by itself, at the screen."""

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.audit_models import AuditLine
from app.autoreplies.models import AutoReply
from app.core.database import Database
from tests.support.builders import build_channel

FORM = {
    "is_on": "true",
    "subject_ja": "受付 {{案件番号}}",
    "text_ja": "受け付けました。{{会社名}}",
    "subject_en": "",
    "text_en": "",
}


@pytest_asyncio.fixture
async def path(database: Database) -> str:
    async with database.transaction() as session:
        return f"/admin/mailboxes/{(await build_channel(session)).id}/auto-reply"


async def _saved(database: Database) -> list[AutoReply]:
    async with database.reading() as session:
        return list(await session.scalars(select(AutoReply)))


async def test_it_is_off_with_a_suggestion_until_somebody_saves_it(
    desk: AsyncClient, database: Database, path: str
) -> None:
    page = await desk.get(path)

    assert "お問い合わせを受け付けました" in page.text
    assert "We have received your inquiry" in page.text
    assert await _saved(database) == []


async def test_it_is_saved_and_the_audit_log_knows_without_its_words(
    desk: AsyncClient, database: Database, path: str
) -> None:
    answer = await desk.post(path, data=FORM)

    [found] = await _saved(database)
    assert answer.headers["location"] == f"{path}?saved=1"
    assert (found.is_on, found.texts["ja"]["subject"]) == (True, "受付 {{案件番号}}")
    async with database.reading() as session:
        line = await session.scalar(select(AuditLine).where(AuditLine.subject == "auto_replies"))
    assert line is not None
    assert line.details["changes"]["is_on"] == [False, True]
    assert "受付" not in str(line.details)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text_ja": "{{担当者名}}がご連絡します。"}, "{{担当者名}} は自動返信では埋められません"),
        ({"text_ja": "{{受付}}"}, "{{受付}}"),
        ({"text_ja": " ", "text_en": ""}, "先に文面を入力してください"),
        ({"subject_ja": "一行\n二行"}, "件名"),
    ],
)
async def test_what_nobody_could_fill_is_refused_and_what_was_typed_is_kept(
    desk: AsyncClient, database: Database, path: str, changes: dict[str, str], words: str
) -> None:
    answer = await desk.post(path, data={**FORM, **changes})

    assert answer.status_code == 422
    assert words in answer.text
    assert await _saved(database) == []


async def test_only_mailboxes_have_one(desk: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        phone = await build_channel(session, kind="phone", address="")

    assert (await desk.get(f"/admin/mailboxes/{phone.id}/auto-reply")).status_code == 404
