"""What takes long holds nothing: a period is read, and a PDF made, while everybody else works."""

from typing import Any

import pytest

from app.accounts.models import Agent
from app.briefings import contents, routes
from app.briefings.mailing import Press
from app.core.database import Database, is_writing
from tests.support.briefings import build_plan, keep_at, list_briefings
from tests.support.builders import build_channel, build_ticket
from tests.support.fixtures_web import Clients


async def _draft(database: Database, press: Press) -> int:
    async with database.transaction() as session:
        await build_ticket(session, channel=await build_channel(session))
    await build_plan(database)
    await keep_at(press)
    [briefing] = await list_briefings(database)
    return briefing.id


async def test_numbers_are_read_anew_before_anything_is_held(
    database: Database, press: Press, clients: Clients, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    briefing_id = await _draft(database, press)
    read, held = contents.read_contents, []

    async def noting(session: Any, *asked: Any, **named: Any) -> dict[str, Any]:
        held.append(is_writing(session))
        return {**await read(session, *asked, **named), "title": "数え直した"}

    monkeypatch.setattr(contents, "read_contents", noting)

    answer = await (await clients.of(lead)).post(f"/briefings/{briefing_id}/recount")

    [briefing] = await list_briefings(database)
    assert (answer.status_code, held) == (303, [False])
    assert briefing.contents["title"] == "数え直した"


async def test_the_pdf_of_a_draft_is_made_without_a_connection(
    database: Database, press: Press, clients: Clients, lead: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    briefing_id = await _draft(database, press)
    connections: list[str] = []

    def noting(sheet: Any) -> bytes:
        connections.append(database.reader.pool.status())
        return b"%PDF"

    monkeypatch.setattr(routes, "make_pdf", noting)
    leads = await clients.of(lead)
    idle = database.reader.pool.status()

    answer = await leads.get(f"/briefings/{briefing_id}/pdf")

    assert answer.content == b"%PDF"
    assert connections == [idle]
