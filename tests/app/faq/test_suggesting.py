"""What is published is suggested at once, and what is not is not; counts are true."""

import threading
from asyncio import gather
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.database import Database
from app.faq import matching, queries, service
from app.faq.forms import FaqForm
from app.faq.models import FaqEntry
from app.faq.suggesting import suggest

RETURNS, COUPONS = "返品の方法を教えてください", "クーポンが使えません"


async def _add(session: AsyncSession, by: Agent, question: str, *, is_published: bool = True) -> FaqEntry:
    form = FaqForm(question=question, answer="マイページからお申し込みください。", is_published=is_published)
    return await service.add_entry(session, form, by=by)


async def _suggested(database: Database, words: str) -> list[str]:
    async with database.reading() as session:
        return [each.question for each in await suggest(session, words)]


async def test_what_is_published_is_suggested_until_it_is_taken_back(database: Database, lead: Agent) -> None:
    async with database.transaction() as session:
        entry = await _add(session, lead, RETURNS, is_published=False)
        await _add(session, lead, COUPONS)

    draft = await _suggested(database, "返品したいです")
    async with database.transaction() as session:
        await service.publish(session, await queries.get_entry(session, entry.id), True, by=lead)
    published = await _suggested(database, "返品したいです")
    async with database.transaction() as session:
        await service.archive(session, await queries.get_entry(session, entry.id), True, by=lead)
    archived = await _suggested(database, "返品したいです")

    assert (draft, published, archived) == ([], [RETURNS], [])


async def test_an_entry_that_is_reworded_is_found_by_its_new_words(database: Database, lead: Agent) -> None:
    async with database.transaction() as session:
        entry = await _add(session, lead, RETURNS)
        await _add(session, lead, COUPONS)
    await _suggested(database, "返品")

    async with database.transaction() as session:
        form = FaqForm(question="領収書の発行", answer="PDFで発行できます。", is_published=True)
        await service.change_entry(session, await queries.get_entry(session, entry.id), form, by=lead)

    assert await _suggested(database, "返品したい") == []
    assert await _suggested(database, "領収書をください") == ["領収書の発行"]


async def test_counts_are_true_however_many_count_at_once(database: Database, lead: Agent) -> None:
    async with database.transaction() as session:
        first, second = await _add(session, lead, RETURNS), await _add(session, lead, COUPONS)

    async def show() -> None:
        async with database.transaction() as session:
            await service.note_shown(session, [first.id, second.id])

    await gather(*(show() for _ in range(5)))
    async with database.transaction() as session:
        await service.note_helped(session, first.id)
        await service.note_handed_over(session, second.id)

    async with database.reading() as session:
        entries = await queries.list_entries(session, is_archived=False)
    counts = [(each.shown_count, each.helped_count, each.handed_over_count) for each in entries]
    assert counts == [(5, 1, 0), (5, 0, 1)]


async def test_each_database_has_an_index_of_its_own_and_none_suggests_nothing(database: Database) -> None:
    assert await _suggested(database, "返品したい") == []
    assert await _suggested(database, "") == []


async def test_much_to_read_and_long_words_do_not_hold_up_everybody_else(
    database: Database, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.transaction() as session:
        for number in range(3):
            form = FaqForm(question=f"{number}番の返品", answer="返品は三十日以内に。" * 300, is_published=True)
            await service.add_entry(session, form, by=lead)
    beside: list[bool] = []
    for name in ("build", "find"):
        monkeypatch.setattr(matching, name, _noting(getattr(matching, name), beside))

    await gather(*(_suggested(database, "返品したい" * 100) for _ in range(3)))
    await _suggested(database, "返品したい")

    assert beside == [True] * 4 + [False]


def _noting(act: Callable[..., Any], beside: list[bool]) -> Callable[..., Any]:
    def noted(*args: Any, **named: Any) -> Any:
        beside.append(threading.current_thread() is not threading.main_thread())
        return act(*args, **named)

    return noted


async def test_hundreds_of_entries_are_put_into_the_index_too(database: Database, lead: Agent) -> None:
    async with database.transaction() as session:
        session.add_all(
            FaqEntry(question=f"{number}番の商品の保証", answer="一年です。", published_at=lead.created_at)
            for number in range(150)
        )
        await _add(session, lead, RETURNS)

    assert await _suggested(database, "返品したい") == [RETURNS]
