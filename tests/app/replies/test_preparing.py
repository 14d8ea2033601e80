"""Nothing that takes long is done while a unit of work holds the ticket, or SQLite's one writer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels.registry import connector_for
from app.core.mail_html import sanitise
from app.replies import preparing
from connectors.contracts import Connector
from tests.support.fixtures_web import Clients
from tests.support.replying import Desk

HTML = "<p>お世話になっております。</p>" * 500
TEXT = "お世話になっております。\n> 引用です。\n" * 500


class Writing:
    """Whether a unit of work that writes is open, asked whenever something costly is done."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.depth = 0
        self.seen: list[tuple[str, int]] = []
        self._transaction = desk.database.transaction
        monkeypatch.setattr(desk.database, "transaction", self.transaction)
        preparing._safe_html.cache_clear()
        preparing._folded.cache_clear()
        monkeypatch.setattr(preparing, "sanitise", self._sanitise)
        monkeypatch.setattr(preparing, "connector_for", self._connector_for)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with self._transaction() as session:
            self.depth += 1
            try:
                yield session
            finally:
                self.depth -= 1

    def _sanitise(self, html: str) -> str:
        self.seen.append(("html", self.depth))
        return sanitise(html)

    def _connector_for(self, kind: str) -> Connector:
        self.seen.append(("text", self.depth))
        return connector_for(kind)


@pytest.fixture
def writing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Writing:
    return Writing(desk, monkeypatch)


async def test_a_long_letter_is_made_ready_before_the_ticket_is_held(
    desk: Desk, client: AsyncClient, writing: Writing
) -> None:
    path = f"/api/v1/tickets/{desk.ticket_id}"
    token = (await client.put(f"{path}/lock")).json()["token"]

    answer = await client.post(
        f"{path}/replies", json={"lock_token": token, "base_version": 1, "text": TEXT, "html": HTML}
    )

    assert answer.status_code == 201, answer.text
    assert sorted(writing.seen) == [("html", 0), ("text", 0)]


async def test_nothing_is_made_ready_for_strangers(desk: Desk, clients: Clients, writing: Writing) -> None:
    stranger = await clients.nobody()

    for headers in ({}, {"Authorization": "Bearer x"}, {"Cookie": "madoguchi=x"}):
        answer = await stranger.post("/api/v1/messages", json={"text": TEXT, "html": HTML}, headers=headers)
        assert answer.status_code == 401

    assert writing.seen == []


@pytest.mark.parametrize("body", ["[" * 6_000, "[" + "1," * 5_000 + "1]", '{"text": ' + "1" * 6_000 + "}", "x" * 6_000])
async def test_what_is_no_letter_is_refused(client: AsyncClient, desk: Desk, body: str) -> None:
    answer = await client.post("/api/v1/messages", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code in {400, 422}
