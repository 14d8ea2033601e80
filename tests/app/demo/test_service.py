"""A filled desk keeps the rules of the model, whichever way its tickets were written."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import time_machine
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from app.channels.models import LINE, Channel
from app.channels.service import opened_secrets
from app.conversations.models import Conversation, ConversationState
from app.core.desk import Desk
from app.core.i18n import current_locale, use_locale
from app.core.trials import simulator_file
from app.customers.models import Customer
from app.demo import service
from app.demo.inquiring import INQUIRIES
from app.demo.marking import WORTH_IT
from app.demo.promises import NOTED
from app.demo.service import Order
from app.demo.talks import Talk, load_talks
from app.demo.visiting import CALLERS
from app.inbox.desk import read_numbers
from app.ingest.models import RawMessage, RawState
from app.outbox.models import OutboxEntry, OutboxState
from app.replies.models import Draft, ReplyLock
from app.tickets.history_models import Count, CountDelta, TicketEvent, TicketSpan
from app.tickets.message_models import Message, Problem
from app.tickets.models import Phase, Ticket
from simulators.line.platform import Platform, read_credentials

PLAIN, TOLD = 84, 104 + len(INQUIRIES) + len(NOTED) + len(CALLERS)
TALKS = load_talks().talks
NEW_TALKS = 2
NEW_CALLS = 2
NEW_CHATS = 1
FRIDAY_MORNING = datetime(2026, 11, 20, 11, tzinfo=ZoneInfo("Asia/Tokyo"))
"""What is open depends on the hour at which the demo is made."""


@pytest_asyncio.fixture
async def filled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(service, "TOLD_IN_FULL", TOLD)
    with time_machine.travel(FRIDAY_MORNING, tick=True):
        await service.fill(desk, Order(tickets=PLAIN + TOLD, seed=1, password_hash=""), lambda done, of: None)
    return desk


async def test_the_rules_of_the_model_hold_and_there_is_something_of_everything(filled: Desk) -> None:
    """One test, since filling is what takes long."""
    async with filled.database.reading() as session:
        await require_all_phases(session)
        await require_right_counts(session)
        await require_seamless_spans(session)
        await require_growing_versions(session)
        await require_events_in_order(session)
        sendings = await counted(session, OutboxEntry.state)
        problems = await counted(session, Message.problem)
        automatic = await session.scalar(select(func.count()).where(Message.is_automatic))
        marked = await count_marked(session)
        drafts, locks = [len((await session.scalars(select(each))).all()) for each in (Draft, ReplyLock)]
        undigested = await session.scalar(select(func.count()).where(RawMessage.state == RawState.STORED))

    assert marked == {"on_hold": 5, "complaints": 4, "spam": 4, "trash": 2}
    assert sendings[OutboxState.FAILED] == sendings[OutboxState.UNCERTAIN] == 1
    assert problems[Problem.TOO_DEEP] == 1
    assert automatic
    assert drafts > locks == 1
    assert undigested == 0


async def test_there_are_talks_and_a_stand_in_of_line_can_take_them_up(desk: Desk) -> None:
    with time_machine.travel(FRIDAY_MORNING, tick=True):
        await service.fill(desk, Order(tickets=WORTH_IT, seed=1, password_hash=""), lambda done, of: None)

    async with desk.database.reading() as session:
        channel = (
            await session.scalars(select(Channel).where(Channel.kind == LINE).options(undefer(Channel.secrets)))
        ).one()
        talks = (await session.scalars(select(Conversation).where(Conversation.channel_id == channel.id))).all()
        tickets = (await session.scalars(select(Ticket).where(Ticket.home_channel_id == channel.id))).all()
    file = simulator_file(desk.settings.data_dir)
    platform = Platform(read_credentials(file))
    assert not channel.is_paused
    assert not channel.is_demo
    assert Counter(ticket.phase for ticket in tickets) == {Phase.DONE: 3, Phase.IN_PROGRESS: 3, Phase.NEW: NEW_TALKS}
    assert {talk.address: talk.name for talk in talks} == {talk_id(talk): talk_name(talk) for talk in TALKS}
    assert [talk.name for talk in talks if talk.state is ConversationState.BLOCKED] == ["ゆき＠2児の母"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert opened_secrets(channel, desk.box) == {
        "channel_secret": platform.credentials.channel_secret,
        "channel_access_token": platform.credentials.access_token,
    }
    assert platform.credentials.webhook_url == f"{desk.settings.base_url}/hooks/line/{channel.key}"
    assert [person.name for person in platform.people.persons.values() if person.is_blocking] == ["ゆき＠2児の母"]
    assert all(list(platform.talks.of(talk_id(talk))) for talk in TALKS)
    await platform.close()


def talk_id(talk: Talk) -> str:
    return talk.circle.id if talk.circle else talk.speaker.id


def talk_name(talk: Talk) -> str:
    return talk.circle.name if talk.circle else talk.speaker.name


async def test_what_is_kept_in_words_is_in_the_language_of_the_desk_and_not_of_the_command(desk: Desk) -> None:
    use_locale("en")
    with time_machine.travel(FRIDAY_MORNING, tick=True):
        await service.fill(desk, Order(tickets=WORTH_IT, seed=1, password_hash=""), lambda done, of: None)

    async with desk.database.reading() as session:
        names = set(await session.scalars(select(Customer.name)))
        subjects = set(await session.scalars(select(Ticket.subject)))
    assert current_locale() == "en"
    assert any(name.startswith("訪問者 ") for name in names)
    assert not [each for each in names | subjects if each.startswith(("Visitor", "Missed"))]


async def test_only_an_empty_desk_is_filled(desk: Desk) -> None:
    assert await service.is_empty(desk)

    await service.fill(desk, Order(tickets=1, seed=1, password_hash=""), lambda done, of: None)

    assert not await service.is_empty(desk)


async def require_all_phases(session: AsyncSession) -> None:
    phases = Counter((await session.scalars(select(Ticket.phase).where(Ticket.is_counted))).all())
    aside = await session.scalar(select(func.count()).where(Ticket.is_counted.is_(False)))
    assert sum(phases.values()) + (aside or 0) == PLAIN + TOLD
    others = len(TALKS) + len(INQUIRIES) + len(NOTED) + len(CALLERS)
    new = NEW_TALKS + len(INQUIRIES) + NEW_CALLS + NEW_CHATS
    assert phases[Phase.NEW] == (TOLD - 6 - others) // 10 + new
    assert phases[Phase.DONE] > phases[Phase.IN_PROGRESS] > phases[Phase.NEW]


async def count_marked(session: AsyncSession) -> dict[str, int | None]:
    conditions = {
        "on_hold": Ticket.hold_reason != "",
        "complaints": Ticket.is_complaint & (Ticket.phase != Phase.DONE),
        "spam": Ticket.spam_at.is_not(None),
        "trash": Ticket.trashed_at.is_not(None),
    }
    return {name: await session.scalar(select(func.count()).where(each)) for name, each in conditions.items()}


async def require_right_counts(session: AsyncSession) -> None:
    done = Counter((await session.scalars(select(Ticket.audience_id).where(Ticket.phase == Phase.DONE))).all())
    numbers = await read_numbers(session, list(done), [])
    for audience_id, count in done.items():
        assert numbers.tabs([audience_id], 0)["done"] == count
    assert await session.scalar(select(func.count()).select_from(CountDelta)) == 0
    assert await session.scalar(select(func.sum(Count.done))) == sum(done.values())


async def require_seamless_spans(session: AsyncSession) -> None:
    tickets = {ticket.id: ticket for ticket in (await session.scalars(select(Ticket))).all()}
    spans = await grouped(session, select(TicketSpan).order_by(TicketSpan.ticket_id, TicketSpan.id))
    assert spans.keys() == tickets.keys()
    for ticket_id, own in spans.items():
        ticket, last = tickets[ticket_id], own[-1]
        assert own[0].from_at == ticket.created_at
        assert all(one.to_at == other.from_at for one, other in pairwise(own))
        assert (last.to_at is None) == ticket.is_counted
        assert (last.status_id, last.assignee_id, last.is_waiting) == (
            ticket.status_id,
            ticket.assignee_id,
            ticket.is_waiting,
        )


async def require_growing_versions(session: AsyncSession) -> None:
    versions = {ticket.id: ticket.version for ticket in (await session.scalars(select(Ticket))).all()}
    for ticket_id, own in (await grouped(session, select(Message).order_by(Message.ticket_version))).items():
        assert [message.ticket_version for message in own] == list(range(1, versions[ticket_id] + 1))


async def require_events_in_order(session: AsyncSession) -> None:
    for own in (await grouped(session, select(TicketEvent).order_by(TicketEvent.id))).values():
        assert all(one.at <= other.at for one, other in pairwise(own))


async def grouped(session: AsyncSession, statement: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in (await session.scalars(statement)).all():
        found.setdefault(row.ticket_id, []).append(row)
    return found


async def counted(session: AsyncSession, column: Any) -> Counter[Any]:
    return Counter((await session.scalars(select(column))).all())
