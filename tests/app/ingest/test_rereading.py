"""What is stored is read again: identical where nothing changed, whole where it did; decisions stay (A3)."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from app.channels.models import Channel
from app.core.base import Base
from app.core.database import Database
from app.customers.models import Customer
from app.ingest import preparing, rereading
from app.ingest.errors import NoOriginal
from app.ingest.models import RawMessage, RawState
from app.ingest.rereading import Count
from app.tickets import queries
from app.tickets.history_models import Actor, EventKind, TicketEvent
from app.tickets.message_models import Attachment, Message, MessageRecipient
from app.tickets.models import Origin, Ticket
from app.tickets.service import add_note
from connectors.contracts import InboundMessage
from connectors.email.connector import EmailConnector
from tests.support.arrivals import Intake, build_mail
from tests.support.builders import build_agent, build_channel

READING = (Ticket, Message, MessageRecipient, Attachment, TicketEvent, Customer)
WRONG = (
    b"From: =?UTF-8?B?55Sw5Lit?= <tanaka@example.com>\r\nTo: support@example.jp\r\nSubject: koi\r\n"
    b"Message-ID: <koi@customer.example>\r\nContent-Type: text/plain; charset=koi8-r\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n"
) + "荷物が届きません。".encode("cp932")


def quiet(done: int, of: int) -> None:
    """Nobody looks."""


async def rows(database: Database, tables: Sequence[type[Base]] = READING) -> list[list[tuple[Any, ...]]]:
    async with database.reading() as session:
        found = []
        for table in tables:
            columns = table.__table__
            assert isinstance(columns, Table)
            found.append([tuple(row) for row in await session.execute(select(columns).order_by(*columns.primary_key))])
    return found


async def reread_all(intake: Intake, channel: Channel | None = None) -> Count:
    channel_id = channel.id if channel else None
    return await rereading.reread_all(intake.database, intake.blobs, channel_id=channel_id, tell=quiet)


async def read_as(intake: Intake, message_id: int, charset: str) -> None:
    arrival = await rereading.prepare(intake.database, intake.blobs, message_id, charset)
    async with intake.database.transaction() as session:
        ticket = await queries.find_ticket(session, 1)
        assert ticket is not None
        await rereading.reread(session, ticket, message_id, arrival, charset=charset, by=Actor.customer(None))


async def only_message(database: Database) -> Message:
    async with database.reading() as session:
        return (await session.scalars(select(Message))).one()


def mails() -> list[bytes]:
    """Many kinds of them."""
    first = build_mail(mail_id="1@customer.example")
    answer = build_mail(mail_id="2@customer.example", in_reply_to="1@customer.example", text="追伸\n\n> 引用\n")
    file = (
        b"From: a@example.jp\r\nSubject: file\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n"
    )
    file += b"--b\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--b--\r\n"
    page = b"From: b@example.jp\r\nContent-Type: text/html\r\n\r\n<p>Hello <b>there</b></p>"
    return [first, answer, file, page, WRONG, b"\x00 no mail", build_mail(mail_id="", sender="", subject="")]


async def test_what_did_not_change_is_identical_afterwards(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, *mails())
    before = await rows(intake.database)

    count = await reread_all(intake)

    assert (count.read, count.changed) == (7, 0)
    assert await rows(intake.database) == before


async def test_what_nothing_reads_any_more_is_passed_over(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail())
    async with intake.database.transaction() as session:
        (await session.get_one(Channel, channel.id)).kind = "pager"
    before = await rows(intake.database)

    count = await reread_all(intake)

    assert (count.read, count.changed) == (1, 0)
    assert await rows(intake.database) == before


async def test_what_a_newer_parser_reads_better_is_better(
    intake: Intake, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(EmailConnector, "parse", lambda *_: InboundMessage(problem="unreadable"))
        older.setattr(preparing, "PARSER_VERSION", 0)
        await intake.take_in(channel, build_mail(), mails()[2])

    count = await reread_all(intake)

    async with intake.database.reading() as session:
        tickets = (await session.scalars(select(Ticket).order_by(Ticket.id))).all()
        customers = [await session.get_one(Customer, ticket.customer_id) for ticket in tickets]
        files = (await session.scalars(select(Attachment.name).order_by(Attachment.id))).all()
        states = set(await session.scalars(select(RawMessage.state)))
        origins = set(await session.scalars(select(TicketEvent.origin).where(TicketEvent.kind == EventKind.REREAD)))
    assert (count.read, count.changed) == (2, 2)
    assert [ticket.subject for ticket in tickets] == ["荷物が届きません", "file"]
    assert tickets[0].preview == "まだ届いていません。"
    assert [customer.name for customer in customers] == ["田中 太郎", "a@example.jp"]
    assert (list(files), states, origins) == (["a.csv"], {RawState.DIGESTED}, {Origin.REPARSE})
    assert (await reread_all(intake)).changed == 0


async def test_a_file_that_only_a_newer_parser_finds_marks_the_ticket(
    intake: Intake, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(EmailConnector, "parse", lambda *_: InboundMessage(subject="file"))
        await intake.take_in(channel, mails()[2])

    await reread_all(intake)

    async with intake.database.reading() as session:
        assert (await session.scalars(select(Ticket.has_attachment))).all() == [True]


async def test_a_subject_that_somebody_changed_stays(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail())
    async with intake.database.transaction() as session:
        await session.execute(update(Ticket).values(subject="返金のお願い"))
        await session.execute(update(Message).values(subject="?", text="?"))

    await reread_all(intake)

    [[ticket]] = await rows(intake.database, [Ticket])
    assert "返金のお願い" in ticket
    assert (await only_message(intake.database)).text.strip() == "まだ届いていません。"


async def test_only_the_mails_of_one_mailbox_when_that_is_wished(intake: Intake, channel: Channel) -> None:
    async with intake.database.transaction() as session:
        other = await build_channel(session, name="返品窓口", address="returns@example.jp")
    await intake.take_in(channel, build_mail(mail_id="1@customer.example"))
    await intake.take_in(other, build_mail(mail_id="2@customer.example"), build_mail(mail_id="3@customer.example"))

    assert (await reread_all(intake, channel)).read == 1
    assert (await reread_all(intake, other)).read == 2


async def test_an_agent_has_a_mail_read_in_another_charset_and_back(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, WRONG)
    before = await only_message(intake.database)

    await read_as(intake, before.id, "shift_jis")
    right = await only_message(intake.database)
    await reread_all(intake)
    still = await only_message(intake.database)
    await read_as(intake, before.id, "")
    back = await only_message(intake.database)

    assert "荷物" not in before.text
    assert right.text == still.text == "荷物が届きません。"
    assert (right.identity_hash, right.ticket_version) == (before.identity_hash, before.ticket_version)
    assert (back.text, back.charset) == (before.text, "")
    async with intake.database.reading() as session:
        statement = select(TicketEvent.changes).where(TicketEvent.kind == EventKind.REREAD).order_by(TicketEvent.id)
        assert [change["charset"] for change in await session.scalars(statement)] == ["shift_jis", ""]


async def test_a_note_has_no_original(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail())
    async with intake.database.transaction() as session:
        ticket = await queries.find_ticket(session, 1)
        assert ticket is not None
        note = await add_note(session, ticket, "社内だけの話", by=await build_agent(session))

    with pytest.raises(NoOriginal):
        await rereading.prepare(intake.database, intake.blobs, note.id, "utf-8")


async def test_reading_again_and_arriving_at_the_same_time_lose_nothing(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, *mails())
    answers = [
        build_mail(mail_id=f"answer-{number}@customer.example", in_reply_to="1@customer.example")
        for number in range(20)
    ]
    await intake.accept(channel, *answers)

    await asyncio.gather(intake.digest(), *(reread_all(intake) for _ in range(3)))

    async with intake.database.reading() as session:
        versions = (await session.scalars(select(Message.ticket_version).where(Message.ticket_id == 1))).all()
    assert sorted(versions) == list(range(1, 23))
