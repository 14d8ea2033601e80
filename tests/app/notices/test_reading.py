"""How far each has read: moved by looking, back by a wish, and never by who may not look."""

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.database import Database
from app.notices.jobs import NOTICES
from app.notices.reading_queries import map_reads
from app.tickets import assignment, service
from app.tickets.history_models import Actor
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from tests.support.builders import build_channel, build_message, build_team, build_ticket
from tests.support.fixtures_web import Clients
from tests.support.log_reading import run_once


async def _ticket(database: Database, messages: int = 1) -> Ticket:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        for number in range(messages - 1):
            await build_message(session, ticket, text=f"追伸 {number}")
        return ticket


async def _read(database: Database, agent: Agent, ticket: Ticket) -> int | None:
    async with database.reading() as session:
        return (await map_reads(session, agent.id, [ticket.id])).get(ticket.id)


async def test_looking_moves_forward_only(database: Database, agent: Agent, client: AsyncClient) -> None:
    ticket = await _ticket(database, messages=3)

    for version in (2, 1, 99):
        answer = await client.post(f"/tickets/{ticket.number}/read", data={"version": version})
        assert answer.status_code == 204
        if version == 1:
            assert await _read(database, agent, ticket) == 2

    assert await _read(database, agent, ticket) == 3


async def test_looking_ends_the_notices_of_the_ticket(
    database: Database, agent: Agent, lead: Agent, client: AsyncClient
) -> None:
    ticket, other = await _ticket(database), await _ticket(database)
    async with database.transaction() as session:
        for each in (ticket, other):
            found = await find_ticket(session, each.id)
            assert found is not None
            await assignment.assign(session, found, to=agent, by=Actor.agent(lead))
    await run_once(database, NOTICES)

    await client.post(f"/tickets/{ticket.number}/read", data={"version": 1})

    assert 'id="bell-count">1<' in (await client.get("/")).text


async def test_marked_as_unread_it_is_new_from_its_newest_entry(
    database: Database, agent: Agent, client: AsyncClient
) -> None:
    ticket = await _ticket(database, messages=3)
    await client.post(f"/tickets/{ticket.number}/read", data={"version": 3})

    answer = await client.delete(f"/tickets/{ticket.number}/read")

    assert answer.json() == {"version": 2}
    assert await _read(database, agent, ticket) == 2


async def test_whoever_writes_has_read(database: Database, agent: Agent) -> None:
    ticket = await _ticket(database, messages=2)
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await service.add_note(session, found, "確認中です", by=agent)

    await run_once(database, NOTICES)

    assert await _read(database, agent, ticket) == 3


async def test_nobody_reads_what_they_may_not_see(
    database: Database, agent: Agent, lead: Agent, client: AsyncClient
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[lead], channels=[channel])
        ticket = await build_ticket(session, channel=channel)

    answer = await client.post(f"/tickets/{ticket.number}/read", data={"version": 1})

    assert answer.status_code == 404
    assert await _read(database, agent, ticket) is None


async def test_the_page_says_how_far_it_was_read(database: Database, agent: Agent, client: AsyncClient) -> None:
    ticket = await _ticket(database, messages=2)
    path = f"/tickets/{ticket.number}"
    before = (await client.get(path)).text
    await client.post(f"{path}/read", data={"version": 1})

    after = (await client.get(path)).text

    assert 'data-read=""' in before
    assert 'data-reads=""' in before
    assert 'data-read="1"' in after
    assert f'data-reads="{ticket.number}:1 "' in after


async def test_of_a_long_thread_what_was_read_long_ago_is_one_line(
    database: Database, agent: Agent, client: AsyncClient
) -> None:
    ticket = await _ticket(database, messages=18)
    path = f"/tickets/{ticket.number}"
    await client.post(f"{path}/read", data={"version": 18})
    page = (await client.get(path)).text

    older = page[page.index('id="older"') :]
    assert "追伸 8" in older[: older.index("追伸 9")]
    assert page.count('class="older__line">') == 1
    assert "以前の10件" in older


async def test_a_mention_is_shown_by_name(database: Database, agent: Agent, lead: Agent, client: AsyncClient) -> None:
    ticket = await _ticket(database)
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await service.add_note(session, found, f"<b> @{lead.email} と @nobody@example.jp へ", by=agent)

    page = (await client.get(f"/tickets/{ticket.number}")).text

    assert f'<span class="mention" data-agent="{lead.id}" title="{lead.email}">@{lead.name}</span>' in page
    assert "&lt;b&gt; " in page
    assert "@nobody@example.jp へ" in page


async def test_who_can_be_mentioned_sees_the_ticket(
    database: Database, agent: Agent, lead: Agent, admin: Agent, client: AsyncClient
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[agent], channels=[channel])
        ticket = await build_ticket(session, channel=channel)

    people = (await client.get(f"/tickets/{ticket.number}/people")).json()

    assert {each["email"] for each in people} == {agent.email, admin.email}


async def test_only_leads_are_asked_about_complaints_and_only_admins_about_floods(
    database: Database, agent: Agent, lead: Agent, admin: Agent, client: AsyncClient, clients: Clients
) -> None:
    ours = (await client.get("/settings/notices")).text
    leads = (await (await clients.of(lead)).get("/settings/notices")).text
    admins = (await (await clients.of(admin)).get("/settings/notices")).text

    assert [page.count("<tr hidden>") for page in (ours, leads, admins)] == [2, 1, 0]


async def test_the_ways_are_chosen_on_a_page(database: Database, agent: Agent, client: AsyncClient) -> None:
    form = {"pace": "daily", "shows_text": "true", "ways": ["assigned.in_desk", "noted.by_mail"]}

    answer = await client.post("/settings/notices", data=form)
    page = (await client.get("/settings/notices")).text
    wrong = await client.post("/settings/notices", data={"pace": "always"})

    assert answer.status_code == 303
    assert page.count(" checked") == 3
    assert '<option value="daily" selected>' in page
    assert wrong.status_code == 422
