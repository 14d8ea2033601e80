"""Leads keep the FAQ; nobody else comes in."""

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent, Role
from app.core.database import Database
from app.faq import queries, service
from app.faq.models import FaqEntry
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients

PATH = "/settings/faq"
WRITTEN = {"question": "返品の方法", "answer": "マイページから\r\n申し込めます。", "keywords": "返送", "language": "ja"}


async def _entries(database: Database, *, is_archived: bool = False) -> list[FaqEntry]:
    async with database.reading() as session:
        return list(await queries.list_entries(session, is_archived=is_archived))


@pytest.mark.parametrize("role", [Role.AGENT, Role.CS])
async def test_agents_do_not_come_in(database: Database, clients: Clients, role: Role) -> None:
    async with database.transaction() as session:
        somebody = await build_agent(session, role=role)
    client = await clients.of(somebody)

    assert (await client.get(PATH)).status_code == 403
    assert (await client.post(PATH, data=WRITTEN)).status_code == 403
    assert await _entries(database) == []


async def test_an_entry_is_written_published_counted_and_archived(
    database: Database, clients: Clients, lead: Agent
) -> None:
    client = await clients.of(lead)
    empty = (await client.get(PATH)).text
    await client.post(PATH, data=WRITTEN)
    (draft,) = await _entries(database)

    await client.post(f"{PATH}/{draft.id}/publication")
    async with database.transaction() as session:
        await service.note_shown(session, [draft.id])
        await service.note_helped(session, draft.id)
    listed = (await client.get(PATH, params={"q": "返品したいです"})).text
    (published,) = await _entries(database)
    await client.post(f"{PATH}/{draft.id}/archiving")
    (archived,) = await _entries(database, is_archived=True)
    await client.post(f"{PATH}/{draft.id}/restoring")
    (restored,) = await _entries(database)

    assert "エントリはまだありません" not in listed
    assert "100%" in listed
    assert listed.count("返品の方法") == 2, "in the list, and as what a visitor would be shown"
    assert empty.count("返品の方法") == 0
    assert (draft.published_at, draft.answer) == (None, "マイページから\n申し込めます。")
    assert published.published_at is not None
    assert archived.published_at is None
    assert (restored.published_at, restored.shown_count) == (None, 1)


async def test_what_is_wrong_is_said_at_its_field_with_the_text_kept(
    database: Database, clients: Clients, lead: Agent
) -> None:
    client = await clients.of(lead)

    answer = await client.post(PATH, data={**WRITTEN, "question": " "})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "申し込めます。" in answer.text
    assert await _entries(database) == []


async def test_an_entry_that_does_not_exist_is_not_found(clients: Clients, lead: Agent) -> None:
    client: AsyncClient = await clients.of(lead)

    assert (await client.get(f"{PATH}/99")).status_code == 404
