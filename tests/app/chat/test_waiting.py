"""Whether somebody is there for a chat: by its hours, and by who is signed in and sees it."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Agent, AgentSession, Role
from app.channels.hours import kept_form
from app.channels.models import CHAT, Channel
from app.chat.waiting import Presence, is_there
from app.core.crypto import hash_token, new_token
from app.core.database import Database
from tests.support.builders import build_agent, build_channel, build_team

ZONE = ZoneInfo("Asia/Tokyo")
OPEN = datetime(2026, 11, 20, 10, tzinfo=ZONE)
CLOSED = datetime(2026, 11, 20, 20, tzinfo=ZONE)
NINE_TO_SIX: dict[str, Any] = {
    "hours": kept_form([[(540, 1080)]] * 5 + [[], []], keeps_holidays=True, closures=[]),
}


async def build_chat(session: AsyncSession, **settings: Any) -> Channel:
    channel = await build_channel(session, kind=CHAT, name="サイトのチャット", address="")
    channel.settings = settings
    return channel


async def sign_in(session: AsyncSession, agent: Agent, *, seen_at: datetime) -> None:
    token = hash_token(new_token())
    values = {"created_at": seen_at, "last_seen_at": seen_at, "expires_at": seen_at + timedelta(days=30)}
    session.add(AgentSession(agent_id=agent.id, token_hash=token, **values))
    await session.flush()


async def test_somebody_who_was_seen_lately_is_there(database: Database) -> None:
    async with database.transaction() as session:
        channel, agent = await build_chat(session, **NINE_TO_SIX), await build_agent(session)
        await sign_in(session, agent, seen_at=OPEN)

        now_and_later = [await is_there(session, channel, OPEN + timedelta(minutes=each)) for each in (10, 20)]

    assert [each.is_there for each in now_and_later] == [True, False]
    assert all(each.is_open for each in now_and_later)


async def test_outside_the_hours_it_says_when_it_opens(database: Database) -> None:
    async with database.transaction() as session:
        channel, agent = await build_chat(session, **NINE_TO_SIX), await build_agent(session)
        await sign_in(session, agent, seen_at=CLOSED)

        found = await is_there(session, channel, CLOSED)

    assert found == Presence(False, datetime(2026, 11, 24, 9, tzinfo=ZONE), True)
    assert not found.is_there


async def test_where_nobody_is_needed_the_hours_decide(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_chat(session, needs_presence=False, **NINE_TO_SIX)

        found = [(await is_there(session, channel, at)).is_there for at in (OPEN, CLOSED)]

    assert found == [True, False]


@pytest.mark.parametrize(
    ("role", "is_member", "is_seen"),
    [(Role.AGENT, True, True), (Role.AGENT, False, False), (Role.LEAD, False, False), (Role.ADMIN, False, True)],
)
async def test_only_who_sees_the_channel_counts(database: Database, role: Role, is_member: bool, is_seen: bool) -> None:
    async with database.transaction() as session:
        channel, agent = await build_chat(session), await build_agent(session, role=role)
        await build_team(session, members=[agent] if is_member else [], channels=[channel])
        await sign_in(session, agent, seen_at=OPEN)

        found = await is_there(session, channel, OPEN)

    assert found.has_agents is is_seen


async def test_who_is_away_or_gone_is_not_there(database: Database) -> None:
    async with database.transaction() as session:
        channel = await build_chat(session)
        away, gone = await build_agent(session), await build_agent(session)
        away.absent_since, gone.disabled_at = OPEN, OPEN
        for agent in (away, gone):
            await sign_in(session, agent, seen_at=OPEN)

        found = await is_there(session, channel, OPEN)
        away.absent_until = OPEN
        await session.flush()
        back = await is_there(session, channel, OPEN)

    assert (found.has_agents, back.has_agents) == (False, True)


async def test_a_paused_chat_is_closed(database: Database) -> None:
    async with database.transaction() as session:
        channel, agent = await build_chat(session, **NINE_TO_SIX), await build_agent(session)
        channel.paused_at = OPEN
        await sign_in(session, agent, seen_at=OPEN)

        found = await is_there(session, channel, OPEN)

    assert (found.is_open, found.opens_at, found.is_there) == (False, None, False)
