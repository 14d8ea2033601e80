"""Mails of notices: at the chosen pace, once, in the reader's language, and never a ticket when they come back."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from app.accounts.models import Agent, TeamMember
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.database import Database
from app.ingest.models import RawMessage, RawState
from app.notices import choosing, queries
from app.notices.digest_models import Digest
from app.notices.digests import turn_of
from app.notices.forms import NoticesForm
from app.notices.jobs import NOTICES, mail_once
from app.notices.mailing import Post
from app.notices.models import Notice, NoticeKind
from app.notices.watching_models import NoticePreference, Pace
from app.notices.ways import DEFAULTS
from app.sending.models import MailState
from app.tickets import assignment
from app.tickets.history_models import Actor
from app.tickets.models import Ticket
from app.web.templates import render_text
from connectors.contracts import DeliveryError, OutboundMessage
from connectors.email.composer import compose
from tests.support.arrivals import Intake
from tests.support.builders import build_channel, build_team, build_ticket
from tests.support.log_reading import run_once
from tests.support.senders import RecordingSender

TOKYO = ZoneInfo("Asia/Tokyo")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
EVERYTHING = [f"{kind}.{way}" for kind in DEFAULTS for way in ("in_desk", "on_desktop", "by_mail")]


@pytest.fixture
def sender() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
def post(database: Database, sender: RecordingSender) -> Post:
    return Post(database, lambda _: sender, render_text, "https://desk.example.jp")


async def _choose(database: Database, agent: Agent, pace: Pace = Pace.HOURLY, ways: list[str] = EVERYTHING) -> None:
    async with database.transaction() as session:
        await choosing.choose(session, agent, NoticesForm(pace=pace, ways=ways))
        await session.execute(update(NoticePreference).values(mailed_until=LONG_AGO))


async def _assign(database: Database, agent: Agent, lead: Agent, *, team: bool = False) -> Ticket:
    async with database.transaction() as session:
        channel = await build_channel(session)
        if team:
            await build_team(session, members=[agent, lead], channels=[channel])
        ticket = await build_ticket(session, channel=channel, subject="A & B の件")
        await session.flush()
        await assignment.assign(session, ticket, to=agent, by=Actor.agent(lead))
    await run_once(database, NOTICES)
    return ticket


async def _states(database: Database) -> list[MailState]:
    async with database.reading() as session:
        return list(await session.scalars(select(Digest.state).order_by(Digest.id)))


def test_turns_are_whole_hours_and_mornings() -> None:
    early = datetime(2026, 11, 2, 8, 59, tzinfo=TOKYO)
    late = datetime(2026, 11, 2, 9, 1, tzinfo=TOKYO)

    assert turn_of(Pace.HOURLY, early, TOKYO) == datetime(2026, 11, 2, 8, tzinfo=TOKYO)
    assert turn_of(Pace.DAILY, early, TOKYO) == datetime(2026, 11, 1, 9, tzinfo=TOKYO)
    assert turn_of(Pace.DAILY, late, TOKYO) == datetime(2026, 11, 2, 9, tzinfo=TOKYO)


async def test_what_is_unread_is_mailed_once(
    database: Database, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    ticket = await _assign(database, agent, lead)

    await mail_once(post, TOKYO)
    await mail_once(post, TOKYO)

    [message] = sender.sent
    assert message.to[0].address == agent.email
    assert "1" in message.subject
    assert f"#{ticket.number} A & B の件" in message.text
    assert f"#{ticket.number} A &amp; B の件" in message.html
    assert f"https://desk.example.jp/tickets/{ticket.number}" in message.text
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in compose(message)
    assert await _states(database) == [MailState.SENT]


async def test_of_two_workers_one_sends_it(
    database: Database, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    await _assign(database, agent, lead)

    await asyncio.gather(*(mail_once(post, TOKYO) for _ in range(4)))

    assert len(sender.sent) == 1
    assert await _states(database) == [MailState.SENT]


@pytest.mark.parametrize("pace", [Pace.NEVER, Pace.HOURLY])
async def test_nothing_is_mailed_that_was_read_or_not_wished(
    database: Database, agent: Agent, lead: Agent, post: Post, sender: RecordingSender, pace: Pace
) -> None:
    await _choose(database, agent, pace)
    ticket = await _assign(database, agent, lead)
    if pace is not Pace.NEVER:
        async with database.transaction() as session:
            await queries.mark_read(session, agent.id, ticket_id=ticket.id)

    await mail_once(post, TOKYO)

    assert sender.sent == []


async def test_what_was_chosen_away_makes_no_notice(database: Database, agent: Agent, lead: Agent) -> None:
    await _choose(database, agent, ways=["mentioned.in_desk"])

    await _assign(database, agent, lead)

    async with database.reading() as session:
        assert (await session.scalars(select(Notice))).all() == []


async def test_a_kind_only_by_mail_is_not_behind_the_bell(
    database: Database, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent, ways=["assigned.by_mail"])
    await _assign(database, agent, lead)

    await mail_once(post, TOKYO)

    assert len(sender.sent) == 1
    async with database.reading() as session:
        [kind] = await session.scalars(select(Notice.kind))
        assert kind is NoticeKind.ASSIGNED
        assert await queries.list_notices(session, agent.id, audience_ids=range(1, 9), limit=9) == []


async def test_who_lost_sight_gets_no_mail(
    database: Database, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    await _assign(database, agent, lead, team=True)
    async with database.transaction() as session:
        await session.execute(delete(TeamMember).where(TeamMember.agent_id == agent.id))

    await mail_once(post, TOKYO)

    assert sender.sent == []


async def test_what_was_read_while_a_mail_waited_is_left_out(
    database: Database, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    await _assign(database, agent, lead)
    sender.fail()
    await mail_once(post, TOKYO)
    assert await _states(database) == [MailState.QUEUED]

    async with database.transaction() as session:
        await queries.mark_read(session, agent.id)
        await session.execute(update(Digest).values(not_before=now() - timedelta(minutes=1)))
    await mail_once(post, TOKYO)

    assert await _states(database) == [MailState.DROPPED]


async def test_what_is_uncertain_is_not_sent_again(
    database: Database, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    await _assign(database, agent, lead)
    sender.failures = [DeliveryError("connection lost", is_uncertain=True)]

    await mail_once(post, TOKYO)
    await mail_once(post, TOKYO)

    assert await _states(database) == [MailState.UNCERTAIN]


async def test_what_cannot_be_written_is_tried_again_and_ends_nothing(
    database: Database, agent: Agent, lead: Agent, sender: RecordingSender
) -> None:
    def broken(name: str, context: dict[str, object]) -> str:
        raise LookupError(name)

    await _choose(database, agent)
    await _assign(database, agent, lead)

    count = await mail_once(Post(database, lambda _: sender, broken, "https://desk.example.jp"), TOKYO)

    assert (count, sender.sent) == (1, [])
    assert await _states(database) == [MailState.QUEUED]


async def test_without_a_mailbox_it_waits(
    database: Database, agent: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    async with database.transaction() as session:
        channel = await build_channel(session, address="")
        ticket = await build_ticket(session, channel=channel)
        await session.flush()
        await assignment.assign(session, ticket, to=agent)
    await run_once(database, NOTICES)

    await mail_once(post, TOKYO)
    assert sender.sent == []
    async with database.transaction() as session:
        await build_channel(session)
    await mail_once(post, TOKYO)

    assert len(sender.sent) == 1


async def test_a_mail_that_comes_back_is_no_inquiry(
    database: Database, blobs: BlobStore, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    ticket = await _assign(database, agent, lead)
    await mail_once(post, TOKYO)
    [message] = sender.sent
    absence = (
        f"From: {agent.email}\r\nTo: support@example.jp\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\n"
        f"In-Reply-To: <{message.message_id}>\r\nMessage-ID: <away@example.jp>\r\n\r\nI am away.\r\n"
    ).encode()

    await Intake(database, blobs).take_in(ticket.home_channel, compose(message), absence)

    async with database.reading() as session:
        assert set(await session.scalars(select(RawMessage.state))) == {RawState.SET_ASIDE}
        assert list(await session.scalars(select(Ticket.id))) == [ticket.id]


async def test_a_person_who_answers_it_is_heard(
    database: Database, blobs: BlobStore, agent: Agent, lead: Agent, post: Post, sender: RecordingSender
) -> None:
    await _choose(database, agent)
    ticket = await _assign(database, agent, lead)
    await mail_once(post, TOKYO)
    answer = _answer_to(sender.sent[0], agent)

    await Intake(database, blobs).take_in(ticket.home_channel, answer)

    async with database.reading() as session:
        assert len((await session.scalars(select(Ticket.id))).all()) == 2


def _answer_to(message: OutboundMessage, agent: Agent) -> bytes:
    return (
        f"From: {agent.email}\r\nTo: support@example.jp\r\nSubject: Re: notices\r\n"
        f"In-Reply-To: <{message.message_id}>\r\nMessage-ID: <mine@example.jp>\r\n\r\nPlease call me.\r\n"
    ).encode()
