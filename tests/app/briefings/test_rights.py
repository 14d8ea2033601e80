"""Who reads, who comments, and that a foreign audience's briefing does not exist."""

import pytest
from httpx import AsyncClient

from app.accounts.models import Agent, Role, Scope
from app.briefings.mailing import Press
from app.core.database import Database
from tests.support.briefings import build_plan, keep_at, list_briefings
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients


async def _draft(
    database: Database, press: Press, *, is_hidden: bool = False, commenter_ids: list[int] | None = None
) -> int:
    async with database.transaction() as session:
        channel = await build_channel(session)
        if is_hidden:
            await build_team(session, name="別のチーム", channels=[channel])
        await build_ticket(session, channel=channel)
    await build_plan(database, commenter_ids=commenter_ids or [])
    await keep_at(press)
    [briefing] = await list_briefings(database)
    return briefing.id


async def test_an_agent_reads_none(database: Database, press: Press, client: AsyncClient) -> None:
    briefing_id = await _draft(database, press)

    assert (await client.get("/briefings")).status_code == 403
    assert (await client.get(f"/briefings/{briefing_id}")).status_code == 403
    assert (await client.get(f"/api/v1/briefings/{briefing_id}")).status_code == 403


async def test_cs_reads_and_does_not_comment(database: Database, press: Press, clients: Clients) -> None:
    briefing_id = await _draft(database, press)
    async with database.transaction() as session:
        reader = await build_agent(session, role=Role.CS)
    cs = await clients.of(reader)

    page = await cs.get(f"/briefings/{briefing_id}")
    refused = await cs.post(f"/briefings/{briefing_id}/freeze", data={"comment": "", "version": "0"})

    assert page.status_code == 200
    assert "comment-form" not in page.text
    assert refused.status_code == 403


async def test_the_list_names_days_in_the_readers_language(database: Database, press: Press, clients: Clients) -> None:
    """Whatever language the report itself is in."""
    await _draft(database, press)
    async with database.transaction() as session:
        reader = await build_agent(session, role=Role.CS, locale="en")

    page = (await (await clients.of(reader)).get("/briefings")).text

    assert "Mon, Nov 2, 2026" in page
    assert "11月2日" not in page


@pytest.mark.parametrize("path", ["", "/pdf"])
async def test_what_counts_an_unseen_channel_does_not_exist(
    database: Database, press: Press, clients: Clients, lead: Agent, admin: Agent, path: str
) -> None:
    briefing_id = await _draft(database, press, is_hidden=True)
    leads, admins = await clients.of(lead), await clients.of(admin)

    assert (await leads.get(f"/briefings/{briefing_id}{path}")).status_code == 404
    assert f'id="briefing-{briefing_id}"' not in (await leads.get("/briefings")).text
    assert (await leads.get("/api/v1/briefings")).json()["items"] == []
    assert (await admins.get(f"/briefings/{briefing_id}{path}")).status_code == 200
    assert f'id="briefing-{briefing_id}"' in (await admins.get("/briefings")).text


async def test_only_those_who_were_chosen_comment(
    database: Database, press: Press, clients: Clients, lead: Agent, agent: Agent
) -> None:
    async with database.transaction() as session:
        chosen = await build_agent(session, role=Role.CS)
    briefing_id = await _draft(database, press, commenter_ids=[chosen.id])
    form = {"comment": "気づいたこと", "version": "0"}

    refused = await (await clients.of(lead)).post(f"/briefings/{briefing_id}/comment", data=form)
    kept = await (await clients.of(chosen)).post(f"/briefings/{briefing_id}/comment", data=form)

    assert (refused.status_code, kept.status_code) == (403, 303)


async def test_a_program_needs_the_scope_of_reports(
    database: Database, press: Press, clients: Clients, lead: Agent
) -> None:
    briefing_id = await _draft(database, press)
    reader = await clients.with_token(lead, scopes=[Scope.READ])
    reports = await clients.with_token(lead, scopes=[Scope.REPORTS])

    assert (await reader.get(f"/api/v1/briefings/{briefing_id}")).status_code == 403
    assert (await reports.get(f"/api/v1/briefings/{briefing_id}")).json()["contents"]["title"] == "日報"


async def test_comments_are_found_by_their_words(
    database: Database, press: Press, clients: Clients, lead: Agent
) -> None:
    briefing_id = await _draft(database, press)
    leads = await clients.of(lead)
    await leads.post(f"/briefings/{briefing_id}/comment", data={"comment": "ﾛｸﾞｲﾝが多い 100%", "version": "0"})

    found = (await leads.get("/briefings?q=ログイン&kind=daily&since=2026-11-02")).text
    other = (await leads.get("/briefings?q=返品")).text
    literal = (await leads.get("/briefings?q=0%25")).text
    past = (await leads.get("/briefings?until=2026-11-01")).text

    assert [f'id="briefing-{briefing_id}"' in page for page in (found, other, literal, past)] == [
        True,
        False,
        True,
        False,
    ]
