"""Who is told of what."""

from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent
from app.core.database import Database
from app.notices.jobs import NOTICES
from app.notices.models import Notice, NoticeKind
from app.tickets import assignment, service
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Origin, Ticket
from app.tickets.queries import find_ticket
from tests.support.builders import build_channel, build_reply, build_team, build_ticket
from tests.support.fixtures_web import Clients
from tests.support.log_reading import run_once


async def _ticket_of(session: AsyncSession, agent: Agent | None) -> Ticket:
    ticket = await build_ticket(session)
    await session.flush()
    if agent is not None:
        await assignment.assign(session, ticket, to=agent, by=Actor.agent(agent))
    return ticket


async def _told(database: Database) -> list[tuple[int, NoticeKind]]:
    await run_once(database, NOTICES)
    async with database.reading() as session:
        return [(each.agent_id, each.kind) for each in await session.scalars(select(Notice).order_by(Notice.id))]


async def test_the_new_assignee_is_told(database: Database, agent: Agent, lead: Agent) -> None:
    async with database.transaction() as session:
        ticket = await _ticket_of(session, None)
        await assignment.assign(session, ticket, to=agent, by=Actor.agent(lead))

    assert await _told(database) == [(agent.id, NoticeKind.ASSIGNED)]


async def test_nobody_is_told_of_their_own_acts(database: Database, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await _ticket_of(session, agent)
        await service.add_note(session, ticket, f"覚え書き @{agent.email}", by=agent)

    assert await _told(database) == []


async def test_a_note_is_told_to_the_assignee_and_the_mentioned(
    database: Database, agent: Agent, lead: Agent, admin: Agent
) -> None:
    async with database.transaction() as session:
        ticket = await _ticket_of(session, agent)
        await service.add_note(session, ticket, f"確認お願いします ＠{lead.email.upper()} さん", by=admin)

    assert sorted(await _told(database)) == sorted([(agent.id, NoticeKind.NOTED), (lead.id, NoticeKind.MENTIONED)])


async def test_the_mentioned_who_may_not_see_the_ticket_are_not_told(
    database: Database, agent: Agent, admin: Agent
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, channels=[channel])
        ticket = await build_ticket(session, channel=channel)
        await service.add_note(session, ticket, f"@{agent.email}", by=admin)

    assert await _told(database) == []


async def test_the_author_of_a_failed_send_is_told(database: Database, agent: Agent) -> None:
    async with database.transaction() as session:
        ticket = await _ticket_of(session, None)
        message = await build_reply(session, ticket, author=agent)
        await session.flush()
        record(session, ticket, EventKind.SEND_FAILED, message_id=message.id)
        record(session, ticket, EventKind.SEND_UNCERTAIN, message_id=message.id)

    assert await _told(database) == [(agent.id, NoticeKind.SEND_FAILED), (agent.id, NoticeKind.SEND_UNCERTAIN)]


async def test_what_was_imported_tells_nobody(database: Database, agent: Agent, lead: Agent) -> None:
    async with database.transaction() as session:
        ticket = await _ticket_of(session, None)
        record(
            session,
            ticket,
            EventKind.ASSIGNED,
            by=Actor.agent(lead),
            origin=Origin.IMPORT,
            assignee_id=[None, agent.id],
        )

    assert await _told(database) == []


async def test_the_bell_lists_and_forgets(database: Database, agent: Agent, client: AsyncClient, lead: Agent) -> None:
    async with database.transaction() as session:
        ticket = await _ticket_of(session, None)
        await assignment.assign(session, ticket, to=agent, by=Actor.agent(lead))
    await run_once(database, NOTICES)

    unread = await client.get("/notices")
    await client.post("/notices/read")
    read = await client.get("/notices")

    assert f"#{ticket.number}" in unread.text
    assert lead.name in unread.text
    assert 'data-unread="1"' in unread.text
    assert 'data-unread="0"' in read.text


async def test_ones_notices_are_ones_own(database: Database, agent: Agent, lead: Agent, clients: Clients) -> None:
    async with database.transaction() as session:
        ticket = await _ticket_of(session, None)
        await assignment.assign(session, ticket, to=agent, by=Actor.agent(lead))
    await run_once(database, NOTICES)
    other = await clients.of(lead)

    await other.post("/notices/read")

    async with database.reading() as session:
        assert await session.scalar(select(Notice.read_at)) is None
        assert await find_ticket(session, ticket.id) is not None
