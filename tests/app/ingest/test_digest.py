import asyncio
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import AudienceChannel
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.database import Database
from app.customers.models import Customer
from app.ingest import queries as ingest_queries
from app.ingest import storing
from app.ingest.digest import MAX_ATTEMPTS, digest_next
from app.ingest.known import Arrival
from app.ingest.models import RawMessage, RawState
from app.tickets import message_queries, queries
from app.tickets.closing import set_status, status_by_key
from app.tickets.history_models import EventKind, TicketEvent, TicketSpan
from app.tickets.message_models import Attachment, Message, MessageRecipient, MessageSource
from app.tickets.models import Phase, Ticket
from tests.support.arrivals import UIDVALIDITY, Intake, build_mail
from tests.support.builders import build_agent, build_reply


async def list_tickets(database: Database) -> Sequence[Ticket]:
    async with database.reading() as session:
        return (await session.scalars(select(Ticket).order_by(Ticket.id))).all()


async def list_messages(database: Database) -> Sequence[Message]:
    async with database.reading() as session:
        return (await session.scalars(select(Message).order_by(Message.id))).all()


async def close(database: Database, ticket_id: int) -> None:
    async with database.transaction() as session:
        ticket = await queries.find_ticket(session, ticket_id)
        assert ticket is not None
        await set_status(session, ticket, await status_by_key(session, "done"))


async def test_a_first_mail_opens_a_ticket_with_its_customer(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail())

    [ticket] = await list_tickets(intake.database)
    [message] = await list_messages(intake.database)
    assert (ticket.subject, ticket.phase, ticket.version) == ("荷物が届きません", Phase.NEW, 1)
    assert message.text.strip() == ticket.preview == "まだ届いていません。"
    async with intake.database.reading() as session:
        assert (await session.scalars(select(Customer.name))).all() == ["田中 太郎"]
        assert (await session.scalars(select(MessageRecipient.address).order_by(MessageRecipient.id))).all() == [
            "tanaka@example.com",
            "support@example.jp",
        ]
        assert (await session.scalars(select(TicketEvent.kind).order_by(TicketEvent.id))).all() == [
            EventKind.OPENED,
            EventKind.RECEIVED,
        ]


async def test_the_same_place_is_taken_in_once(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail())
    intake.next_uid = 1

    await intake.take_in(channel, build_mail())

    assert [await intake.count(table) for table in (RawMessage, Message, MessageSource)] == [1, 1, 1]


async def test_a_folder_made_anew_brings_no_mail_twice(intake: Intake, channel: Channel) -> None:
    mails = [build_mail(mail_id=f"{number}@customer.example") for number in range(3)]
    await intake.take_in(channel, *mails)

    await intake.accept(channel, *mails, uidvalidity=UIDVALIDITY + 1)
    await intake.digest()

    assert [await intake.count(table) for table in (RawMessage, Message, Ticket)] == [6, 3, 3]


async def test_an_answer_to_our_mail_joins_and_reopens_whoever_sends_it(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail())
    mail_id = await answer_and_close(intake)

    await intake.take_in(
        channel,
        build_mail(mail_id="2@other.example", sender="wife@example.org", subject="Re: 荷物", in_reply_to=mail_id),
    )

    [ticket] = await list_tickets(intake.database)
    assert (ticket.phase, ticket.done_at, ticket.version) == (Phase.NEW, None, 3)
    async with intake.database.reading() as session:
        phases = (await session.scalars(select(TicketSpan.phase).order_by(TicketSpan.id))).all()
    assert phases[-2:] == [Phase.DONE, Phase.NEW]


async def answer_and_close(intake: Intake) -> str:
    """The Message-ID of our answer on the only ticket."""
    [ticket] = await list_tickets(intake.database)
    async with intake.database.transaction() as session:
        held = await queries.find_ticket(session, ticket.id)
        assert held is not None
        reply = await build_reply(session, held, author=await build_agent(session))
        reply.mail_id = "0123456789abcdef@example.jp"
        reply.mail_id_hash = message_queries.hash_ref(reply.mail_id)
        await message_queries.add_own_ref(session, reply.mail_id, ticket_id=ticket.id)
    await close(intake.database, ticket.id)
    return "0123456789abcdef@example.jp"


async def test_a_foreign_reference_joins_only_from_somebody_on_the_ticket(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail())
    first_id = "1@customer.example"

    await intake.take_in(
        channel,
        build_mail(mail_id="2@customer.example", in_reply_to=first_id),
        build_mail(mail_id="3@stranger.example", sender="stranger@example.net", in_reply_to=first_id),
    )

    first, second = await list_tickets(intake.database)
    assert [message.ticket_id for message in await list_messages(intake.database)] == [first.id, first.id, second.id]


async def test_the_same_subject_from_the_same_sender_is_another_ticket(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail(), build_mail(mail_id="2@customer.example", text="別の荷物です。"))

    assert await intake.count(Ticket) == 2
    assert await intake.count(Customer) == 1


async def test_an_answer_that_comes_before_its_ancestor_meets_it(intake: Intake, channel: Channel) -> None:
    answer = build_mail(mail_id="2@customer.example", in_reply_to="1@customer.example")

    await intake.take_in(channel, answer)
    await intake.take_in(channel, build_mail())

    assert await intake.count(Ticket) == 1


async def test_within_one_batch_an_answer_finds_its_ancestor(intake: Intake, channel: Channel) -> None:
    chain = [
        build_mail(mail_id=f"{number}@customer.example", in_reply_to=f"{number - 1}@customer.example", text=str(number))
        for number in range(2, 8)
    ]

    await intake.take_in(channel, build_mail(), *chain)

    [ticket] = await list_tickets(intake.database)
    versions = [message.ticket_version for message in await list_messages(intake.database)]
    assert (ticket.version, versions) == (7, list(range(1, 8)))


async def test_one_mail_to_two_mailboxes_is_one_ticket_seen_by_both(
    intake: Intake, channel: Channel, other_channel: Channel
) -> None:
    await intake.take_in(channel, build_mail())
    await intake.take_in(other_channel, build_mail())

    [ticket] = await list_tickets(intake.database)
    async with intake.database.reading() as session:
        sources = (await session.scalars(select(MessageSource.channel_id).order_by(MessageSource.raw_id))).all()
        seen_by = select(AudienceChannel.channel_id).where(AudienceChannel.audience_id == ticket.audience_id)
        channels = (await session.scalars(seen_by.order_by(AudienceChannel.channel_id))).all()
    assert sources == channels == [channel.id, other_channel.id]


async def test_the_same_message_id_with_other_content_is_a_message_of_its_own(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail(), build_mail(text="まったく別の内容です。"))

    assert await intake.count(Message) == 2


async def test_two_workers_digest_each_raw_message_once(database: Database, intake: Intake, channel: Channel) -> None:
    mails = [build_mail(mail_id=f"{number}@customer.example", text=str(number)) for number in range(60)]
    await intake.accept(channel, *mails)
    other = Database(database.url)

    async def work(at: Database) -> None:
        while await digest_next(at, intake.blobs):
            pass

    await asyncio.gather(work(database), work(other))

    await other.dispose()
    assert [await intake.count(table) for table in (Ticket, Message, MessageSource)] == [60, 60, 60]


async def test_an_abandoned_claim_is_taken_again(intake: Intake, channel: Channel, tmp_path: Path) -> None:
    await intake.accept(channel, build_mail())
    missing = BlobStore(tmp_path / "elsewhere")

    await digest_next(intake.database, missing)
    await intake.digest()

    async with intake.database.reading() as session:
        assert (await session.scalars(select(RawMessage.state))).all() == [RawState.DIGESTED]


async def test_a_process_that_is_ended_again_and_again_costs_no_mail_its_content(
    intake: Intake, channel: Channel
) -> None:
    await intake.accept(channel, *(build_mail(mail_id=f"{number}@customer.example") for number in range(4)))
    for _ in range(MAX_ATTEMPTS - 1):
        await claim_and_die(intake.database)

    await intake.digest()

    async with intake.database.reading() as session:
        assert (await session.scalars(select(RawMessage.state))).all() == [RawState.DIGESTED] * 4


async def test_what_ends_every_process_that_takes_it_is_given_up_and_costs_no_other_mail_its_content(
    intake: Intake, channel: Channel
) -> None:
    await intake.accept(channel, *(build_mail(mail_id=f"{number}@customer.example") for number in range(4)))
    for _ in range(MAX_ATTEMPTS):
        await claim_and_die(intake.database)

    await intake.digest()

    async with intake.database.reading() as session:
        states = (await session.scalars(select(RawMessage.state).order_by(RawMessage.id))).all()
    assert states == [RawState.UNREADABLE, *[RawState.DIGESTED] * 3]


async def claim_and_die(database: Database) -> None:
    """A worker takes what there is and is no more; its claims are over."""
    async with database.transaction() as session:
        if not await ingest_queries.claim_new(session, limit=64):
            await ingest_queries.claim_again(session)
        await session.execute(update(RawMessage).values(claim_expires=None))


@pytest.mark.parametrize(
    ("header", "phase"),
    [
        ("List-Id: <support.example.jp>", Phase.NEW),
        ("X-Failed-Recipients: tanaka@example.com", Phase.NEW),
        ("Auto-Submitted: auto-replied", Phase.DONE),
    ],
)
async def test_a_done_ticket_comes_back_for_words_through_a_group_and_for_a_bounce(
    intake: Intake, channel: Channel, header: str, phase: Phase
) -> None:
    await intake.take_in(channel, build_mail())
    mail_id = await answer_and_close(intake)
    answer = build_mail(mail_id="2@customer.example", subject="Re: 荷物", in_reply_to=mail_id)

    await intake.take_in(channel, header.encode() + b"\r\n" + answer)

    [ticket] = await list_tickets(intake.database)
    assert (ticket.phase, ticket.version) == (phase, 3)


async def test_files_are_in_the_store_with_their_sizes_and_no_longer_in_memory(
    intake: Intake, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrived: list[Arrival] = []
    mail = EmailMessage()
    mail["From"] = "tanaka@example.com"
    mail.set_content("添付します。")
    mail.add_attachment(b"a" * 1000, maintype="application", subtype="pdf", filename="請求書.pdf")
    whole = storing.store

    async def store(session: AsyncSession, arrivals: Sequence[Arrival]) -> None:
        arrived.extend(arrivals)
        await whole(session, arrivals)

    monkeypatch.setattr("app.ingest.digest.store", store)

    await intake.take_in(channel, mail.as_bytes())

    assert [part.data for part in arrived[0].prepared.inbound.attachments] == [b""]
    async with intake.database.reading() as session:
        [attachment] = (await session.scalars(select(Attachment))).all()
    assert (attachment.name, attachment.size) == ("請求書.pdf", 1000)
    assert await intake.blobs.get(attachment.sha256) == b"a" * 1000
