"""The pages of questions: asked by a form, answered on their own page, listed in the ledger and on my page."""

import re

import pytest

from app.accounts.models import Agent
from app.core.database import Database
from tests.support.asking import ask, find, list_notes, make_ticket
from tests.support.builders import build_agent, build_channel, build_team
from tests.support.fixtures_web import Clients


async def _expert(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session, name="鈴木 次郎")


async def test_a_form_asks_and_says_what_is_wrong(database: Database, clients: Clients, agent: Agent) -> None:
    number, expert = await make_ticket(database), await _expert(database)
    mine = await clients.of(agent)
    path = f"/tickets/{number}/escalations"

    form = await mine.get(f"{path}/new")
    empty = await mine.post(path, data={"whom": f"agent-{expert.id}", "reason": "legal", "question": ""})
    nobody = await mine.post(path, data={"whom": "guest", "reason": "legal", "question": "?"})
    asked = await mine.post(
        path,
        data={
            "whom": f"agent-{expert.id}",
            "reason": "legal",
            "level": "3",
            "question": "契約は？",
            "due_on": "2030-01-02T10:00",
        },
    )

    assert (form.status_code, "鈴木 次郎" in form.text) == (200, True)
    assert (empty.status_code, nobody.status_code) == (422, 422)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/tickets/{number}#escalations")
    [note] = await list_notes(database, number)
    assert note.text == "契約は？"
    ticket = await mine.get(f"/tickets/{number}")
    assert 'id="escalations"' in ticket.text


async def test_the_question_stands_on_my_page_until_it_is_answered_there(
    database: Database, clients: Clients, agent: Agent
) -> None:
    number, expert = await make_ticket(database), await _expert(database)
    mine, theirs = await clients.of(agent), await clients.of(expert)
    asked = await ask(mine, number, to_agent_id=expert.id)
    before = [(await each.get("/home")).text for each in (mine, theirs)]

    page = await theirs.get(f"/escalations/{asked['id']}")
    answered = await theirs.post(f"/escalations/{asked['id']}/answer", data={"text": "あります。"})
    late = await theirs.post(f"/escalations/{asked['id']}/answer", data={"text": "遅れた答え"})
    after = [(await each.get("/home")).text for each in (mine, theirs)]

    assert ['id="home-asking"' in before[0], 'id="home-asked"' in before[1]] == [True, True]
    assert (page.status_code, "この型番は在庫がありますか。" in page.text) == (200, True)
    assert answered.status_code == 303
    assert (late.status_code, "遅れた答え" in late.text) == (409, True)
    assert (await find(database, asked["id"])).answer == "あります。"
    assert ['id="home-asking"' in after[0], 'id="home-asked"' in after[1]] == [False, False]


async def test_a_question_without_its_ticket_shows_nothing_of_it(
    database: Database, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[agent], channels=[channel])
        expert, other = await build_agent(session), await build_agent(session)
    number = await make_ticket(database, channel=channel, subject="秘密の件名")
    asked = await ask(await clients.of(agent), number, to_agent_id=expert.id)
    theirs, others = await clients.of(expert), await clients.of(other)

    pages = [(await theirs.get(each)).text for each in (f"/escalations/{asked['id']}", "/escalations", "/home")]

    assert ["秘密" in each or f"/tickets/{number}" in each for each in pages] == [False, False, False]
    assert ["この型番は在庫がありますか。" in each for each in pages] == [True, True, True]
    assert (await others.get(f"/escalations/{asked['id']}")).status_code == 404
    assert "型番" not in (await others.get("/escalations")).text


@pytest.mark.parametrize(("act", "state"), [("return", "returned"), ("withdraw", "over"), ("close", "over")])
async def test_what_a_button_does_is_done(
    database: Database, clients: Clients, agent: Agent, act: str, state: str
) -> None:
    number, expert = await make_ticket(database), await _expert(database)
    mine, theirs = await clients.of(agent), await clients.of(expert)
    asked = await ask(mine, number, to_agent_id=expert.id)
    who = theirs if act == "return" else mine

    done = await who.post(f"/escalations/{asked['id']}/{act}", data={"text": "型番は？"})

    assert done.status_code == 303
    assert (await find(database, asked["id"])).state == state


async def test_the_ledger_shows_its_conditions_and_what_is_wrong_with_them(
    database: Database, clients: Clients, agent: Agent, lead: Agent
) -> None:
    number, expert = await make_ticket(database), await _expert(database)
    asked = await ask(await clients.of(agent), number, to_agent_id=expert.id)
    leads = await clients.of(lead)

    whole, none = (await leads.get("/escalations")).text, (await leads.get("/escalations?level=1")).text
    wrong = await leads.get("/escalations?level=9")

    assert re.findall(r'id="ledger-(\d+)"', whole) == [str(asked["id"])]
    assert re.findall(r'id="ledger-(\d+)"', none) == []
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (422, True)


async def test_reasons_are_added_renamed_and_archived(database: Database, clients: Clients, admin: Agent) -> None:
    admins = await clients.of(admin)

    made = await admins.post("/admin/escalation-reasons", data={"name": "値引き判断", "key": "discount"})
    twice = await admins.post("/admin/escalation-reasons", data={"name": "値引き", "key": "discount"})
    renamed = await admins.post("/admin/escalation-reasons/1", data={"name": "技術"})
    await admins.post("/admin/escalation-reasons/2/archive")
    listed = (await admins.get("/api/v1/escalations/reasons")).json()["items"]

    assert (made.status_code, twice.status_code, renamed.status_code) == (303, 422, 303)
    assert [each["name"] for each in listed] == ["技術", "返金判断", "クレーム", "法務", "その他", "値引き判断"]
