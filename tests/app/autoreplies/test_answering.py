"""New inquiries are confirmed once a day, to persons alone, and no loop can come of it (D5, RFC 3834)."""

from asyncio import gather
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Agent
from app.autoreplies import answering, queries
from app.autoreplies.models import AutoReplyTurn
from app.channels.models import Channel
from app.core.clock import now
from app.core.database import Database
from app.ingest.models import RawMessage
from app.merging import moving
from app.outbox import claim_queries
from app.outbox.delivery import deliver
from app.tickets import queries as ticket_queries
from app.tickets.history_models import EventKind, FactKind, ReportFact, TicketEvent
from app.tickets.message_models import Message
from app.tickets.models import Nature, Origin, Phase, Ticket
from tests.app.autoreplies.confirming import Confirming
from tests.support.arrivals import build_mail
from tests.support.builders import build_channel
from tests.support.senders import RecordingSender

TARO = "田中 太郎 <tanaka@example.com>"


async def _ticket(database: Database) -> Ticket:
    async with database.reading() as session:
        return await session.get_one(Ticket, 1)


async def test_a_new_inquiry_is_confirmed_with_its_number(confirming: Confirming, channel: Channel) -> None:
    await confirming.arrive(channel, confirming.mail(TARO))

    [said] = await confirming.said()
    assert await confirming.told() == ["tanaka@example.com"]
    assert (said.is_automatic, said.nature, said.author_agent_id) == (True, Nature.AUTO_REPLY, None)
    assert said.subject == "【受付番号 1】お問い合わせを受け付けました"
    assert "件名：荷物が届きません" in said.text
    assert said.text.startswith("田中 太郎 様")


async def test_it_changes_nothing_about_the_ticket(confirming: Confirming, channel: Channel) -> None:
    await confirming.arrive(channel, confirming.mail(TARO))

    ticket = await _ticket(confirming.intake.database)
    assert (ticket.phase, ticket.first_reply_at, ticket.is_waiting) == (Phase.NEW, None, False)
    assert ticket.preview == "まだ届いていません。"


async def test_it_leaves_by_the_outbox_as_an_automatic_answer_and_counts_as_none(
    confirming: Confirming, channel: Channel
) -> None:
    database, sender = confirming.intake.database, RecordingSender()
    await confirming.arrive(channel, confirming.mail(TARO))

    async with database.transaction() as session:
        claim = await claim_queries.claim_next(session)
    assert claim is not None
    await deliver(database, confirming.intake.blobs, claim, lambda _: sender)

    [sent] = sender.sent
    assert (sent.is_automatic, sent.is_auto_reply, sent.in_reply_to) == (True, True, "1@customer.example")
    assert (await _ticket(database)).first_reply_at is None
    async with database.reading() as session:
        facts = set(await session.scalars(select(ReportFact.kind)))
    assert not facts & {FactKind.FIRST_REPLY, FactKind.REPLY}


async def test_one_address_is_confirmed_once_a_day_at_whichever_mailbox(
    confirming: Confirming, channel: Channel
) -> None:
    database = confirming.intake.database
    async with database.transaction() as session:
        other = await build_channel(session, name="返品窓口", address="returns@example.jp")
    await confirming.turn_on(other)

    await confirming.arrive(channel, confirming.mail(TARO))
    await confirming.arrive(other, confirming.mail("TANAKA@example.com"))
    assert len(await confirming.told()) == 1

    async with database.transaction() as session:
        await session.execute(update(AutoReplyTurn).values(answered_at=now() - timedelta(hours=24, seconds=1)))
    await confirming.arrive(other, confirming.mail(TARO))
    assert len(await confirming.told()) == 2


async def test_of_parallel_workers_one_gets_the_turn(database: Database) -> None:
    async def claim() -> bool:
        async with database.transaction() as session:
            return await queries.claim_turn(session, "hash of an address", at=now())

    assert sum(await gather(*(claim() for _ in range(20)))) == 1


@pytest.mark.parametrize(
    ("sender", "header"),
    [
        (TARO, "Auto-Submitted: auto-replied"),
        (TARO, "Precedence: bulk"),
        (TARO, "List-Id: <news.example>"),
        (TARO, "Return-Path: <>"),
        (TARO, "Reply-To: no-reply@example.com"),
        (TARO, "Reply-To: support@example.jp"),
        ("noreply@example.com", "X-Nothing: 1"),
        ("MAILER-DAEMON@example.com", "X-Nothing: 1"),
        ("support@example.jp", "X-Nothing: 1"),
        ("tanaka@@example.com", "X-Nothing: 1"),
    ],
)
async def test_machines_and_ourselves_are_not_answered(
    confirming: Confirming, channel: Channel, sender: str, header: str
) -> None:
    await confirming.arrive(channel, confirming.mail(sender, header))

    assert await confirming.said() == []


async def test_it_goes_where_the_sender_wants_answers(confirming: Confirming, channel: Channel) -> None:
    await confirming.arrive(channel, confirming.mail("form@site.example", "Reply-To: hanako@example.com"))

    assert await confirming.told() == ["hanako@example.com"]


async def test_a_further_mail_on_a_ticket_is_not_confirmed(confirming: Confirming, channel: Channel) -> None:
    await confirming.arrive(channel, confirming.mail(TARO))

    further = build_mail(mail_id="f@customer.example", sender="wife@example.com", in_reply_to="1@customer.example")
    await confirming.arrive(channel, confirming.mail(TARO), further.replace(b"wife@example.com", b"tanaka@example.com"))

    assert len(await confirming.told()) == 1


async def test_what_came_in_long_ago_or_was_imported_is_not_confirmed(confirming: Confirming, channel: Channel) -> None:
    await confirming.arrive(channel, confirming.mail(TARO), at=now() - timedelta(days=1))
    await confirming.intake.accept(channel, confirming.mail("hanako@example.com"))
    async with confirming.intake.database.transaction() as session:
        fresh = update(RawMessage).where(RawMessage.id == 2)
        await session.execute(fresh.values(origin=Origin.IMPORT, received_at=now()))

    await confirming.arrive(channel)

    assert await confirming.said() == []


async def test_a_mailbox_where_it_is_off_says_nothing(confirming: Confirming) -> None:
    async with confirming.intake.database.transaction() as session:
        silent = await build_channel(session, address="silent@example.jp")

    await confirming.arrive(silent, confirming.mail(TARO))

    assert await confirming.said() == []


async def test_an_inquiry_in_english_is_confirmed_in_english(confirming: Confirming, channel: Channel) -> None:
    mail = build_mail(sender="John <john@example.com>", subject="Where is my parcel?", text="It has not come.")

    await confirming.arrive(channel, mail)

    [said] = await confirming.said()
    assert said.subject == "[1] We have received your inquiry"


async def test_where_much_comes_from_one_address_nothing_is_answered_and_the_admins_hear_once(
    confirming: Confirming, channel: Channel
) -> None:
    mails = [confirming.mail(TARO) for _ in range(answering.FLOOD + 3)]

    await confirming.arrive(channel, *mails)

    assert await confirming.said() == []
    assert await confirming.withheld() == 1


async def test_the_whole_desk_has_a_bound_too(
    confirming: Confirming, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "DESK_FLOOD", 2)

    await confirming.arrive(channel, *(confirming.mail(f"user{number}@example.com") for number in range(5)))

    assert await confirming.told() == ["user0@example.com", "user1@example.com"]
    assert await confirming.withheld() == 1


async def test_a_hostile_subject_or_name_breaks_no_header(confirming: Confirming, channel: Channel) -> None:
    mail = confirming.mail('"{{担当者名}} \\{{" <tanaka@example.com>', subject="{{会社名}} {{{{")

    await confirming.arrive(channel, mail)

    [said] = await confirming.said()
    assert "件名：{{会社名}} {{{{" in said.text


async def test_the_history_tells_of_it(confirming: Confirming, channel: Channel) -> None:
    await confirming.arrive(channel, confirming.mail(TARO))

    async with confirming.intake.database.reading() as session:
        kinds = (await session.scalars(select(TicketEvent.kind).order_by(TicketEvent.id))).all()
    assert kinds == [EventKind.OPENED, EventKind.RECEIVED, EventKind.AUTO_REPLIED]


async def test_whoever_is_named_in_a_forged_mail_hears_nothing(confirming: Confirming, channel: Channel) -> None:
    async with confirming.intake.database.transaction() as session:
        (await session.get_one(Channel, channel.id)).settings = {"authserv_id": "mx.example.jp"}
    forged = "Authentication-Results: mx.example.jp; dmarc=fail header.from=example.com"

    await confirming.arrive(channel, confirming.mail(TARO, forged))

    assert await confirming.said() == []


async def test_what_an_agent_splits_off_is_not_confirmed_once_more(
    confirming: Confirming, channel: Channel, agent: Agent
) -> None:
    database, first, second = confirming.intake.database, confirming.mail(TARO), confirming.mail(TARO)
    await confirming.arrive(channel, first, b"In-Reply-To: <1@customer.example>\r\n" + second)
    async with database.transaction() as session:
        await session.execute(update(AutoReplyTurn).values(answered_at=now() - timedelta(days=2)))
        ticket = await ticket_queries.find_ticket(session, 1)
        newest = await session.scalar(select(Message.id).where(Message.mail_id == "2@customer.example"))
        assert ticket is not None
        assert newest is not None
        await moving.split(session, ticket, [newest], by=agent)
    await confirming.arrive(channel)

    assert len(await confirming.told()) == 1
