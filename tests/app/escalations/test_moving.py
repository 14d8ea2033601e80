"""A question is where its note is: it goes with it when tickets are merged, split and parted again."""

from app.accounts.models import Agent
from app.core.database import Database
from tests.support.asking import ask, find, is_escalated, list_kinds, make_ticket, question
from tests.support.builders import build_agent
from tests.support.fixtures_web import Clients


async def test_a_question_is_merged_and_parted_with_its_ticket(
    database: Database, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        expert = await build_agent(session)
    source, into = await make_ticket(database), await make_ticket(database)
    mine, theirs = await clients.of(agent), await clients.of(expert)
    moving, staying = [await ask(mine, number, to_agent_id=expert.id) for number in (source, into)]

    merged = await mine.post(f"/api/v1/tickets/{source}/merge", json={"into": into})
    listed = (await mine.get(f"/api/v1/tickets/{into}/escalations")).json()["items"]
    answered = await theirs.post(f"/api/v1/escalations/{staying['id']}/answer", json={"answer": "はい"})
    signs = [await is_escalated(database, into)]
    parted = await mine.delete(f"/api/v1/tickets/{source}/merge")
    signs += [await is_escalated(database, number) for number in (source, into)]
    late = await theirs.post(f"/api/v1/escalations/{moving['id']}/answer", json={"answer": "はい"})

    assert (merged.status_code, parted.status_code, answered.status_code, late.status_code) == (200, 200, 200, 200)
    assert [each["id"] for each in listed] == [moving["id"], staying["id"]]
    assert signs == [True, True, False]
    assert (await find(database, moving["id"])).ticket_id == source
    assert not await is_escalated(database, source)


async def test_a_question_goes_with_its_note_when_that_is_split_off(
    database: Database, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        expert = await build_agent(session)
    number, mine = await make_ticket(database), await clients.of(agent)
    asked = await ask(mine, number, to_agent_id=expert.id)
    note_id = (await find(database, asked["id"])).question_message_id

    split = (await mine.post(f"/api/v1/tickets/{number}/split", json={"message_ids": [note_id]})).json()
    elsewhere = (await find(database, asked["id"])).ticket_id

    assert elsewhere == split["number"]
    assert [await is_escalated(database, each) for each in (number, elsewhere)] == [False, True]


async def test_what_was_asked_because_of_it_ends_on_the_ticket_that_it_was_split_off_to(
    database: Database, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        expert, other = await build_agent(session), await build_agent(session)
    number, mine, theirs = await make_ticket(database), await clients.of(agent), await clients.of(expert)
    asked = await ask(mine, number, to_agent_id=expert.id)
    below = question(to_agent_id=other.id)
    asked_on = (await theirs.post(f"/api/v1/escalations/{asked['id']}/escalations", json=below)).json()
    note_id = (await find(database, asked_on["id"])).question_message_id
    split = (await mine.post(f"/api/v1/tickets/{number}/split", json={"message_ids": [note_id]})).json()["number"]
    was_escalated = await is_escalated(database, split)

    answered = await theirs.post(f"/api/v1/escalations/{asked['id']}/answer", json={"answer": "はい"})

    assert (answered.status_code, was_escalated) == (200, True)
    assert (await find(database, asked_on["id"])).outcome == "overtaken"
    assert [await is_escalated(database, each) for each in (number, split)] == [False, False]
    assert await list_kinds(database, number) == ["escalated", "escalated", "escalation_answered"]
    assert await list_kinds(database, split) == ["escalation_ended"]
