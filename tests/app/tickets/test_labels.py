"""Labels: set as a whole over the API, one line of history, never one that does not exist."""

from typing import Any

import pytest
from httpx import AsyncClient

from app.core.clock import now
from app.core.database import Database
from app.tickets.labels import relabel
from tests.support.builders import build_label, build_ticket


async def _number(database: Database) -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        return ticket.number


async def _labels(database: Database, *names: str) -> list[int]:
    async with database.transaction() as session:
        return [(await build_label(session, name=name)).id for name in names]


async def _label_events(client: AsyncClient, number: int) -> list[Any]:
    events = (await client.get(f"/api/v1/tickets/{number}/events")).json()["items"]
    return [each["changes"]["labels"] for each in events if each["kind"] == "labels_changed"]


async def test_the_labels_of_a_patch_are_all_that_it_then_has(database: Database, client: AsyncClient) -> None:
    number, (refund, waiting, vip) = await _number(database), await _labels(database, "返金", "連絡待ち", "VIP")
    await client.patch(f"/api/v1/tickets/{number}", json={"labels": [refund, waiting]})

    answer = await client.patch(f"/api/v1/tickets/{number}", json={"labels": [waiting, vip]})

    assert sorted(each["name"] for each in answer.json()["labels"]) == ["VIP", "連絡待ち"]
    assert answer.json() == (await client.get(f"/api/v1/tickets/{number}")).json()
    assert await _label_events(client, number) == [
        {"added": [refund, waiting], "removed": []},
        {"added": [vip], "removed": [refund]},
    ]


async def test_the_same_labels_again_are_no_change(database: Database, client: AsyncClient) -> None:
    number, ids = await _number(database), await _labels(database, "返金")
    await client.patch(f"/api/v1/tickets/{number}", json={"labels": ids})

    await client.patch(f"/api/v1/tickets/{number}", json={"labels": [*ids, *ids]})

    assert len(await _label_events(client, number)) == 1


async def test_an_unknown_and_an_archived_label_are_refused(database: Database, client: AsyncClient) -> None:
    number = await _number(database)
    async with database.transaction() as session:
        archived = await build_label(session, name="旧")
        archived.archived_at = now()

    answers = [
        await client.patch(f"/api/v1/tickets/{number}", json={"labels": [label_id], "priority": "high"})
        for label_id in (999, archived.id)
    ]

    assert [(each.status_code, each.json()["errors"][0]["field"]) for each in answers] == [(422, "labels")] * 2
    assert (await client.get(f"/api/v1/tickets/{number}")).json()["priority"] == "normal"


async def test_an_archived_label_may_stay_where_it_is(database: Database, client: AsyncClient) -> None:
    number, (old, other) = await _number(database), await _labels(database, "旧", "他")
    await client.patch(f"/api/v1/tickets/{number}", json={"labels": [old]})
    async with database.transaction() as session:
        label = await session.get_one(type(await build_label(session, name="x")), old)
        label.archived_at = now()

    answer = await client.patch(f"/api/v1/tickets/{number}", json={"labels": [old, other]})

    assert answer.status_code == 200
    assert {each["id"] for each in answer.json()["labels"]} == {old, other}


@pytest.mark.parametrize(("add", "remove", "after"), [([0, 1], [2], {0, 1}), ([], [0, 2], set()), ([2], [2], {0, 2})])
async def test_adding_and_removing_in_one_act(
    database: Database, client: AsyncClient, add: list[int], remove: list[int], after: set[int]
) -> None:
    async with database.transaction() as session:
        labels = [await build_label(session, name=name) for name in ("一", "二", "三")]
        ticket = await build_ticket(session)
        await session.flush()
        await relabel(session, ticket, add=[labels[0], labels[2]])

    async with database.transaction() as session:
        ticket = await session.merge(ticket)
        await relabel(session, ticket, add=[labels[each] for each in add], remove=[labels[each] for each in remove])

    told = (await client.get(f"/api/v1/tickets/{ticket.number}")).json()["labels"]
    assert {each["id"] for each in told} == {labels[each].id for each in after}


async def test_the_labels_that_can_be_given_are_listed(database: Database, client: AsyncClient) -> None:
    [label_id] = await _labels(database, "返金")

    answer = await client.get("/api/v1/labels")

    assert answer.json() == {"items": [{"id": label_id, "name": "返金"}], "next_cursor": None}
