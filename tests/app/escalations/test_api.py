"""Questions to colleagues: asked, answered, given back, asked on, ended (E2)."""

from asyncio import gather
from datetime import timedelta

import pytest
import time_machine

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database
from app.escalations.jobs import look_at_the_clock
from app.notices.models import NoticeKind
from tests.support.asking import ask, find, is_escalated, list_kinds, list_notes, list_told, make_ticket, question
from tests.support.builders import build_agent, build_channel, build_team
from tests.support.fixtures_web import Clients


async def _colleague(database: Database, name: str = "鈴木 次郎", **values: object) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session, name=name, **values)  # type: ignore[arg-type]


async def test_a_question_is_asked_and_its_answer_is_a_note_on_the_ticket(
    database: Database, clients: Clients, agent: Agent
) -> None:
    number, expert = await make_ticket(database), await _colleague(database)
    mine, theirs = await clients.of(agent), await clients.of(expert)
    asked = await ask(mine, number, to_agent_id=expert.id)
    was_escalated = await is_escalated(database, number)

    answered = (await theirs.post(f"/api/v1/escalations/{asked['id']}/answer", json={"answer": "あります。"})).json()

    assert (asked["state"], asked["reason"]["name"], asked["to"]["id"]) == ("open", "技術調査", expert.id)
    assert was_escalated
    assert not await is_escalated(database, number)
    assert (answered["outcome"], answered["answer"], answered["ended_by"]["id"]) == (
        "answered",
        "あります。",
        expert.id,
    )
    notes = await list_notes(database, number)
    assert [(each.author_agent_id, each.text) for each in notes] == [
        (agent.id, "この型番は在庫がありますか。"),
        (expert.id, "あります。"),
    ]
    assert await list_kinds(database, number) == ["escalated", "escalation_answered"]
    assert await list_told(database) == [
        (expert.id, NoticeKind.ESCALATED),
        (agent.id, NoticeKind.ESCALATION_ANSWERED),
    ]


async def test_who_is_asked_sees_the_question_and_nothing_else_of_a_ticket_out_of_sight(
    database: Database, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[agent], channels=[channel])
        expert, other = await build_agent(session, name="法務"), await build_agent(session)
    number = await make_ticket(database, channel=channel)
    asked = await ask(await clients.of(agent), number, to_agent_id=expert.id)
    theirs, others = await clients.of(expert), await clients.of(other)
    path = f"/api/v1/escalations/{asked['id']}"

    seen = (await theirs.get(path)).json()
    listed = (await theirs.get("/api/v1/escalations")).json()["items"]

    assert (seen["question"], seen["ticket"]) == ("この型番は在庫がありますか。", None)
    assert [each["id"] for each in listed] == [asked["id"]]
    assert (await theirs.get(f"/api/v1/tickets/{number}")).status_code == 404
    assert (await theirs.get(f"/api/v1/tickets/{number}/escalations")).status_code == 404
    assert (await theirs.get("/api/v1/escalations", params={"ticket": number})).json()["items"] == []
    assert (await others.get(path)).status_code == 404
    assert (await others.post(f"{path}/answer", json={"answer": "?"})).status_code == 404
    assert (await others.get("/api/v1/escalations")).json()["items"] == []
    assert (expert.id, NoticeKind.ESCALATED) in await list_told(database)


async def test_of_two_answers_at_once_one_wins_and_the_other_is_told_what_happened(
    database: Database, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        members = [await build_agent(session, name=f"技術 {n}") for n in range(2)]
        team = await build_team(session, name="技術", members=members)
    number = await make_ticket(database)
    asked = await ask(await clients.of(agent), number, to_team_id=team.id)
    desks = [await clients.of(each) for each in members]

    answers = await gather(
        *(
            desk.post(f"/api/v1/escalations/{asked['id']}/answer", json={"answer": f"答え {n}"})
            for n, desk in enumerate(desks)
        )
    )

    [won] = [each.json() for each in answers if each.status_code == 200]
    [lost] = [each.json() for each in answers if each.status_code == 409]
    assert (lost["code"], lost["outcome"], lost["answer"]) == ("escalation_over", "answered", won["answer"])
    assert [each.text for each in await list_notes(database, number)][1:] == [won["answer"]]


async def test_a_question_comes_back_with_what_is_missing_and_is_asked_again(
    database: Database, clients: Clients, agent: Agent
) -> None:
    number, expert = await make_ticket(database), await _colleague(database)
    mine, theirs = await clients.of(agent), await clients.of(expert)
    path = f"/api/v1/escalations/{(await ask(mine, number, to_agent_id=expert.id))['id']}"

    returned = (await theirs.post(f"{path}/return", json={"comment": "型番は？"})).json()
    twice = await theirs.post(f"{path}/return", json={"comment": "型番は？"})
    again = (await mine.post(f"{path}/question", json={"comment": "A-100 です"})).json()
    once_more = await mine.post(f"{path}/question", json={"comment": "A-100 です"})

    assert (returned["state"], returned["returned_count"]) == ("returned", 1)
    assert (twice.status_code, twice.json()["code"]) == (409, "escalation_returned")
    assert again["state"] == "open"
    assert [(each["kind"], each["text"]) for each in again["turns"]] == [
        ("returned", "型番は？"),
        ("asked_again", "A-100 です"),
    ]
    assert (once_more.status_code, once_more.json()["code"]) == (409, "escalation_not_returned")
    assert [kind for _, kind in await list_told(database)] == ["escalated", "escalation_returned", "escalated"]


async def test_who_is_asked_may_ask_on_and_what_hangs_below_ends_with_it(
    database: Database, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[agent], channels=[channel])
        first, second = await build_agent(session, name="一次"), await build_agent(session, name="二次")
    number = await make_ticket(database, channel=channel)
    mine, firsts = await clients.of(agent), await clients.of(first)
    above = await ask(mine, number, to_agent_id=first.id)
    path = f"/api/v1/escalations/{above['id']}"

    below = (await firsts.post(f"{path}/escalations", json=question(to_agent_id=second.id, level=3))).json()
    mine_on_top = (await mine.get(f"/api/v1/tickets/{number}/escalations")).json()["items"]
    await firsts.post(f"{path}/answer", json={"answer": "わかりました"})

    assert (below["parent_id"], below["from"]["id"], below["ticket"]) == (above["id"], first.id, None)
    assert [each["id"] for each in mine_on_top] == [above["id"], below["id"]]
    assert (await find(database, below["id"])).outcome == "overtaken"
    assert not await is_escalated(database, number)
    assert (second.id, NoticeKind.ESCALATION_ENDED) in await list_told(database)


@pytest.mark.parametrize(("act", "outcome"), [("withdraw", "withdrawn"), ("close", "closed")])
async def test_only_who_asked_or_leads_ends_a_question(
    database: Database, clients: Clients, agent: Agent, lead: Agent, act: str, outcome: str
) -> None:
    number, expert = await make_ticket(database), await _colleague(database)
    mine, theirs = await clients.of(agent), await clients.of(expert)
    asked = await ask(mine, number, to_agent_id=expert.id)
    path = f"/api/v1/escalations/{asked['id']}"

    refused = await theirs.post(f"{path}/{act}", json={})
    ended = await (await clients.of(lead)).post(f"{path}/{act}", json={"comment": "電話で済みました"})
    late = await theirs.post(f"{path}/answer", json={"answer": "遅れました"})

    assert refused.status_code == 403
    assert (ended.json()["outcome"], ended.json()["turns"][0]["text"]) == (outcome, "電話で済みました")
    assert (late.status_code, late.json()["outcome"]) == (409, outcome)


async def test_a_question_that_is_overdue_is_told_once(database: Database, clients: Clients, agent: Agent) -> None:
    number, expert = await make_ticket(database), await _colleague(database)
    await ask(await clients.of(agent), number, to_agent_id=expert.id)

    with time_machine.travel(now() + timedelta(hours=5), tick=False):
        for _ in range(2):
            async with database.transaction() as session:
                await look_at_the_clock(session)
        told = await list_told(database)

    assert (await list_kinds(database, number)).count("escalation_due") == 1
    assert sorted(agent_id for agent_id, kind in told if kind == "escalation_due") == sorted((agent.id, expert.id))


async def test_what_is_asked_of_somebody_who_left_comes_back(
    database: Database, clients: Clients, agent: Agent
) -> None:
    number, expert = await make_ticket(database), await _colleague(database)
    asked = await ask(await clients.of(agent), number, to_agent_id=expert.id)
    async with database.transaction() as session:
        (await session.get_one(Agent, expert.id)).disabled_at = now()

    for _ in range(2):
        async with database.transaction() as session:
            await look_at_the_clock(session)

    assert ((await find(database, asked["id"])).state, (await find(database, asked["id"])).returned_count) == (
        "returned",
        1,
    )
    assert (agent.id, NoticeKind.ESCALATION_RETURNED) in await list_told(database)


@pytest.mark.parametrize("how", ["done", "trash", "spam"])
async def test_with_its_ticket_a_question_ends(database: Database, clients: Clients, agent: Agent, how: str) -> None:
    number, expert = await make_ticket(database), await _colleague(database)
    mine = await clients.of(agent)
    asked = await ask(mine, number, to_agent_id=expert.id)

    path = f"/api/v1/tickets/{number}"
    await (mine.patch(path, json={"status": "done"}) if how == "done" else mine.post(f"{path}/{how}"))
    told = await list_told(database)
    told = await list_told(database)

    assert (await find(database, asked["id"])).outcome == "ticket_done"
    assert (expert.id, NoticeKind.ESCALATION_ENDED) in told
    assert not await is_escalated(database, number)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"to_agent_id": 999}, "to_agent_id"),
        ({"to_team_id": 999}, "to_team_id"),
        ({"to_team_id": 2**63}, "to_team_id"),
        ({}, "body"),
        ({"guest": {"address": "nobody"}}, "guest.address"),
        ({"to_agent_id": "me"}, "to_agent_id"),
        ({"level": 4}, "level"),
        ({"reason": "nonsense"}, "reason"),
        ({"question": " "}, "question"),
        ({"attachment_ids": [999]}, "attachment_ids"),
        ({"parent_id": 999}, "parent_id"),
        ({"due_at": "2026-11-20T10:00:00"}, "due_at"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    database: Database, clients: Clients, agent: Agent, wrong: dict[str, object], field: str
) -> None:
    number, expert = await make_ticket(database), await _colleague(database)
    target = {} if {"to_agent_id", "to_team_id", "guest"} & {*wrong} or not wrong else {"to_agent_id": expert.id}
    mine = await clients.of(agent)

    answer = await mine.post(f"/api/v1/tickets/{number}/escalations", json=question(**target, **wrong))

    assert answer.status_code == 422, answer.json()
    assert field in [each["field"] for each in answer.json()["errors"]]
    assert await list_notes(database, number) == []


async def test_nobody_asks_themselves(database: Database, clients: Clients, agent: Agent) -> None:
    number, mine = await make_ticket(database), await clients.of(agent)

    answer = await mine.post(f"/api/v1/tickets/{number}/escalations", json=question(to_agent_id=agent.id))

    assert answer.status_code == 422


async def test_the_list_knows_which_tickets_wait_for_somebody_who_was_asked(
    database: Database, clients: Clients, agent: Agent
) -> None:
    number, other, expert = await make_ticket(database), await make_ticket(database), await _colleague(database)
    mine = await clients.of(agent)
    await ask(mine, number, to_agent_id=expert.id)

    found = [(await mine.get("/api/v1/tickets", params={"escalated": each})).json()["items"] for each in (True, False)]

    assert [[each["number"] for each in items] for items in found] == [[number], [other]]
