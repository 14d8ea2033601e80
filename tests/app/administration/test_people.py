import re

import pytest
import pytest_asyncio
from httpx import AsyncClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts import queries
from app.accounts.audit_models import AuditKind, AuditLine
from app.accounts.invitation_models import INVITATION_LIFE, Invitation
from app.accounts.models import Agent, Role
from app.core import clock
from app.core.database import Database
from tests.support.builders import build_agent, build_team
from tests.support.fixtures_web import Clients

PASSWORD = "correct horse battery"
EMAIL = "taro@example.jp"
INVITATION = {"email": EMAIL, "name": "高橋 太郎", "role": "lead"}


@pytest_asyncio.fixture
async def link(desk: AsyncClient) -> str:
    page = await desk.post("/admin/people/invitations", data=INVITATION)
    return link_in(page.text)


def link_in(page: str) -> str:
    found = re.search(r'value="http://[^/]+(/invitations/[\w-]+)"', page)
    assert found
    return found[1]


async def lines_of(database: Database, kind: AuditKind) -> list[AuditLine]:
    async with database.reading() as session:
        return list(await session.scalars(select(AuditLine).where(AuditLine.kind == kind).order_by(AuditLine.id)))


async def test_the_list_shows_who_there_is(desk: AsyncClient, admin: Agent, agent: Agent) -> None:
    page = await desk.get("/admin/people")

    assert page.status_code == 200
    assert admin.name in page.text
    assert agent.email in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.CS, Role.LEAD])
async def test_nobody_but_admins_may_look(clients: Clients, database: Database, role: Role) -> None:
    async with database.transaction() as session:
        somebody = await build_agent(session, role=role)
    browser = await clients.of(somebody)

    answer = await browser.get("/admin/people")

    assert answer.status_code == 403
    assert "権限" in answer.text


async def test_who_was_invited_chooses_a_password_and_is_in(clients: Clients, database: Database, link: str) -> None:
    browser = await clients.nobody()

    page = await browser.get(link)
    answer = await browser.post(link, data={"name": "高橋 太郎", "password": PASSWORD})

    assert EMAIL in page.text
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    me = (await browser.get("/api/v1/me")).json()
    assert (me["agent"]["email"], me["role"]) == (EMAIL, "lead")


async def test_a_link_works_once(clients: Clients, link: str) -> None:
    browser = await clients.nobody()
    await browser.post(link, data={"name": "高橋 太郎", "password": PASSWORD})

    again = await browser.post(link, data={"name": "別人", "password": PASSWORD})

    assert again.status_code == 410
    assert "この招待はすでに使われています" in again.text


async def test_a_link_ends_after_a_week(clients: Clients, database: Database, link: str) -> None:
    async with database.transaction() as session:
        invitation = (await session.scalars(select(Invitation))).one()
        invitation.expires_at = clock.now() - INVITATION_LIFE

    page = await (await clients.nobody()).get(link)

    assert page.status_code == 410
    assert "期限" in page.text


async def test_a_withdrawn_link_leads_nowhere(
    clients: Clients, database: Database, desk: AsyncClient, link: str
) -> None:
    async with database.reading() as session:
        invitation = (await session.scalars(select(Invitation))).one()
    await desk.post(f"/admin/people/invitations/{invitation.id}/withdrawal")

    answer = await (await clients.nobody()).post(link, data={"name": "高橋", "password": PASSWORD})

    assert answer.status_code == 410
    assert "取り消され" in answer.text


async def test_a_link_that_nobody_made_is_said_to_be_unknown(clients: Clients) -> None:
    page = await (await clients.nobody()).get("/invitations/abc")

    assert page.status_code == 404


async def test_a_short_password_keeps_the_name(clients: Clients, link: str) -> None:
    page = await (await clients.nobody()).post(link, data={"name": "高橋 次郎", "password": "short"})

    assert page.status_code == 422
    assert 'value="高橋 次郎"' in page.text
    assert "short" not in page.text


async def test_the_token_itself_is_stored_nowhere(database: Database, link: str) -> None:
    token = link.rpartition("/")[2]

    async with database.reading() as session:
        invitation = (await session.scalars(select(Invitation))).one()
    notes = [line.details for line in await lines_of(database, AuditKind.SETTINGS)]

    assert token not in invitation.token_hash
    assert token not in str(notes)


async def test_whoever_is_there_already_is_not_invited(desk: AsyncClient, agent: Agent) -> None:
    page = await desk.post("/admin/people/invitations", data={**INVITATION, "email": agent.email.upper()})

    assert page.status_code == 422
    assert 'value="高橋 太郎"' in page.text


async def test_a_person_gets_another_role_and_teams(desk: AsyncClient, database: Database, agent: Agent) -> None:
    async with database.transaction() as session:
        team = await build_team(session)

    answer = await desk.post(
        f"/admin/people/{agent.id}", data={"name": "改名", "role": "lead", "team_ids": [str(team.id)]}
    )

    async with database.reading() as session:
        changed = await queries.get_agent(session, agent.id)
        assert (changed.name, changed.role) == ("改名", Role.LEAD)
        assert await queries.list_team_ids(session, agent.id) == [team.id]
    assert answer.status_code == 303
    line = (await lines_of(database, AuditKind.SETTINGS))[-1]
    assert (line.subject, line.subject_id) == ("agents", agent.id)
    assert line.details["changes"]["role"] == ["agent", "lead"]


@pytest.mark.parametrize("act", ["disabling", ""])
async def test_the_last_admin_stays_one(desk: AsyncClient, database: Database, admin: Agent, act: str) -> None:
    path = f"/admin/people/{admin.id}/{act}".rstrip("/")

    answer = await desk.post(path, data={"name": admin.name, "role": "agent"})

    assert answer.status_code == 409
    assert "管理者" in answer.text
    async with database.reading() as session:
        same = await queries.get_agent(session, admin.id)
        assert (same.role, same.is_active) == (Role.ADMIN, True)


async def test_who_is_disabled_is_out_until_enabled(
    desk: AsyncClient, clients: Clients, agent: Agent, client: AsyncClient
) -> None:
    await desk.post(f"/admin/people/{agent.id}/disabling")
    was_out = (await client.get("/api/v1/me")).status_code
    await desk.post(f"/admin/people/{agent.id}/enabling")
    back = await clients.of(agent)

    assert was_out == 401
    assert (await back.get("/api/v1/me")).status_code == 200


async def test_an_admin_ends_the_sessions_of_somebody(desk: AsyncClient, agent: Agent, client: AsyncClient) -> None:
    await desk.post(f"/admin/people/{agent.id}/sessions/end")

    assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET subject = ''", "DELETE FROM audit_log"])
async def test_the_database_refuses_to_change_the_audit_log(database: Database, agent: Agent, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text(statement))

    assert await lines_of(database, AuditKind.SETTINGS)


async def test_signing_in_and_failing_to_are_noted(clients: Clients, database: Database) -> None:
    async with database.transaction() as session:
        hanako = await build_agent(session, email="hanako@example.jp", password=PASSWORD)
    browser = await clients.nobody()

    for email, password in (("hanako@example.jp", PASSWORD), ("hanako@example.jp", "x"), ("secret@example.jp", "x")):
        await browser.post("/sign-in", data={"email": email, "password": password})

    assert [line.agent_id for line in await lines_of(database, AuditKind.SIGN_IN)] == [hanako.id]
    failed = await lines_of(database, AuditKind.SIGN_IN_FAILED)
    assert [line.agent_id for line in failed] == [hanako.id, None]
    assert "secret" not in str(failed[1].details)
    assert failed[0].address == "127.0.0.1"
