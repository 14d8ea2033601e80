"""One act over many tickets: what is done, what is not and why, and the way back; on both databases."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from app.accounts.audiences import viewer_of
from app.accounts.models import Agent
from app.bulk import jobs, service
from app.bulk.forms import BulkForm
from app.core import clock
from app.core.database import Database
from app.replies import locks
from app.tickets import queries as ticket_queries
from app.tickets import service as tickets
from tests.support.builders import (
    build_agent,
    build_category,
    build_channel,
    build_label,
    build_status,
    build_team,
    build_ticket,
)
from tests.support.fixtures_web import Clients

RUNS = "/api/v1/bulk"


async def _tickets(database: Database, count: int) -> list[int]:
    async with database.transaction() as session:
        channel = await build_channel(session)
        made = [await build_ticket(session, channel=channel, subject=f"問い合わせ {n}") for n in range(count)]
        await session.flush()
        return [ticket.number for ticket in made]


def _asked(numbers: list[int], version: int | None = 1, **changes: Any) -> dict[str, Any]:
    return {"tickets": [{"number": number, "version": version} for number in numbers], "changes": changes}


async def _run(database: Database, client: AsyncClient, asked: dict[str, Any]) -> Any:
    begun = await client.post(RUNS, json=asked)
    assert begun.status_code == 201, begun.text
    await jobs.carry_all(database)
    return (await client.get(f"{RUNS}/{begun.json()['id']}")).json()


async def _undo(database: Database, client: AsyncClient, run_id: int) -> Any:
    begun = (await client.post(f"{RUNS}/{run_id}/undo")).json()
    await jobs.carry_all(database)
    return (await client.get(f"{RUNS}/{begun['id']}")).json()


async def _read(client: AsyncClient, number: int) -> Any:
    return (await client.get(f"/api/v1/tickets/{number}")).json()


def _numbers(run: Any) -> tuple[int, int, int, int]:
    return run["done"], run["unchanged"], run["refused"], run["waiting"]


async def test_many_tickets_are_changed_in_one_act(database: Database, client: AsyncClient, agent: Agent) -> None:
    numbers = await _tickets(database, 30)
    async with database.transaction() as session:
        category, label = await build_category(session), await build_label(session)
        ids = category.id, label.id

    run = await _run(
        database,
        client,
        _asked(numbers, assignee_id=agent.id, category_id=ids[0], add_labels=[ids[1]], status="done"),
    )

    assert _numbers(run) == (30, 0, 0, 0)
    assert run["finished_at"] is not None
    read = await _read(client, numbers[17])
    assert (read["assignee"]["id"], read["category"]["id"], read["status"]["key"]) == (agent.id, ids[0], "done")
    assert [each["id"] for each in read["labels"]] == [ids[1]]


async def test_what_is_so_already_is_unchanged(database: Database, client: AsyncClient, agent: Agent) -> None:
    numbers = await _tickets(database, 2)
    await client.patch(f"/api/v1/tickets/{numbers[0]}", json={"assignee_id": agent.id})

    run = await _run(database, client, _asked(numbers, assignee_id=agent.id))

    assert _numbers(run) == (1, 1, 0, 0)


async def test_a_ticket_that_somebody_answers_is_left_alone(database: Database, client: AsyncClient) -> None:
    numbers = await _tickets(database, 3)
    async with database.transaction() as session:
        other = await build_agent(session, name="鈴木 次郎")
        ticket = await ticket_queries.find_ticket(session, numbers[1])
        assert ticket is not None
        await locks.take(session, ticket, other)

    run = await _run(database, client, _asked(numbers, status="done"))

    assert _numbers(run) == (2, 0, 1, 0)
    refusal = run["refusals"][0]
    assert (refusal["number"], refusal["code"]) == (numbers[1], "ticket_locked")
    assert "鈴木 次郎" in refusal["reason"]
    assert (await _read(client, numbers[1]))["phase"] == "in_progress"


async def test_labels_are_put_on_a_ticket_that_somebody_answers(database: Database, client: AsyncClient) -> None:
    numbers = await _tickets(database, 1)
    async with database.transaction() as session:
        other, label = await build_agent(session), await build_label(session)
        ticket = await ticket_queries.find_ticket(session, numbers[0])
        assert ticket is not None
        await locks.take(session, ticket, other)
        label_id = label.id

    run = await _run(database, client, _asked(numbers, add_labels=[label_id]))

    assert _numbers(run) == (1, 0, 0, 0)


@pytest.mark.parametrize("changes", [{"status": "done"}, {"is_spam": True}, {"is_trashed": True}])
async def test_a_message_that_nobody_saw_is_not_put_away(
    database: Database, client: AsyncClient, agent: Agent, changes: dict[str, Any]
) -> None:
    numbers = await _tickets(database, 2)
    async with database.transaction() as session:
        ticket = await ticket_queries.find_ticket(session, numbers[0])
        assert ticket is not None
        await tickets.add_note(session, ticket, "至急です", by=await session.merge(agent))

    run = await _run(database, client, _asked(numbers, **changes))

    assert _numbers(run) == (1, 0, 1, 0)
    assert run["refusals"][0]["code"] == "ticket_changed"
    assert (await _read(client, numbers[0]))["phase"] == "new"


async def test_nothing_of_a_refused_ticket_is_changed(database: Database, client: AsyncClient, agent: Agent) -> None:
    """The second change is refused, so the first one is not there either, nor in the history."""
    numbers = await _tickets(database, 1)

    run = await _run(database, client, _asked(numbers, assignee_id=agent.id, status="on_hold"))

    assert _numbers(run) == (0, 0, 1, 0)
    assert (await _read(client, numbers[0]))["assignee"] is None
    events = (await client.get(f"/api/v1/tickets/{numbers[0]}/events")).json()["items"]
    assert "assigned" not in [event["kind"] for event in events]


async def test_all_of_it_is_taken_back(database: Database, client: AsyncClient, agent: Agent) -> None:
    numbers = await _tickets(database, 5)
    async with database.transaction() as session:
        label_id = (await build_label(session)).id
    before = [await _read(client, number) for number in numbers]
    run = await _run(
        database, client, _asked(numbers, assignee_id=agent.id, add_labels=[label_id], priority="high", status="done")
    )

    undone = await _undo(database, client, run["id"])

    assert _numbers(undone) == (5, 0, 0, 0)
    after = [await _read(client, number) for number in numbers]
    assert [each | {"updated_at": ""} for each in after] == [each | {"updated_at": ""} for each in before]


async def test_what_somebody_changed_since_is_not_taken_back(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    numbers = await _tickets(database, 2)
    run = await _run(database, client, _asked(numbers, assignee_id=agent.id))
    await client.patch(f"/api/v1/tickets/{numbers[0]}", json={"assignee_id": None})
    await client.patch(f"/api/v1/tickets/{numbers[0]}", json={"assignee_id": agent.id})

    undone = await _undo(database, client, run["id"])

    assert _numbers(undone) == (1, 0, 1, 0)
    assert undone["refusals"][0]["code"] == "changed_since"
    assert (await _read(client, numbers[0]))["assignee"]["id"] == agent.id
    assert (await _read(client, numbers[1]))["assignee"] is None


async def test_it_is_taken_back_once_and_when_it_is_finished(database: Database, client: AsyncClient) -> None:
    numbers = await _tickets(database, 2)
    begun = (await client.post(RUNS, json=_asked(numbers, priority="high"))).json()

    early = await client.post(f"{RUNS}/{begun['id']}/undo")
    await jobs.carry_all(database)
    first = await client.post(f"{RUNS}/{begun['id']}/undo")
    second = await client.post(f"{RUNS}/{begun['id']}/undo")

    assert (early.status_code, early.json()["code"]) == (409, "bulk_not_finished")
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "bulk_undone")


async def test_what_is_not_seen_does_not_exist(database: Database, client: AsyncClient) -> None:
    numbers = await _tickets(database, 1)
    async with database.transaction() as session:
        channel = await build_channel(session, address="hidden@example.jp")
        await build_team(session, name="別のチーム", channels=[channel])
        hidden = await build_ticket(session, channel=channel)
        await session.flush()
        unseen = hidden.number

    answer = await client.post(RUNS, json=_asked([*numbers, unseen], priority="high"))

    assert answer.status_code == 404


async def test_another_agents_run_does_not_exist(database: Database, client: AsyncClient) -> None:
    numbers = await _tickets(database, 1)
    async with database.transaction() as session:
        other = await build_agent(session)
        form = BulkForm.model_validate(_asked(numbers, priority="high"))
        run = await service.begin(session, form, viewer=await viewer_of(session, other))

    assert (await client.get(f"{RUNS}/{run.id}")).status_code == 404
    assert (await client.post(f"{RUNS}/{run.id}/undo")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "changes"),
        ({"assignee_id": 9999}, "assignee_id"),
        ({"add_labels": [9999]}, "add_labels"),
        ({"status": "no such"}, "status"),
        ({"colour": "red"}, "changes.colour"),
    ],
)
async def test_what_names_nothing_is_said_at_once(
    database: Database, client: AsyncClient, changes: dict[str, Any], field: str
) -> None:
    numbers = await _tickets(database, 1)

    answer = await client.post(RUNS, json=_asked(numbers, **changes))

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_several_workers_do_each_ticket_once(database: Database, client: AsyncClient, agent: Agent) -> None:
    numbers = await _tickets(database, 40)
    begun = (await client.post(RUNS, json=_asked(numbers, assignee_id=agent.id))).json()

    await asyncio.gather(*(jobs.carry_all(database) for _ in range(4)))

    run = (await client.get(f"{RUNS}/{begun['id']}")).json()
    assert _numbers(run) == (40, 0, 0, 0)
    assert run["finished_at"] is not None
    for number in numbers:
        events = (await client.get(f"/api/v1/tickets/{number}/events")).json()["items"]
        assert [event["kind"] for event in events].count("assigned") == 1


async def test_with_its_team_a_ticket_gets_back_its_teams_own_status(
    database: Database, client: AsyncClient, lead: Agent, clients: Clients
) -> None:
    leads = await clients.of(lead)
    [number] = await _tickets(database, 1)
    async with database.transaction() as session:
        first, second = await build_team(session, members=[lead]), await build_team(session, name="技術")
        own = await build_status(session, name="折衝中", team=first)
    await leads.patch(f"/api/v1/tickets/{number}", json={"team_id": first.id, "status": own.key})

    for changes in ({"team_id": second.id}, {"team_id": second.id, "status": "in_progress"}):
        run = await _run(database, leads, _asked([number], **changes))
        moved = await _read(leads, number)
        undone = await _undo(database, leads, run["id"])
        back = await _read(leads, number)

        assert (moved["team"]["id"], moved["status"]["key"]) == (second.id, "in_progress")
        assert _numbers(undone) == (1, 0, 0, 0), undone["refusals"]
        assert (back["team"]["id"], back["status"]["key"]) == (first.id, own.key)


async def test_an_old_run_is_kept_until_its_undo_is_done(database: Database, client: AsyncClient) -> None:
    numbers = await _tickets(database, 2)
    with clock.at(clock.now() - service.KEPT_FOR - timedelta(days=1)):
        run = await _run(database, client, _asked(numbers, priority="high"))
    undo = (await client.post(f"{RUNS}/{run['id']}/undo")).json()

    await _forget(database)
    await jobs.carry_all(database)
    await _forget(database)

    kept = (await client.get(f"{RUNS}/{undo['id']}")).json()
    assert (_numbers(kept), kept["undoes"]) == ((2, 0, 0, 0), None)
    assert (await _read(client, numbers[0]))["priority"] == "normal"
    assert (await client.get(f"{RUNS}/{run['id']}")).status_code == 404


async def _forget(database: Database) -> None:
    async with database.transaction() as session:
        await service.forget_old(session)
