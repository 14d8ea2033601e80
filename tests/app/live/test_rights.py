"""What a browser does not hear: rights decide, as they are at that moment."""

import asyncio

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import service as accounts
from app.accounts.models import Agent, Role, TeamMember
from app.core.database import Database, wake_at_commit
from app.core.wakeups import RIGHTS
from app.live.hub import Hub
from app.live.signals import signal
from app.tickets import assignment, closing
from app.tickets.models import Ticket
from app.tickets.queries import find_ticket
from tests.app.live.listener import PATIENCE, listening
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients


async def _new_ticket(database: Database) -> Ticket:
    async with database.transaction() as session:
        return await build_ticket(session)


async def _finish(database: Database, number: int) -> None:
    async with database.transaction() as session:
        ticket = await find_ticket(session, number)
        assert ticket is not None
        await closing.set_status(session, ticket, await closing.status_by_key(session, "done"))


async def test_what_one_may_not_see_is_not_told(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient, clients: Clients
) -> None:
    async with database.transaction() as session:
        insider = await build_agent(session, name="中の人")
        channel = await build_channel(session)
        await build_team(session, members=[insider], channels=[channel])
    inside = await clients.of(insider)

    async with listening(app, client) as outsider, listening(app, inside) as listener:
        await outsider.next("counts")
        await listener.next("counts")
        async with database.transaction() as session:
            await build_ticket(session, channel=channel)
        await listener.next("ticket")
        names = await outsider.names_within(0.5)

    assert "ticket" not in names
    assert "gone" not in names


async def test_what_is_no_longer_listed_is_gone(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    ticket = await _new_ticket(database)

    async with listening(app, client) as listener:
        await listener.next("counts")
        async with database.transaction() as session:
            found = await find_ticket(session, ticket.number)
            assert found is not None
            found.is_counted = False
            await signal(session, found.id)
        event = await listener.next("gone")

    assert event.data == {"number": ticket.number}


async def test_a_ticket_that_leaves_ones_sight_is_gone(
    app: FastAPI, hub: Hub, database: Database, client: AsyncClient
) -> None:
    """Moved into a mailbox of another team: only who had it hears of it, and nothing but its number."""
    ticket = await _new_ticket(database)
    async with database.transaction() as session:
        foreign = await build_channel(session, name="役員室")
        await build_team(session, channels=[foreign])
        other = await build_ticket(session, channel=foreign)

    async with listening(app, client) as listener:
        await listener.next("counts")
        async with database.transaction() as session:
            found = await find_ticket(session, ticket.number)
            assert found is not None
            found.audience_id = other.audience_id
            await assignment_touch(session, found)
        event = await listener.next("gone")

    assert event.data == {"number": ticket.number}


async def assignment_touch(session: AsyncSession, ticket: Ticket) -> None:
    """Any event, so that the log speaks of the ticket."""
    assignment.flag_complaint(session, ticket, True)


async def test_lost_rights_reset_the_page_and_end_the_news(
    app: FastAPI, hub: Hub, database: Database, clients: Clients
) -> None:
    async with database.transaction() as session:
        member = await build_agent(session)
        channel = await build_channel(session)
        team = await build_team(session, members=[member], channels=[channel])
        ticket = await build_ticket(session, channel=channel)
    client = await clients.of(member)

    async with listening(app, client) as listener:
        await listener.next("counts")
        async with database.transaction() as session:
            await session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
            wake_at_commit(session, RIGHTS)
        await listener.next("reset")
        await _finish(database, ticket.number)
        names = await listener.names_within(0.6)

    assert "ticket" not in names


async def test_the_stream_of_an_ended_session_ends(
    app: FastAPI, hub: Hub, database: Database, agent: Agent, client: AsyncClient
) -> None:
    async with listening(app, client) as listener:
        await listener.next("counts")
        async with database.transaction() as session:
            await accounts.end_sessions(session, agent)
        async with asyncio.timeout(PATIENCE):
            assert await listener.has_ended.wait()


async def test_a_foreign_admin_sees_everything(app: FastAPI, hub: Hub, database: Database, clients: Clients) -> None:
    async with database.transaction() as session:
        admin = await build_agent(session, role=Role.ADMIN)
        channel = await build_channel(session)
        await build_team(session, channels=[channel])
    client = await clients.of(admin)

    async with listening(app, client) as listener:
        await listener.next("counts")
        async with database.transaction() as session:
            ticket = await build_ticket(session, channel=channel)
        event = await listener.next("ticket")

    assert event.data["number"] == ticket.number
    assert event.data["channel_ids"] == [channel.id]
