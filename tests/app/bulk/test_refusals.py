"""What one run says of tickets that it did not change."""

from httpx import AsyncClient

from app.bulk import jobs
from app.core.database import Database
from tests.support.builders import build_channel, build_team, build_ticket

RUNS = "/api/v1/bulk"


async def test_a_ticket_that_went_out_of_sight_is_refused_without_its_subject(
    database: Database, client: AsyncClient
) -> None:
    async with database.transaction() as session:
        channel, open_to_all = await build_channel(session), await build_channel(session)
        hidden = await build_ticket(session, channel=channel, subject="極秘の件")
        seen = await build_ticket(session, channel=open_to_all)
    tickets = [{"number": hidden.number}, {"number": seen.number}]
    begun = (await client.post(RUNS, json={"tickets": tickets, "changes": {"priority": "high"}})).json()
    async with database.transaction() as session:
        await build_team(session, name="別のチーム", channels=[channel])

    await jobs.carry_all(database)

    run = (await client.get(f"{RUNS}/{begun['id']}")).json()
    [refusal] = run["refusals"]
    assert (run["done"], refusal["number"], refusal["code"]) == (1, hidden.number, "not_found")
    assert refusal["subject"] == ""
