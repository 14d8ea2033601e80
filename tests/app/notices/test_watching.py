"""Watching: who is told beside the assignee, by a wish or by a note; and who is no longer."""

from httpx import AsyncClient
from sqlalchemy import delete, select

from app.accounts.models import Agent, TeamMember
from app.core.database import Database
from app.notices import watching
from app.notices.jobs import NOTICES
from app.notices.models import Notice, NoticeKind
from app.tickets import assignment, service
from app.tickets.closing import set_status, status_by_key
from app.tickets.disposal import mark_spam
from app.tickets.history_models import Actor, EventKind
from app.tickets.log import record
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from tests.support.builders import build_agent, build_channel, build_message, build_reply, build_team, build_ticket
from tests.support.fixtures_web import Clients
from tests.support.log_reading import run_once


async def _ticket(database: Database, *, members: list[Agent] | None = None) -> Ticket:
    """Of a channel that only the members see, when there are any."""
    async with database.transaction() as session:
        channel = await build_channel(session)
        if members:
            await build_team(session, members=members, channels=[channel])
        return await build_ticket(session, channel=channel)


async def _told(database: Database, agent: Agent) -> list[NoticeKind]:
    await run_once(database, NOTICES)
    async with database.reading() as session:
        mine = select(Notice.kind).where(Notice.agent_id == agent.id).order_by(Notice.id)
        return list(await session.scalars(mine))


async def _watchers(database: Database, ticket: Ticket) -> set[int]:
    async with database.reading() as session:
        return {each.id for each in await watching.list_watchers(session, ticket.id)}


async def _watch(database: Database, ticket: Ticket, agent: Agent) -> None:
    async with database.transaction() as session:
        await watching.watch(session, ticket, by=agent)


async def test_a_watcher_is_told_of_answers_notes_and_the_end(database: Database, agent: Agent, lead: Agent) -> None:
    ticket = await _ticket(database)
    await _watch(database, ticket, agent)

    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await build_message(session, found)
        await service.add_note(session, found, "電話しました", by=lead)
        await set_status(session, found, await status_by_key(session, "done"), by=Actor.agent(lead))

    assert await _told(database, agent) == [NoticeKind.ANSWERED, NoticeKind.NOTED, NoticeKind.STATUS_CHANGED]


async def test_that_an_answer_was_begun_is_no_news(database: Database, agent: Agent, lead: Agent) -> None:
    ticket = await _ticket(database)
    await _watch(database, ticket, agent)

    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await set_status(session, found, await status_by_key(session, "in_progress"), by=Actor.agent(lead))

    assert await _told(database, agent) == []


async def test_an_absence_note_tells_nobody_and_a_bounce_those_who_follow_and_its_writer(
    database: Database, agent: Agent, lead: Agent
) -> None:
    ticket = await _ticket(database)
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await assignment.assign(session, found, to=agent, by=Actor.agent(agent))
        reply = await build_reply(session, found, author=lead)
        await build_message(session, found, is_automatic=True)
    assert await _told(database, agent) == []

    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        record(session, found, EventKind.BOUNCED, message_id=reply.id, failed=1)

    assert await _told(database, agent) == [NoticeKind.BOUNCED]
    assert await _told(database, lead) == [NoticeKind.BOUNCED]


async def test_admins_are_told_of_a_flood(database: Database, agent: Agent, admin: Agent) -> None:
    ticket = await _ticket(database)
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        record(session, found, EventKind.AUTO_REPLY_WITHHELD, arrived=20)

    assert await _told(database, admin) == [NoticeKind.MAIL_FLOOD]
    assert await _told(database, agent) == []


async def test_who_takes_part_in_a_note_watches_but_not_the_assignee(
    database: Database, agent: Agent, lead: Agent, admin: Agent
) -> None:
    ticket = await _ticket(database)
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await assignment.assign(session, found, to=agent, by=Actor.agent(agent))
        await service.add_note(session, found, f"@{lead.email} @{agent.email} お願いします", by=admin)
    await run_once(database, NOTICES)

    assert await _watchers(database, ticket) == {lead.id, admin.id}


async def test_the_writer_is_told_when_a_send_is_cancelled_by_the_desk(
    database: Database, agent: Agent, lead: Agent
) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session)
        message = await build_reply(session, ticket, author=agent)
        await session.flush()
        record(session, ticket, EventKind.SEND_CANCELLED, message_id=message.id)
        record(session, ticket, EventKind.SEND_CANCELLED, by=Actor.agent(agent), message_id=message.id)

    assert await _told(database, agent) == [NoticeKind.SEND_CANCELLED]


async def test_who_lost_sight_is_told_nothing_and_counts_nothing(
    database: Database, agent: Agent, lead: Agent, admin: Agent, clients: Clients
) -> None:
    ticket = await _ticket(database, members=[agent, lead])
    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await assignment.assign(session, found, to=agent, by=Actor.agent(lead))
    assert await _told(database, agent) == [NoticeKind.ASSIGNED]
    client = await clients.of(agent)
    assert 'id="bell-count">1<' in (await client.get("/")).text

    async with database.transaction() as session:
        await session.execute(delete(TeamMember).where(TeamMember.agent_id == agent.id))
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await service.add_note(session, found, f"@{agent.email} 見えますか", by=admin)

    assert await _told(database, agent) == [NoticeKind.ASSIGNED]
    assert 'id="bell-count" hidden>0<' in (await client.get("/")).text
    assert "notice__link" not in (await client.get("/notices")).text
    assert "notice__link" not in (await client.get("/notices/fresh")).text


async def test_what_lies_in_spam_tells_nobody(database: Database, agent: Agent, lead: Agent) -> None:
    ticket = await _ticket(database)
    await _watch(database, ticket, agent)

    async with database.transaction() as session:
        found = await find_ticket(session, ticket.id)
        assert found is not None
        mark_spam(session, found, True, by=Actor.agent(lead))
        await service.add_note(session, found, "迷惑メールです", by=lead)

    assert await _told(database, agent) == []


async def test_who_left_the_desk_is_not_told(database: Database, lead: Agent) -> None:
    async with database.transaction() as session:
        gone = await build_agent(session, name="退職 者")
    ticket = await _ticket(database)
    await _watch(database, ticket, gone)
    async with database.transaction() as session:
        (await session.get_one(Agent, gone.id)).disabled_at = ticket.created_at
        found = await find_ticket(session, ticket.id)
        assert found is not None
        await service.add_note(session, found, "確認しました", by=lead)

    assert await _told(database, gone) == []


async def test_watching_over_the_api(database: Database, agent: Agent, client: AsyncClient) -> None:
    ticket = await _ticket(database)
    path = f"/api/v1/tickets/{ticket.number}/watch"

    begun = [(await client.put(path)).json() for _ in range(2)]
    told = (await client.get(path)).json()
    ended = (await client.delete(path)).json()

    watching_now = {"is_watching": True, "watchers": [{"id": agent.id, "name": agent.name}]}
    assert [*begun, told] == [watching_now] * 3
    assert ended == {"is_watching": False, "watchers": []}


async def test_nobody_watches_what_they_may_not_see(
    database: Database, agent: Agent, lead: Agent, client: AsyncClient
) -> None:
    ticket = await _ticket(database, members=[lead])

    answer = await client.put(f"/api/v1/tickets/{ticket.number}/watch")

    assert answer.status_code == 404
    assert await _watchers(database, ticket) == set()
