"""Statuses: a team's own on its tickets alone, one that holds with its reason."""

import pytest
from httpx import AsyncClient

from app.core.clock import rfc3339
from app.core.database import Database
from app.tickets.closing import move
from app.tickets.models import Phase
from app.tickets.queries import find_ticket
from tests.support.builders import AT, build_status, build_team, build_ticket


async def _number(database: Database) -> int:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        await session.flush()
        return ticket.number


async def test_a_status_of_a_team_is_for_its_tickets(database: Database, client: AsyncClient) -> None:
    number = await _number(database)
    async with database.transaction() as session:
        team = await build_team(session)
        own = await build_status(session, name="折衝中", team=team)

    before = await client.patch(f"/api/v1/tickets/{number}", json={"status": own.key})
    after = await client.patch(f"/api/v1/tickets/{number}", json={"status": own.key, "team_id": team.id})

    assert (before.status_code, before.json()["errors"][0]["field"]) == (422, "status")
    assert after.json()["status"] == {"id": own.id, "key": own.key, "name": "折衝中", "phase": "in_progress"}


async def test_handed_to_another_team_it_has_the_built_in_status_of_its_phase(
    database: Database, client: AsyncClient
) -> None:
    number = await _number(database)
    async with database.transaction() as session:
        team, other = await build_team(session), await build_team(session, name="経理")
        own = await build_status(session, team=team)
    await client.patch(f"/api/v1/tickets/{number}", json={"status": own.key, "team_id": team.id})

    answer = await client.patch(f"/api/v1/tickets/{number}", json={"team_id": other.id})

    assert answer.json()["status"]["key"] == "in_progress"


async def test_holding_needs_a_reason_and_leaving_clears_it(database: Database, client: AsyncClient) -> None:
    path = f"/api/v1/tickets/{await _number(database)}"

    without = await client.patch(path, json={"status": "on_hold", "hold_reason": "  "})
    held = await client.patch(path, json={"status": "on_hold", "hold_reason": "部品の入荷待ち"})
    changed = await client.patch(path, json={"hold_reason": "仕入先の返事待ち"})
    left = await client.patch(path, json={"status": "in_progress"})

    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "hold_reason")
    assert (held.json()["status"]["name"], held.json()["hold_reason"]) == ("保留", "部品の入荷待ち")
    assert changed.json()["hold_reason"] == "仕入先の返事待ち"
    assert left.json()["hold_reason"] == ""
    assert "入荷" not in (await client.get(f"{path}/events")).text


@pytest.mark.parametrize("changes", [{"hold_reason": "待ち"}, {"status": "done", "hold_reason": "待ち"}])
async def test_a_reason_without_holding_is_refused(
    database: Database, client: AsyncClient, changes: dict[str, str]
) -> None:
    path = f"/api/v1/tickets/{await _number(database)}"

    answer = await client.patch(path, json=changes)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "hold_reason")


async def test_the_reason_cannot_be_taken_from_what_is_held(database: Database, client: AsyncClient) -> None:
    path = f"/api/v1/tickets/{await _number(database)}"
    await client.patch(path, json={"status": "on_hold", "hold_reason": "入荷待ち"})

    answer = await client.patch(path, json={"hold_reason": ""})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "hold_reason")


async def test_from_done_to_done_it_stays_done_since_then(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, phase=Phase.DONE)
        finished = await build_status(session, name="完了（返金済み）", phase=Phase.DONE)

    async with database.transaction() as session:
        held = await find_ticket(session, ticket.id)
        assert held is not None
        await move(session, held, finished)

    told = (await client.get(f"/api/v1/tickets/{ticket.number}")).json()
    assert told["status"]["name"] == "完了（返金済み）"
    assert told["done_at"] == rfc3339(AT)
