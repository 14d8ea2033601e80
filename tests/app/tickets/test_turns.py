"""Round robin: the next member who is there, once; nobody there leaves it to everybody."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import absence, service
from app.accounts.models import Agent, AgentSession, Team
from app.accounts.service import Browser
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database
from app.tickets import assignment
from app.tickets.jobs import TURNS
from app.tickets.models import Phase, Ticket
from app.tickets.queries import find_ticket
from tests.support.builders import build_agent, build_channel, build_team, build_ticket
from tests.support.log_reading import run_once


async def _team(session: AsyncSession, *names: str, channels: Sequence[Channel] = ()) -> tuple[Team, list[Agent]]:
    """Members who are all there."""
    members = [await build_agent(session, name=name) for name in names]
    for member in members:
        await service.open_session(session, member, Browser("Test", "127.0.0.1"))
    team = await build_team(session, members=members, channels=channels)
    team.shares_by_turn = True
    return team, members


async def _assignees(database: Database, tickets: Sequence[Ticket]) -> list[int | None]:
    async with database.reading() as session:
        found = [await find_ticket(session, ticket.id) for ticket in tickets]
    return [ticket.assignee_id for ticket in found if ticket is not None]


async def _arrive(database: Database, channel: Channel, count: int) -> list[Ticket]:
    async with database.transaction() as session:
        channel = await session.merge(channel)
        return [await build_ticket(session, channel=channel, subject=f"{number}") for number in range(count)]


async def test_arrivals_of_a_teams_mailbox_go_round(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        team, members = await _team(session, "一", "二", "三", channels=[channel])
    tickets = await _arrive(database, channel, 4)

    await run_once(database, TURNS)

    first, second, third = (member.id for member in members)
    assert await _assignees(database, tickets) == [first, second, third, first]
    assert {ticket.team_id for ticket in tickets} == {team.id}


async def test_who_is_away_or_was_not_seen_lately_is_passed_over(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        _, (away, idle, disabled, there, back) = await _team(session, "休", "離", "退", "在", "復", channels=[channel])
        absence.go_away(away, until=None)
        absence.go_away(back, until=now() - timedelta(minutes=1))
        disabled.disabled_at = now()
        seen = {"last_seen_at": now() - absence.PRESENT_FOR - timedelta(minutes=1)}
        await session.execute(update(AgentSession).where(AgentSession.agent_id == idle.id).values(**seen))
    tickets = await _arrive(database, channel, 3)

    await run_once(database, TURNS)

    assert await _assignees(database, tickets) == [there.id, back.id, there.id]


async def test_nobody_there_leaves_it_unassigned(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        _, [only] = await _team(session, "休", channels=[channel])
        absence.go_away(only, until=now() + timedelta(days=1))
    tickets = await _arrive(database, channel, 1)

    await run_once(database, TURNS)

    assert await _assignees(database, tickets) == [None]


async def test_a_ticket_that_is_handed_to_the_team_goes_round_too(database: Database) -> None:
    async with database.transaction() as session:
        team, [member] = await _team(session, "一")
        mine, free = await build_ticket(session), await build_ticket(session)
        done = await build_ticket(session, phase=Phase.DONE)
        await session.flush()
        other = await build_agent(session)
        await assignment.assign(session, mine, to=other)
        for ticket in (mine, free, done):
            await assignment.hand_to_team(session, ticket, to=team)

    await run_once(database, TURNS)

    assert await _assignees(database, [mine, free, done]) == [other.id, member.id, None]


async def test_a_team_that_does_not_share_keeps_it_for_all(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        team, _ = await _team(session, "一", channels=[channel])
        team.shares_by_turn = False
    tickets = await _arrive(database, channel, 1)

    await run_once(database, TURNS)

    assert await _assignees(database, tickets) == [None]


async def test_a_mailbox_of_two_teams_gives_none(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await _team(session, "一", channels=[channel])
        await build_team(session, name="別", channels=[channel])
    [ticket] = await _arrive(database, channel, 1)

    assert ticket.team_id is None


async def test_two_workers_give_each_ticket_one_turn(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        _, members = await _team(session, "一", "二", channels=[channel])
    tickets = await _arrive(database, channel, 6)

    await asyncio.gather(*(run_once(database, TURNS) for _ in range(4)))
    await run_once(database, TURNS)

    counts = [(await _assignees(database, tickets)).count(member.id) for member in members]
    assert counts == [3, 3]
