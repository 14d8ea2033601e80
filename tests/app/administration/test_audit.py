"""The audit log: what gets into it, and how an administrator reads it."""

import csv
import re
from collections.abc import Sequence
from datetime import timedelta
from io import StringIO

from httpx import AsyncClient
from sqlalchemy import select

from app.accounts import audit
from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.models import Agent
from app.accounts.trail import AT_MOST_EVERY
from app.core import clock
from app.core.database import Database
from app.tickets.models import Ticket
from tests.support.builders import build_ticket
from tests.support.fixtures_web import Clients


async def lines_of(database: Database, kind: AuditKind) -> Sequence[AuditLine]:
    async with database.reading() as session:
        return (await session.scalars(select(AuditLine).where(AuditLine.kind == kind).order_by(AuditLine.id))).all()


async def make_ticket(database: Database) -> Ticket:
    async with database.transaction() as session:
        return await build_ticket(session)


async def note_searches(database: Database, agent: Agent, *queries: str) -> None:
    async with database.transaction() as session:
        for query in queries:
            audit.note(session, AuditKind.SEARCH, by=agent, query=query)


async def test_who_looks_at_a_ticket_is_noted_once(database: Database, client: AsyncClient, agent: Agent) -> None:
    ticket = await make_ticket(database)

    for path in (f"/tickets/{ticket.number}", f"/api/v1/tickets/{ticket.number}", f"/tickets/{ticket.number}"):
        assert (await client.get(path)).status_code == 200

    noted = await lines_of(database, AuditKind.VIEW)
    assert [(line.agent_id, line.subject, line.subject_id) for line in noted] == [(agent.id, "tickets", ticket.id)]
    assert noted[0].address == "127.0.0.1"


async def test_another_process_does_not_note_it_again(
    database: Database, client: AsyncClient, clients: Clients, agent: Agent
) -> None:
    ticket = await make_ticket(database)
    await client.get(f"/tickets/{ticket.number}")
    other = await clients.of(agent)
    other._transport.app.state.recently._noted.clear()  # type: ignore[attr-defined]

    await other.get(f"/tickets/{ticket.number}")

    assert len(await lines_of(database, AuditKind.VIEW)) == 1


async def test_after_a_while_it_is_noted_again(database: Database, clients: Clients, agent: Agent) -> None:
    ticket = await make_ticket(database)
    async with database.transaction() as session:
        with clock.at(clock.now() - AT_MOST_EVERY - timedelta(seconds=1)):
            audit.note(session, AuditKind.VIEW, by=agent, subject="tickets", subject_id=ticket.id)
            await session.flush()
    browser = await clients.of(agent)

    await browser.get(f"/tickets/{ticket.number}")

    assert len(await lines_of(database, AuditKind.VIEW)) == 2


async def test_what_one_may_not_see_is_not_noted(database: Database, client: AsyncClient) -> None:
    await client.get("/tickets/999")

    assert await lines_of(database, AuditKind.VIEW) == []


async def test_searches_are_noted_with_their_words(database: Database, client: AsyncClient) -> None:
    await client.get("/tickets", params={"q": "請求書"})
    await client.get("/api/v1/tickets", params={"q": "返品"})
    await client.get("/tickets")

    assert [line.details for line in await lines_of(database, AuditKind.SEARCH)] == [
        {"query": "請求書"},
        {"query": "返品"},
    ]


async def test_trashing_and_restoring_are_noted(database: Database, client: AsyncClient) -> None:
    ticket = await make_ticket(database)

    await client.post(f"/api/v1/tickets/{ticket.number}/trash")
    await client.delete(f"/api/v1/tickets/{ticket.number}/trash")

    changes = [line.details["changes"]["is_trashed"] for line in await lines_of(database, AuditKind.DELETE)]
    assert changes == [[False, True], [True, False]]


async def test_signing_out_is_noted(database: Database, client: AsyncClient, agent: Agent) -> None:
    await client.post("/sign-out")

    assert [line.agent_id for line in await lines_of(database, AuditKind.SIGN_OUT)] == [agent.id]


async def test_the_page_filters_by_person_kind_and_day(
    desk: AsyncClient, database: Database, agent: Agent, admin: Agent
) -> None:
    await note_searches(database, agent, "請求書")
    await note_searches(database, admin, "返品")
    today = clock.now().date()

    mine = await desk.get("/admin/audit", params={"agent": agent.id, "kind": "search"})
    later = await desk.get("/admin/audit", params={"since": (today + timedelta(days=2)).isoformat()})

    assert "「請求書」" in mine.text
    assert "「返品」" not in mine.text
    assert "条件に合う記録はありません" in later.text


async def test_pages_follow_each_other_without_a_gap(desk: AsyncClient, database: Database, agent: Agent) -> None:
    await note_searches(database, agent, *(f"語{number:03}" for number in range(60)))

    first = await desk.get("/admin/audit", params={"kind": "search"})
    older = first.text.partition('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    second = await desk.get(older)

    assert "「語059」" in first.text
    assert "「語010」" in first.text
    assert "「語009」" not in first.text
    assert "「語009」" in second.text
    assert "「語000」" in second.text


async def test_the_export_is_safe_in_a_spreadsheet_and_noted_itself(
    desk: AsyncClient, database: Database, agent: Agent, admin: Agent
) -> None:
    async with database.transaction() as session:
        evil = await session.get(Agent, agent.id)
        assert evil
        evil.name = '=HYPERLINK("x")'
    await note_searches(database, agent, "請求書")

    answer = await desk.get("/admin/audit/export.csv", params={"kind": "search"})

    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][1] == '\'=HYPERLINK("x")'
    noted = await lines_of(database, AuditKind.EXPORT)
    assert [(line.agent_id, line.details) for line in noted] == [(admin.id, {"filter": "kind=search"})]


async def test_the_export_is_for_admins(client: AsyncClient) -> None:
    assert (await client.get("/admin/audit/export.csv")).status_code == 403


async def test_new_words_of_what_is_everybodys_are_noted_and_not_repeated(
    database: Database, clients: Clients, admin: Agent
) -> None:
    admins = await clients.of(admin)
    template = {"name": "ご案内", "audience": "everyone"}
    announcement = {"title": "棚卸し", "shown_from": "2026-01-05"}
    for path, form in (("/settings/templates", template), ("/admin/announcements", announcement)):
        await admins.post(path, data={**form, "text": "承りました。"})
        await admins.post(f"{path}/1", data={**form, "text": "承りました！"})
        await admins.post(f"{path}/1", data={**form, "text": "承りました。少々お待ちください。"})

    noted = await lines_of(database, AuditKind.SETTINGS)

    for subject in ("letter_templates", "announcements"):
        _, same_length, longer = [line.details["changes"] for line in noted if line.subject == subject]
        assert same_length == {"is_rewritten": [False, True]}
        assert list(longer) == ["length"]
    assert "承りました" not in "".join(str(line.details) for line in noted)


async def test_who_sends_is_noted_with_the_act_and_without_the_words(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    ticket = await make_ticket(database)
    path = f"/api/v1/tickets/{ticket.number}"
    token = (await client.put(f"{path}/lock")).json()["token"]
    reply = {"lock_token": token, "base_version": ticket.version, "text": "秘密のご案内"}

    refused = await client.post(f"{path}/replies", json={**reply, "to": []})
    sent = await client.post(f"{path}/replies", json=reply)
    opened = await client.post(
        "/api/v1/messages",
        json={"channel_id": ticket.home_channel_id, "to": ["a@example.com"], "subject": "件名", "text": "秘密"},
    )

    noted = await lines_of(database, AuditKind.SEND)
    assert (refused.status_code, sent.status_code, opened.status_code) == (422, 201, 201)
    assert [(line.agent_id, line.subject, line.subject_id) for line in noted] == [
        (agent.id, "tickets", ticket.id),
        (agent.id, "tickets", opened.json()["number"]),
    ]
    assert noted[0].details == {"message_id": sent.json()["id"]}
    assert "秘密" not in "".join(str(line.details) for line in noted)


async def test_days_and_ways_are_told_in_words_of_the_organisation(
    database: Database, desk: AsyncClient, admin: Agent
) -> None:
    form = {"title": "棚卸し", "text": "承りました。", "shown_from": "2026-01-05", "shown_until": "2026-01-07"}
    ticket = await make_ticket(database)
    await desk.post("/admin/announcements", data=form)
    await desk.get(f"/tickets/{ticket.number}/print")

    page = await desk.get("/admin/audit")

    assert "掲載開始日: 2026-01-05<" in page.text
    assert "掲載終了日: 2026-01-07<" in page.text
    assert "形式: 印刷用ページ" in page.text
    assert not re.search(r"\bUTC\b", page.text)  # the letters may be in a token
