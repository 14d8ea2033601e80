"""Spam and trash: out of lists and counts, restored by hand; a customer who writes again is never missed."""

from typing import Any

import pytest
from httpx import AsyncClient

from app.core.database import Database
from app.tickets.disposal import trash
from app.tickets.models import Phase
from app.tickets.queries import find_ticket
from tests.support.builders import build_channel, build_message, build_team, build_ticket


async def _number(database: Database, phase: Phase = Phase.NEW) -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session, phase=phase)
        await session.flush()
        return ticket.number


async def _counts(client: AsyncClient) -> dict[str, int]:
    return {each["key"]: each["count"] for each in (await client.get("/api/v1/tabs")).json()}


async def _numbers(client: AsyncClient, query: str = "") -> list[int]:
    return [each["number"] for each in (await client.get(f"/api/v1/tickets{query}")).json()["items"]]


async def _write_again(database: Database, number: int, *, is_automatic: bool = False) -> None:
    async with database.transaction() as session:
        ticket = await find_ticket(session, number)
        assert ticket is not None
        await build_message(session, ticket, is_automatic=is_automatic)


async def _events(client: AsyncClient, number: int) -> list[Any]:
    return list((await client.get(f"/api/v1/tickets/{number}/events")).json()["items"])


@pytest.mark.parametrize("way", ["spam", "trash"])
@pytest.mark.parametrize("phase", [Phase.NEW, Phase.DONE])
async def test_it_is_nowhere_until_it_is_restored(
    database: Database, client: AsyncClient, way: str, phase: Phase
) -> None:
    number = await _number(database, phase)

    gone = await client.post(f"/api/v1/tickets/{number}/{way}")
    while_gone = (await _counts(client))[phase], await _numbers(client)
    back = await client.delete(f"/api/v1/tickets/{number}/{way}")

    field = {"spam": "spam_at", "trash": "trashed_at"}[way]
    assert gone.json()[field] is not None
    assert while_gone == (0, [])
    assert back.json()[field] is None
    assert ((await _counts(client))[phase], await _numbers(client)) == (1, [number])


async def test_both_at_once_come_back_only_when_both_are_taken_away(database: Database, client: AsyncClient) -> None:
    number = await _number(database)
    await client.post(f"/api/v1/tickets/{number}/spam")
    await client.post(f"/api/v1/tickets/{number}/trash")

    await client.delete(f"/api/v1/tickets/{number}/trash")
    still_spam = await _numbers(client)
    await client.delete(f"/api/v1/tickets/{number}/spam")

    assert still_spam == []
    assert await _numbers(client) == [number]


async def test_twice_is_one_event(database: Database, client: AsyncClient) -> None:
    number = await _number(database)

    for _ in range(2):
        await client.post(f"/api/v1/tickets/{number}/trash")

    changes = [each["changes"] for each in await _events(client, number) if each["kind"] == "trash_changed"]
    assert changes == [{"is_trashed": {"before": False, "after": True}}]


@pytest.mark.parametrize("phase", list(Phase))
async def test_from_the_trash_the_customers_next_words_bring_it_to_the_new_ones(
    database: Database, client: AsyncClient, phase: Phase
) -> None:
    number = await _number(database, phase)
    await client.post(f"/api/v1/tickets/{number}/trash")

    await _write_again(database, number)

    told = (await client.get(f"/api/v1/tickets/{number}")).json()
    assert (told["trashed_at"], told["phase"], told["done_at"]) == (None, "new", None)
    assert (await _counts(client))["new"] == 1
    kinds = [each["kind"] for each in await _events(client, number)]
    assert ("reopened" in kinds) == (phase is not Phase.NEW)


async def test_a_machines_answer_stays_in_the_trash(database: Database, client: AsyncClient) -> None:
    number = await _number(database)
    await client.post(f"/api/v1/tickets/{number}/trash")

    await _write_again(database, number, is_automatic=True)

    assert await _numbers(client) == []


async def test_spam_stays_spam_whatever_its_sender_writes(database: Database, client: AsyncClient) -> None:
    number = await _number(database)
    await client.post(f"/api/v1/tickets/{number}/spam")

    await _write_again(database, number)

    assert await _numbers(client) == []
    assert (await _counts(client))["new"] == 0


async def test_it_is_listed_where_it_is_asked_for(database: Database, client: AsyncClient) -> None:
    spam, thrown, kept = [await _number(database) for _ in range(3)]
    await client.post(f"/api/v1/tickets/{spam}/spam")
    await client.post(f"/api/v1/tickets/{thrown}/trash")

    lists = [await _numbers(client, query) for query in ("?aside=spam", "?aside=trash", "")]
    refused = await client.get("/api/v1/tickets?aside=spam&phase=new")

    assert lists == [[spam], [thrown], [kept]]
    assert refused.status_code == 422


async def test_what_is_not_seen_is_in_no_trash(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel])
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
        trash(session, ticket, True)

    assert await _numbers(client, "?aside=trash") == []
    assert 'data-tab-count="trash">0<' in (await client.get("/tickets?tab=trash")).text


async def test_the_pages_of_spam_and_trash_show_and_count_it(database: Database, client: AsyncClient) -> None:
    number = await _number(database)
    await client.post(f"/api/v1/tickets/{number}/trash")

    pages = {tab: (await client.get(f"/tickets?tab={tab}")).text for tab in ("trash", "spam", "new")}

    assert [f'id="ticket-{number}"' in pages[tab] for tab in ("trash", "spam", "new")] == [True, False, False]
    assert all('data-tab-count="trash">1<' in page for page in pages.values())
