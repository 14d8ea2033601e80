"""My page holds what one must know in the morning, and nothing that one may not see."""

from datetime import timedelta

from httpx import AsyncClient

from app.accounts.models import Agent
from app.core.clock import now
from app.core.database import Database, count_statements
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets import assignment
from app.tickets.models import Phase
from app.tickets.queries import find_ticket
from tests.support.builders import AT, build_agent, build_channel, build_message, build_team, build_ticket
from tests.support.fixtures_web import Clients


async def _home(client: AsyncClient) -> str:
    answer = await client.get("/home")
    assert answer.status_code == 200
    return answer.text


async def test_with_nothing_to_do_nothing_is_burning(database: Database, client: AsyncClient) -> None:
    page = await _home(client)

    assert "急ぎのものはありません" in page
    assert 'id="home-drafts"' not in page


async def test_an_unfinished_reply_says_that_the_customer_wrote_since(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, subject="請求書の件")
        other = await build_ticket(session, subject="配送の件")
    for number in (ticket.number, other.number):
        await client.put(f"/api/v1/tickets/{number}/draft", json={"text": "お待たせしております。"})
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.number)
        assert found is not None
        await build_message(session, found)

    page = await _home(client)

    assert page.count("お待たせしております。") == 2
    assert page.count("その後お客様から連絡あり") == 1


async def test_what_was_not_sent_is_its_writers_and_the_leads(
    database: Database, client: AsyncClient, agent: Agent, lead: Agent, clients: Clients
) -> None:
    async with database.transaction() as session:
        other = await build_agent(session)
        ticket = await build_ticket(session)
        await session.flush()
        message = await build_message(session, ticket)
        message.author_agent_id = agent.id
        await session.flush()
        entry = OutboxEntry(
            message_id=message.id,
            ticket_id=ticket.id,
            channel_id=ticket.home_channel_id,
            state=OutboxState.UNCERTAIN,
            base_version=1,
            base_status_id=1,
            before_status_id=1,
        )
        session.add(entry)
        await session.flush()
    sign = f'id="send-{entry.id}"'

    assert sign in await _home(client)
    assert sign in await _home(await clients.of(lead))
    assert sign not in await _home(await clients.of(other))


async def test_who_waits_longest_stands_first(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        late = await build_ticket(session, at=AT)
        early = await build_ticket(session, at=AT - timedelta(days=2))
        theirs = await build_ticket(session, phase=Phase.IN_PROGRESS, at=AT - timedelta(days=3))
        await session.flush()
        theirs.is_waiting = True
        for ticket in (late, early, theirs):
            await assignment.assign(session, ticket, to=agent)

    page = await _home(client)

    assert page.index(f'id="home-mine-{early.number}"') < page.index(f'id="home-mine-{late.number}"')
    assert f'id="home-mine-{theirs.number}"' not in page


async def test_what_is_put_off_says_until_when(database: Database, client: AsyncClient, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, phase=Phase.IN_PROGRESS)
        await session.flush()
        await assignment.assign(session, ticket, to=agent)
        ticket.snoozed_until = now() + timedelta(days=1)
        ticket.hold_reason = "工場の回答待ち"

    page = await _home(client)

    assert f'id="held-{ticket.number}"' in page
    assert "工場の回答待ち" in page
    assert f'id="home-mine-{ticket.number}"' not in page


async def test_who_is_away_is_named(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        away = await build_agent(session, name="高橋 健太")
        back = await build_agent(session, name="中村 葵")
        away.absent_since, away.absent_until = now() - timedelta(hours=1), now() + timedelta(days=1)
        back.absent_since, back.absent_until = now() - timedelta(days=2), now() - timedelta(days=1)

    page = await _home(client)

    assert "高橋 健太" in page
    assert "中村 葵" not in page


async def test_what_one_may_not_see_is_not_there(database: Database, client: AsyncClient) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel], members=[await build_agent(session)])
        await build_ticket(session, channel=channel, subject="秘密の件")

    assert "秘密の件" not in await _home(client)


async def test_more_to_do_takes_no_more_statements(database: Database, client: AsyncClient) -> None:
    seen = count_statements(database)
    await _home(client)
    few = len(seen)
    async with database.transaction() as session:
        tickets = [await build_ticket(session, at=AT + timedelta(minutes=minute)) for minute in range(12)]
    for ticket in tickets:
        await client.put(f"/api/v1/tickets/{ticket.number}/draft", json={"text": "書きかけ"})
    seen.clear()

    await _home(client)

    assert len(seen) <= few <= 24
