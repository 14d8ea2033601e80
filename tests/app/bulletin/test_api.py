"""Handover notes and announcements: who sees them, and how they end (B14)."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.accounts.audit_models import AuditLine
from app.accounts.models import Agent
from app.bulletin.models import Announcement
from app.core.clock import now
from app.core.database import Database
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients

NOTES = "/api/v1/handover-notes"
NEWS = "/api/v1/announcements"


async def _items(client: AsyncClient, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(url)).json()["items"]
    return found


async def _announce(database: Database, agent: Agent, **values: Any) -> int:
    async with database.transaction() as session:
        made = Announcement(title="休業", text="明日は休みです。", author_id=agent.id, **values)
        session.add(made)
        await session.flush()
        return made.id


async def test_a_note_stays_until_somebody_marks_it_done(
    database: Database, client: AsyncClient, lead: Agent, clients: Clients
) -> None:
    leads = await clients.of(lead)
    note = (await client.post(NOTES, json={"text": " 折り返しをお願いします。 "})).json()

    before = await _items(leads, NOTES)
    done = (await leads.post(f"{NOTES}/{note['id']}/done")).json()
    again = (await client.post(f"{NOTES}/{note['id']}/done")).json()
    reopened = (await client.delete(f"{NOTES}/{note['id']}/done")).json()

    assert [(each["text"], each["done_at"]) for each in before] == [("折り返しをお願いします。", None)]
    assert done["done_by"] == again["done_by"] == {"id": lead.id, "name": lead.name}
    assert reopened["done_at"] is None


async def test_a_note_is_changed_by_its_writer_and_leads_and_the_audit_log_knows(
    database: Database, client: AsyncClient, agent: Agent, lead: Agent, clients: Clients
) -> None:
    async with database.transaction() as session:
        colleague = await build_agent(session)
        team = await build_team(session, members=[agent, lead, colleague])
    note = (await client.post(NOTES, json={"text": "倉庫へ連絡"})).json()
    path, others = f"{NOTES}/{note['id']}", await clients.of(colleague)

    by_writer = (await client.put(path, json={"text": "倉庫へ電話", "team_id": team.id})).json()
    by_lead = (await (await clients.of(lead)).put(path, json={"text": "倉庫へ電話", "team_id": ""})).json()
    refused = await others.put(path, json={"text": "済み"})
    empty = await client.put(path, json={"text": " "})

    assert (by_writer["text"], by_writer["changed_by"]["id"]) == ("倉庫へ電話", agent.id)
    assert (by_lead["team"], by_lead["changed_by"]["id"]) == (None, lead.id)
    assert (refused.status_code, empty.status_code) == (403, 422)
    assert 'data-action="note-change"' in (await client.get("/home")).text
    assert 'data-action="note-change"' not in (await others.get("/home")).text
    async with database.reading() as session:
        of_notes = AuditLine.subject == "handover_notes"
        noted = (await session.scalars(select(AuditLine).where(of_notes).order_by(AuditLine.id))).all()
    assert [line.agent_id for line in noted] == [agent.id, lead.id]
    assert noted[0].details["changes"] == {"team_id": [None, team.id], "is_rewritten": [False, True]}


async def test_a_teams_note_is_its_members(
    database: Database, client: AsyncClient, lead: Agent, admin: Agent, clients: Clients
) -> None:
    async with database.transaction() as session:
        team = await build_team(session, members=[lead])
    leads, admins = await clients.of(lead), await clients.of(admin)
    note = (await client.post(NOTES, json={"text": "倉庫へ連絡", "team_id": team.id})).json()

    assert await _items(client, NOTES) == []
    assert [each["id"] for each in await _items(leads, NOTES)] == [note["id"]]
    assert [each["id"] for each in await _items(admins, NOTES)] == [note["id"]]
    assert (await client.post(f"{NOTES}/{note['id']}/done")).status_code == 404


async def test_a_note_about_a_ticket_that_one_does_not_see_does_not_exist(
    database: Database, client: AsyncClient, lead: Agent, clients: Clients
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[lead], channels=[channel])
        ticket = await build_ticket(session, channel=channel)
    note = (await (await clients.of(lead)).post(NOTES, json={"text": "秘密", "ticket_number": ticket.number})).json()

    page = (await client.get("/")).text
    refused = await client.post(NOTES, json={"text": "x", "ticket_number": ticket.number})

    assert note["ticket_number"] == ticket.number
    assert await _items(client, NOTES) == []
    assert 'id="handover-count" hidden>0<' in page
    assert refused.json()["errors"][0]["field"] == "ticket_number"


async def test_the_sidebar_counts_what_is_open(database: Database, client: AsyncClient) -> None:
    first = (await client.post(NOTES, json={"text": "一"})).json()
    await client.post(NOTES, json={"text": "二"})
    await client.post(f"{NOTES}/{first['id']}/done")

    assert 'id="handover-count">1<' in (await client.get("/")).text


@pytest.mark.parametrize(("field", "value"), [("text", " "), ("team_id", 99), ("ticket_number", 99)])
async def test_what_means_nothing_is_refused(
    database: Database, client: AsyncClient, field: str, value: object
) -> None:
    answer = await client.post(NOTES, json={"text": "x", field: value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


async def test_an_announcement_is_shown_in_its_time(database: Database, client: AsyncClient, admin: Agent) -> None:
    hour = timedelta(hours=1)
    shown = await _announce(database, admin, shown_from=now() - hour)
    await _announce(database, admin, shown_from=now() + hour)
    await _announce(database, admin, shown_from=now() - 2 * hour, shown_until=now() - hour)
    await _announce(database, admin, archived_at=now())

    assert [each["id"] for each in await _items(client, NEWS)] == [shown]


async def test_what_is_important_stands_above_the_desk_until_it_is_read(
    database: Database, client: AsyncClient, admin: Agent, clients: Clients
) -> None:
    important = await _announce(database, admin, is_important=True)
    await _announce(database, admin)

    before = (await client.get("/")).text
    answer = await client.post(f"{NEWS}/{important}/reading")
    twice = await client.post(f"{NEWS}/{important}/reading")
    after = (await client.get("/")).text
    others = (await (await clients.of(admin)).get("/")).text

    assert before.count('class="bar"') == others.count('class="bar"') == 1
    assert 'class="bar"' not in after
    assert (answer.status_code, twice.status_code) == (204, 204)
    assert (await client.post(f"{NEWS}/99/reading")).status_code == 404


async def test_admins_announce_and_see_who_has_read(
    database: Database, client: AsyncClient, agent: Agent, admin: Agent, clients: Clients
) -> None:
    admins = await clients.of(admin)
    form = {"title": "棚卸し", "text": "15時以降の出荷は明日です。", "is_important": "true", "shown_from": "2026-01-05"}

    wrong = await admins.post("/admin/announcements", data={**form, "shown_until": "2026-01-04"})
    made = await admins.post("/admin/announcements", data={**form, "shown_until": ""})
    [item] = await _items(client, NEWS)
    await client.post(f"{NEWS}/{item['id']}/reading")
    page = (await admins.get(f"/admin/announcements/{item['id']}")).text
    removed = await admins.post(f"/admin/announcements/{item['id']}/removal")

    assert (wrong.status_code, made.status_code, removed.status_code) == (422, 303, 303)
    assert "15時以降の出荷は明日です。" in wrong.text
    assert page.index(admin.name) < page.rindex(agent.name)
    assert await _items(client, NEWS) == []
    assert (await client.get("/admin/announcements")).status_code == 403


async def test_nobody_reads_what_an_agent_of_another_team_wrote_to_theirs(database: Database, clients: Clients) -> None:
    async with database.transaction() as session:
        one, other = await build_agent(session), await build_agent(session)
        team = await build_team(session, members=[one])
    note = (await (await clients.of(one)).post(NOTES, json={"text": "内", "team_id": team.id})).json()

    page = (await (await clients.of(other)).get("/home")).text

    assert f'id="note-{note["id"]}"' not in page
