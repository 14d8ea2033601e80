"""The report of escalations counts what the ledger lists, within one's sight."""

import re
from datetime import timedelta
from html import unescape

import time_machine
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database
from app.tickets.models import Ticket
from tests.support.asking import ask, make_ticket
from tests.support.builders import build_agent, build_category, build_channel, build_team
from tests.support.fixtures_web import Clients

MONDAY = "2026-11-02T01:00:00Z"
ROUND = {"from": "2026-11-02", "to": "2026-11-08"}


async def test_steps_are_counted_by_what_became_of_them(
    database: Database, clients: Clients, agent: Agent, lead: Agent
) -> None:
    async with database.transaction() as session:
        expert, hidden = await build_agent(session, name="技術"), await build_channel(session, address="h@example.jp")
        await build_team(session, name="別室", members=[agent], channels=[hidden])
    number, secret = await make_ticket(database), await make_ticket(database, channel=hidden)
    mine, theirs, leads = await clients.of(agent), await clients.of(expert), await clients.of(lead)
    with time_machine.travel(MONDAY, tick=False) as clock:
        asked = [await ask(mine, number, to_agent_id=expert.id, level=level) for level in (1, 2, 2)]
        await ask(mine, secret, to_agent_id=expert.id)
        clock.shift(timedelta(hours=1))
        await theirs.post(f"/api/v1/escalations/{asked[0]['id']}/answer", json={"answer": "はい"})
        clock.shift(timedelta(hours=8))
        await theirs.post(f"/api/v1/escalations/{asked[1]['id']}/answer", json={"answer": "遅く"})
        found = (await leads.get("/api/v1/reports/escalations", params={**ROUND, "by": "level"})).json()
        ledger = [(await leads.get(link)).json()["items"] for link in found["links"]]

    names = [each["name"] for each in found["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in found["rows"]]
    kept = ("level", "count", "open", "answered", "overdue", "late", "answer_median", "answer_business_median")
    assert [tuple(row[name] for name in kept) for row in rows] == [
        (1, 1, 0, 1, 0, 0, 3600, 3600),
        (2, 2, 1, 1, 1, 1, 32400, 28800),
    ]
    assert [len(each) for each in ledger] == [1, 2]
    totals = found["totals"]
    assert (totals["count"], totals["open"], totals["answered"], totals["overdue"]) == (3, 1, 2, 1)


async def test_by_day_and_by_whom_was_asked(database: Database, clients: Clients, agent: Agent, lead: Agent) -> None:
    async with database.transaction() as session:
        expert = await build_agent(session, name="技術")
        team = await build_team(session, name="法務", members=[expert])
    number, mine, leads = await make_ticket(database), await clients.of(agent), await clients.of(lead)
    with time_machine.travel(MONDAY, tick=False) as clock:
        await ask(mine, number, to_agent_id=expert.id)
        clock.shift(timedelta(days=1))
        await ask(mine, number, to_team_id=team.id)
        await ask(mine, number, guest={"address": "a@maker.example"})
        found = (await leads.get("/api/v1/reports/escalations", params={**ROUND, "by": "to", "interval": "day"})).json()

    assert [row[:4] for row in found["rows"]] == [
        ["2026-11-02", "技術", expert.id, 1],
        ["2026-11-03", "法務", team.id, 1],
        ["2026-11-03", "ゲスト", None, 1],
    ]


async def test_the_ledger_is_read_page_by_page_and_by_condition(
    database: Database, clients: Clients, agent: Agent, lead: Agent
) -> None:
    async with database.transaction() as session:
        expert = await build_agent(session, name="技術")
    number, mine, leads = await make_ticket(database), await clients.of(agent), await clients.of(lead)
    asked = [await ask(mine, number, to_agent_id=expert.id, level=level) for level in (1, 2, 3)]
    customer_id = asked[0]["ticket"]["customer"]["id"]

    first = (await leads.get("/api/v1/escalations", params={"limit": 2})).json()
    second = (await leads.get("/api/v1/escalations", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    other = await leads.get("/api/v1/escalations", params={"level": 1, "cursor": first["next_cursor"]})

    async def listed(**conditions: object) -> list[int]:
        answer = await leads.get("/api/v1/escalations", params={name: str(each) for name, each in conditions.items()})
        return [each["id"] for each in answer.json()["items"]]

    ids = [each["id"] for each in asked]
    assert [each["id"] for each in (*first["items"], *second["items"])] == ids[::-1]
    assert (second["next_cursor"], other.status_code) == (None, 422)
    assert await listed(level=2) == [ids[1]]
    assert await listed(customer=customer_id) == ids[::-1]
    assert await listed(customer=customer_id + 1) == []
    assert (
        await listed(state="unfinished", to_agent=expert.id, **{"from": now().date() - timedelta(days=1)}) == ids[::-1]
    )
    assert await listed(state="over") == []
    assert (await leads.get("/api/v1/escalations", params={"nonsense": 1})).status_code == 422
    assert (await leads.get("/api/v1/escalations", params={"reason": "nonsense"})).status_code == 422


async def test_the_ledger_goes_out_as_a_file_without_formulas_and_is_noted(
    database: Database, clients: Clients, agent: Agent, lead: Agent
) -> None:
    async with database.transaction() as session:
        expert = await build_agent(session, name="技術")
    number, mine, leads = await make_ticket(database), await clients.of(agent), await clients.of(lead)
    await ask(mine, number, to_agent_id=expert.id, question="=1+1 髙橋🎉")

    plain, narrow = [await leads.get(f"/escalations/export.{each}") for each in ("csv", "cp932.csv")]
    sheet, none = await leads.get("/escalations/export.xlsx"), await leads.get("/escalations/export.csv?level=1")
    strangers = await (await clients.of(expert)).get("/escalations/export.csv")

    assert plain.content.decode("utf-8-sig").count("\r\n") == 2
    assert "'=1+1 髙橋🎉" in plain.text
    assert ("髙橋〓" in narrow.content.decode("cp932"), narrow.headers["x-replaced-characters"][:3]) == (True, "1; ")
    assert sheet.content.startswith(b"PK")
    assert none.content.decode("utf-8-sig").count("\r\n") == 1
    assert strangers.content.decode("utf-8-sig").count("\r\n") == 2
    async with database.reading() as session:
        kinds = (await session.scalars(select(AuditLine.kind).where(AuditLine.agent_id == lead.id))).all()
    assert kinds.count(AuditKind.EXPORT) == 4


async def test_the_morning_page_counts_what_was_asked_long_ago_too(
    database: Database, clients: Clients, agent: Agent, lead: Agent
) -> None:
    async with database.transaction() as session:
        expert, hidden = await build_agent(session, name="技術"), await build_channel(session, address="h@example.jp")
        await build_team(session, name="別室", members=[agent], channels=[hidden])
    number, secret = await make_ticket(database), await make_ticket(database, channel=hidden)
    mine, leads = await clients.of(agent), await clients.of(lead)
    with time_machine.travel(now() - timedelta(days=20), tick=False):
        await ask(mine, number, to_agent_id=expert.id)
        await ask(mine, secret, to_agent_id=expert.id)
    page = (await leads.get("/reports?lang=en")).text
    found = (await leads.get("/api/v1/escalations", params={"state": "unfinished"})).json()["items"]

    assert len(found) == 1
    assert 'href="/escalations?counted=true&amp;state=unfinished&amp;back=%2Freports%3Flang%3Den"' in page
    assert "確認中のものはありません" not in page


LINK = re.compile(r'<a href="(/escalations\?[^"]+)">(\d+)</a>')


async def _rows(client: AsyncClient, link: str) -> int:
    page = (await client.get(link)).text
    assert 'class="narrowed__back"' in page
    return page.count('class="history__row"')


async def _ask_around(database: Database, mine: AsyncClient, leads: AsyncClient, lead: Agent, hidden: Channel) -> int:
    """Four times on one ticket, two of them answered, one of these late; once on spam, once out of the lead's sight."""
    number, spam, secret = [await make_ticket(database, channel=each) for each in (None, None, hidden)]
    with time_machine.travel(now() - timedelta(days=2), tick=False) as clock:
        asked = [await ask(mine, number, to_agent_id=lead.id) for _ in range(4)]
        await ask(mine, spam, to_agent_id=lead.id)
        await ask(mine, secret, to_agent_id=lead.id)
        for each, hours in ((asked[0], 1), (asked[1], 8)):
            clock.shift(timedelta(hours=hours))
            await leads.post(f"/api/v1/escalations/{each['id']}/answer", json={"answer": "はい"})
    async with database.transaction() as session:
        (await session.get_one(Ticket, spam)).set_aside(spam_at=now(), trashed_at=None)
    return number


async def test_each_number_opens_as_many_steps(database: Database, clients: Clients, agent: Agent, lead: Agent) -> None:
    async with database.transaction() as session:
        hidden, category = await build_channel(session, address="h@example.jp"), await build_category(session)
        await build_team(session, name="別室", members=[agent], channels=[hidden])
    leads = await clients.of(lead)
    number = await _ask_around(database, await clients.of(agent), leads, lead, hidden)
    await leads.patch(f"/api/v1/tickets/{number}", json={"category_id": category.id})

    days = f"period=custom&from={now() - timedelta(days=9):%Y-%m-%d}"
    paths = [f"/reports/escalations?{days}", "/reports?", f"/reports?category={category.id}"]
    for path in (*paths, f"{paths[0]}&category={category.id}"):
        page = (await leads.get(path)).text
        links = [(unescape(link), int(amount)) for link, amount in LINK.findall(page)]
        assert links, path
        for link, amount in links:
            assert await _rows(leads, link) == amount, link

    figures = page.partition('class="figures"')[2].partition("</ul>")[0]
    assert [int(amount) for _, amount in LINK.findall(figures)] == [4, 2, 2, 2, 1]
    for path in paths[:2]:
        assert not LINK.findall((await leads.get(f"{path}&complaint=false")).text), path
