"""What LINE shows its user beside messages: typing, and that we have read."""

from datetime import timedelta
from typing import Any

import time_machine

from app.channels.models import Channel
from app.conversations import signs
from app.conversations.models import Conversation, ConversationKind, ConversationState
from app.conversations.signs import Teller
from app.core.clock import now
from app.live import presence_queries
from app.live.models import PresenceState
from connectors.talks import Talk
from tests.app.conversations.conftest import USER, TalkDesk
from tests.support.builders import build_agent
from tests.support.platforms import UNREACHABLE

PERSON = Talk("person", USER)


async def be_there(talk: TalkDesk, state: PresenceState) -> None:
    async with talk.database.transaction() as session:
        agent = await build_agent(session)
        at = now()
        row = {"ticket_id": talk.ticket.id, "agent_id": agent.id, "state": state, "since": at}
        await presence_queries.put(session, [{**row, "expires_at": at + timedelta(minutes=5)}])


async def change(talk: TalkDesk, **values: Any) -> None:
    async with talk.database.transaction() as session:
        held = await session.get_one(Conversation, talk.conversation.id)
        for name, value in values.items():
            setattr(held, name, value)


async def choose(talk: TalkDesk, marks_read: str) -> None:
    async with talk.database.transaction() as session:
        (await session.get_one(Channel, talk.channel.id)).settings = {"marks_read": marks_read}


def teller(talk: TalkDesk) -> Teller:
    return Teller(talk.database, talk.platform.of)


async def test_typing_is_shown_while_somebody_types_and_not_too_often(talk: TalkDesk) -> None:
    await be_there(talk, PresenceState.TYPING)
    await be_there(talk, PresenceState.TYPING)
    for _ in range(3):
        await teller(talk).look()
    assert talk.platform.typing == [PERSON]

    with time_machine.travel(now() + timedelta(seconds=16), tick=False):
        await teller(talk).look()
    assert talk.platform.typing == [PERSON, PERSON]


async def test_nobody_who_only_looks_types(talk: TalkDesk) -> None:
    await be_there(talk, PresenceState.VIEWING)
    await teller(talk).look()
    assert talk.platform.asked == []


async def test_groups_and_who_has_blocked_us_see_nothing(talk: TalkDesk) -> None:
    await be_there(talk, PresenceState.TYPING)
    await change(talk, kind=ConversationKind.GROUP)
    await teller(talk).look()
    await change(talk, kind=ConversationKind.PERSON, state=ConversationState.BLOCKED)
    await teller(talk).look()
    assert talk.platform.asked == []


async def test_opening_marks_as_read_once_for_each_newest_message_if_that_is_wished(talk: TalkDesk) -> None:
    await be_there(talk, PresenceState.VIEWING)
    await choose(talk, "answer")
    await teller(talk).look()
    assert talk.platform.read == []

    await choose(talk, "open")
    for token in ("first", "first", "second"):
        await change(talk, read_token=token)
        await teller(talk).look()
    assert talk.platform.read == [(PERSON, "first"), (PERSON, "second")]


async def test_an_answer_marks_as_read_unless_never(talk: TalkDesk) -> None:
    for choice in ("never", "answer"):
        await choose(talk, choice)
        async with talk.database.transaction() as session:
            await signs.note_answer(session, talk.conversation.id)
        await teller(talk).look()
    assert talk.platform.read == [(PERSON, "read up to here")]


async def test_a_platform_that_is_away_stops_nobody(talk: TalkDesk) -> None:
    talk.platform.troubles = [UNREACHABLE]
    await be_there(talk, PresenceState.TYPING)
    await teller(talk).look()
    assert talk.platform.typing == []
