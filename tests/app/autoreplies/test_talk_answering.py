"""In a talk the desk says by itself, by the free right to reply alone, that one is welcome or that nobody is there."""

from asyncio import gather
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import time_machine
from sqlalchemy import select, update

from app.autoreplies import talk_answering
from app.autoreplies.models import TalkAnswer, TalkAnswerKind
from app.channels import service as channels
from app.channels.hours import kept_form
from app.channels.models import Channel
from app.conversations.models import Conversation, ReplyToken
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.outbox import claim_queries
from app.outbox.delivery import deliver
from app.outbox.models import OutboxEntry, OutboxState, Way
from app.tickets.disposal import mark_spam
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Nature, Ticket
from tests.support.line_events import OTHER_USER, Talks, build_line, event, from_group, from_user, text
from tests.support.senders import RecordingSender

ZONE = ZoneInfo("Asia/Tokyo")
OPEN_NOW = datetime(2026, 11, 20, 10, tzinfo=ZONE)
CLOSED_NOW = datetime(2026, 11, 20, 20, tzinfo=ZONE)
NOON_TO_TWO = [(540, 1080)]


class Desk:
    """An account that greets and answers out of hours; `line` is what LINE was given."""

    def __init__(self, database: Database, blobs: BlobStore, channel: Channel) -> None:
        self.database, self.blobs, self.channel = database, blobs, channel
        self.talks = Talks(database, blobs, channel)
        self.line = RecordingSender()

    async def turn_on(self, *, is_for_groups: bool = False) -> None:
        texts = {
            "ja": {"subject": "", "text": "{{お客様名?}}様 {kind}"},
            "en": {"subject": "", "text": "Hello: {kind}"},
        }
        async with self.database.transaction() as session:
            for kind in TalkAnswerKind:
                words: dict[str, Any] = {
                    language: {"subject": "", "text": each["text"].replace("{kind}", kind)}
                    for language, each in texts.items()
                }
                answer = TalkAnswer(channel_id=self.channel.id, kind=kind, is_on=True, texts=words)
                answer.is_for_groups = is_for_groups
                session.add(answer)
            channel = await session.get_one(Channel, self.channel.id)
            hours = kept_form([NOON_TO_TWO] * 5 + [[], []], keeps_holidays=True, closures=[])
            channel.settings = {**channel.settings, "hours": hours}

    async def take_in(self, *events: dict[str, Any], name: str = "花子") -> None:
        await self.talks.take_in(*events)
        async with self.database.transaction() as session:
            await session.execute(update(Conversation).values(name=name))
        await self.look()

    async def look(self) -> None:
        await talk_answering.look_round(self.database, lambda channel: self.line, ZONE)

    async def send(self) -> None:
        while True:
            async with self.database.transaction() as session:
                claim = await claim_queries.claim_next(session)
            if claim is None:
                return
            await deliver(self.database, self.blobs, claim, lambda channel: self.line)

    async def said(self) -> Sequence[Message]:
        async with self.database.reading() as session:
            ours = select(Message).where(Message.kind == MessageKind.OUTBOUND).order_by(Message.id)
            return (await session.scalars(ours)).all()

    async def entries(self) -> Sequence[OutboxEntry]:
        async with self.database.reading() as session:
            return (await session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))).all()


@pytest_asyncio.fixture
async def desk(database: Database, blobs: BlobStore, box: SecretBox) -> Desk:
    found = Desk(database, blobs, await build_line(database, box))
    await found.turn_on()
    return found


def follow(**parts: Any) -> dict[str, Any]:
    return event("follow", at=now(), replyToken="welcome", follow={"isUnblocked": False}, **parts)


async def test_who_writes_while_we_are_closed_is_told_on_their_ticket(desk: Desk) -> None:
    with time_machine.travel(CLOSED_NOW, tick=False):
        await desk.take_in(text("届きません", at=now()))
        await desk.send()

    (said,) = await desk.said()
    (entry,) = await desk.entries()
    assert (said.text, said.is_automatic, said.nature) == ("花子様 away", True, Nature.AUTO_REPLY)
    assert (entry.state, entry.way) == (OutboxState.SENT, Way.REPLY)
    (sent,) = desk.line.sent
    assert sent.answer is not None
    assert sent.answer.reply_token.startswith("reply-")
    async with desk.database.reading() as session:
        ticket = await session.get_one(Ticket, said.ticket_id)
    assert (ticket.phase, ticket.first_reply_at, ticket.preview) == ("new", None, "届きません")


async def test_while_we_are_open_nothing_is_said(desk: Desk) -> None:
    with time_machine.travel(OPEN_NOW, tick=False):
        await desk.take_in(text("届きません", at=now()))

    assert not await desk.said()


async def test_once_a_day_and_again_the_next(desk: Desk) -> None:
    with time_machine.travel(CLOSED_NOW, tick=False) as clock:
        for _ in range(3):
            await desk.take_in(text("まだですか", at=now()))
            clock.shift(timedelta(seconds=10))
        clock.shift(timedelta(days=1))
        await desk.take_in(text("まだですか", at=now()))

    assert len(await desk.said()) == 2


async def test_several_workers_say_it_once(desk: Desk) -> None:
    with time_machine.travel(CLOSED_NOW, tick=False):
        await desk.talks.take_in(text("Hello, where is it?", at=now()))
        async with desk.database.transaction() as session:
            await session.execute(update(Conversation).values(name="Ann"))
        await gather(*(desk.look() for _ in range(4)))

    assert [message.text for message in await desk.said()] == ["Hello: away"]


async def test_who_begins_to_follow_is_greeted_and_no_ticket_made(desk: Desk) -> None:
    with time_machine.travel(OPEN_NOW, tick=False):
        await desk.take_in(follow())
        await desk.take_in(event("unfollow", at=now()), follow())

    (greeting,) = desk.line.sent
    assert greeting.text == "花子様 greeting"
    assert greeting.answer is not None
    assert greeting.answer.reply_token == "welcome"
    async with desk.database.reading() as session:
        assert (await session.scalars(select(Ticket))).all() == []


async def test_who_comes_back_is_greeted_on_the_ticket_that_is_there(desk: Desk) -> None:
    with time_machine.travel(OPEN_NOW, tick=False) as clock:
        await desk.take_in(text("届きません", at=now()))
        clock.shift(timedelta(minutes=5))
        await desk.take_in(follow())

    assert [message.text for message in await desk.said()] == ["花子様 greeting"]
    assert not desk.line.sent


async def test_a_greeting_waits_a_moment_for_the_name_and_is_said_without_it(desk: Desk) -> None:
    with time_machine.travel(OPEN_NOW, tick=False) as clock:
        await desk.take_in(follow(), name="")
        before = len(desk.line.sent)
        clock.shift(talk_answering.NAME_PATIENCE)
        await desk.look()

    assert (before, len(desk.line.sent)) == (0, 1)
    assert "greeting" in desk.line.sent[0].text


async def test_a_refused_greeting_is_not_said_again(desk: Desk) -> None:
    desk.line.fail("invalid reply token", is_permanent=True)
    with time_machine.travel(OPEN_NOW, tick=False):
        await desk.take_in(follow())
        await desk.look()

    assert (desk.line.offered, desk.line.sent) == (1, [])


@pytest.mark.parametrize(
    "parts",
    [
        {"mode": "standby"},
        {"source": from_group()},
        {"at": CLOSED_NOW - timedelta(seconds=55)},
    ],
    ids=["somebody else has the talk", "a group", "it came late"],
)
async def test_nothing_is_said_where(desk: Desk, parts: dict[str, Any]) -> None:
    with time_machine.travel(CLOSED_NOW, tick=False):
        await desk.take_in(text("届きません", **{"at": now(), **parts}))

    assert not await desk.said()


async def test_groups_are_answered_where_that_is_wished(desk: Desk) -> None:
    async with desk.database.transaction() as session:
        await session.execute(update(TalkAnswer).values(is_for_groups=True))
    with time_machine.travel(CLOSED_NOW, tick=False):
        await desk.take_in(text("届きません", at=now(), source=from_group()))

    assert len(await desk.said()) == 1


async def test_a_paused_account_and_what_is_spam_get_no_answer(desk: Desk) -> None:
    with time_machine.travel(CLOSED_NOW, tick=False):
        await desk.talks.take_in(text("買って", at=now()))
        async with desk.database.transaction() as session:
            mark_spam(session, (await session.scalars(select(Ticket))).one(), True)
        await desk.take_in()
        async with desk.database.transaction() as session:
            await channels.pause(session, await session.get_one(Channel, desk.channel.id))
        await desk.take_in(text("届きません", at=now(), source=from_user(OTHER_USER)))

    assert not await desk.said()


async def test_what_could_not_leave_in_time_leaves_not_at_all_and_costs_nothing(desk: Desk) -> None:
    with time_machine.travel(CLOSED_NOW, tick=False) as clock:
        await desk.take_in(text("届きません", at=now()))
        clock.shift(timedelta(seconds=55))
        await desk.send()

    (said,) = await desk.said()
    (entry,) = await desk.entries()
    assert not desk.line.sent
    assert entry.state is OutboxState.CANCELLED
    assert said.hidden_at is not None


async def test_an_answer_of_somebody_who_was_faster_keeps_its_right(desk: Desk) -> None:
    with time_machine.travel(CLOSED_NOW, tick=False):
        await desk.take_in(text("届きません", at=now()))
        (entry,) = await desk.entries()
        await desk.talks.take_in(text("もしもし", at=now(), source=from_user(OTHER_USER)))
        async with desk.database.transaction() as session:
            taken = select(ReplyToken.id).order_by(ReplyToken.id.desc()).limit(1).scalar_subquery()
            await session.execute(update(ReplyToken).where(ReplyToken.entry_id.is_not(None)).values(entry_id=None))
            await session.execute(update(ReplyToken).where(ReplyToken.id == taken).values(entry_id=entry.id))
        await desk.take_in()

    assert len(await desk.said()) == 1
