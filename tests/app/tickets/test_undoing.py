"""One change is taken back by its event, unless the same was changed since."""

import re
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.models import Agent
from app.core.database import Database
from app.tickets.history_models import UNDOABLE, FactKind, ReportFact
from app.tickets.undoing import TAKING_BACK
from tests.support.builders import build_category, build_label, build_status, build_team, build_ticket


async def _path(database: Database) -> str:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        return f"/api/v1/tickets/{ticket.number}"


async def _read(client: AsyncClient, path: str) -> Any:
    told = (await client.get(path)).json()
    return {name: value for name, value in told.items() if name != "updated_at"}


async def _newest(client: AsyncClient, path: str) -> Any:
    return (await client.get(f"{path}/events")).json()["items"][-1]


async def _undo(client: AsyncClient, path: str, event: Any) -> Any:
    return await client.post(f"{path}/events/{event['id']}/undo")


async def _facts(database: Database, kind: FactKind) -> int:
    async with database.reading() as session:
        return len((await session.scalars(select(ReportFact.id).where(ReportFact.kind == kind))).all())


async def _prepare(database: Database) -> dict[str, int]:
    async with database.transaction() as session:
        team = await build_team(session)
        return {
            "team_id": team.id,
            "category_id": (await build_category(session)).id,
            "label": (await build_label(session)).id,
        }


@pytest.mark.parametrize("what", ["assignee", "team", "category", "labels", "priority", "complaint", "status", "hold"])
async def test_what_was_changed_is_as_before(database: Database, client: AsyncClient, agent: Agent, what: str) -> None:
    path, ids = await _path(database), await _prepare(database)
    changes: dict[str, dict[str, Any]] = {
        "assignee": {"assignee_id": agent.id},
        "team": {"team_id": ids["team_id"]},
        "category": {"category_id": ids["category_id"]},
        "labels": {"labels": [ids["label"]]},
        "priority": {"priority": "urgent"},
        "complaint": {"is_complaint": True},
        "status": {"status": "done"},
        "hold": {"status": "on_hold", "hold_reason": "入荷待ち"},
    }
    before = await _read(client, path)
    changed = await client.patch(path, json=changes[what])

    answer = await _undo(client, path, await _newest(client, path))

    assert changed.json() != before
    assert answer.status_code == 200
    assert await _read(client, path) == before


@pytest.mark.parametrize("way", ["spam", "trash"])
async def test_what_was_thrown_away_is_back(database: Database, client: AsyncClient, way: str) -> None:
    path = await _path(database)
    before = await _read(client, path)
    await client.post(f"{path}/{way}")

    await _undo(client, path, await _newest(client, path))

    assert await _read(client, path) == before


async def test_a_closing_that_is_taken_back_is_counted_nowhere(database: Database, client: AsyncClient) -> None:
    path = await _path(database)
    await client.patch(path, json={"status": "done"})

    await _undo(client, path, await _newest(client, path))

    counts = {each["key"]: each["count"] for each in (await client.get("/api/v1/tabs")).json()}
    assert await _facts(database, FactKind.RESOLUTION) == 0
    assert (counts["new"], counts["done"]) == (1, 0)


async def test_a_reopening_that_is_taken_back_leaves_it_done_since_then(
    database: Database, client: AsyncClient
) -> None:
    path = await _path(database)
    done = await client.patch(path, json={"status": "done"})
    await client.patch(path, json={"status": "in_progress"})

    answer = await _undo(client, path, await _newest(client, path))

    assert answer.json()["done_at"] == done.json()["done_at"]
    assert await _facts(database, FactKind.REOPENING) == 0
    assert await _facts(database, FactKind.RESOLUTION) == 1


async def test_leaving_what_was_held_gives_the_reason_back(database: Database, client: AsyncClient) -> None:
    path = await _path(database)
    await client.patch(path, json={"status": "on_hold", "hold_reason": "入荷待ち"})
    await client.patch(path, json={"status": "done"})

    answer = await _undo(client, path, await _newest(client, path))

    assert (answer.json()["status"]["key"], answer.json()["hold_reason"]) == ("on_hold", "入荷待ち")


async def test_what_somebody_changed_since_stays(
    database: Database, client: AsyncClient, clients: Any, lead: Agent
) -> None:
    path = await _path(database)
    await client.patch(path, json={"priority": "urgent"})
    event = await _newest(client, path)
    await (await clients.of(lead)).patch(path, json={"priority": "low"})

    answer = await _undo(client, path, event)

    assert (answer.status_code, answer.json()["code"]) == (409, "changed_since")
    assert (await _read(client, path))["priority"] == "low"


async def test_another_matter_since_is_no_hindrance(database: Database, client: AsyncClient) -> None:
    path = await _path(database)
    await client.patch(path, json={"priority": "urgent"})
    event = await _newest(client, path)
    await client.patch(path, json={"status": "done"})

    answer = await _undo(client, path, event)

    assert (answer.json()["priority"], answer.json()["phase"]) == ("normal", "done")


async def test_what_cannot_be_taken_back_says_so(database: Database, client: AsyncClient) -> None:
    path = await _path(database)

    opened = await _undo(client, path, (await client.get(f"{path}/events")).json()["items"][0])
    unknown = await client.post(f"{path}/events/9999/undo")

    assert (opened.status_code, opened.json()["code"]) == (409, "not_undoable")
    assert unknown.status_code == 404


async def test_the_status_of_a_former_team_does_not_come_back(database: Database, client: AsyncClient) -> None:
    path, ids = await _path(database), await _prepare(database)
    async with database.transaction() as session:
        own = await build_status(session)
        own.team_id = ids["team_id"]
    await client.patch(path, json={"team_id": ids["team_id"], "status": own.key})
    await client.patch(path, json={"status": "done"})
    closing = await _newest(client, path)
    await client.patch(path, json={"team_id": None})

    answer = await _undo(client, path, closing)

    assert answer.json()["status"]["key"] == "in_progress"


async def test_with_its_team_a_ticket_gets_back_the_status_of_that_team(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    path, ids = await _path(database), await _prepare(database)
    async with database.transaction() as session:
        own = await build_status(session, needs_reason=True)
        own.team_id = ids["team_id"]
    await client.patch(path, json={"team_id": ids["team_id"]})
    await client.patch(path, json={"status": own.key, "hold_reason": "入荷待ち"})
    await client.patch(path, json={"team_id": None})

    offered = await client.get(f"{path.removeprefix('/api/v1')}/undo")
    [event] = re.findall(r'data-event="(\d+)"', offered.text)
    answer = await _undo(client, path, {"id": event})

    told = answer.json()
    assert (told["team"]["id"], told["status"]["key"], told["hold_reason"]) == (ids["team_id"], own.key, "入荷待ち")


async def test_what_was_moved_again_keeps_its_status_when_its_team_comes_back(
    database: Database, client: AsyncClient
) -> None:
    path, ids = await _path(database), await _prepare(database)
    async with database.transaction() as session:
        own = await build_status(session)
        own.team_id = ids["team_id"]
    await client.patch(path, json={"team_id": ids["team_id"], "status": own.key})
    await client.patch(path, json={"team_id": None})
    events = (await client.get(f"{path}/events")).json()["items"]
    handed = next(event for event in reversed(events) if event["kind"] == "team_changed")
    await client.patch(path, json={"status": "done"})

    answer = await _undo(client, path, handed)

    assert (answer.json()["team"]["id"], answer.json()["phase"]) == (ids["team_id"], "done")


def test_what_is_offered_to_be_undone_can_be() -> None:
    assert TAKING_BACK.keys() == UNDOABLE
