"""What we wrote long ago, with another program, is history too: our answer on the customer's ticket, not an inquiry."""

from sqlalchemy import select

from app.channels.models import Channel
from app.customers.models import Customer
from app.ingest import rereading
from app.tickets.message_models import Message, MessageKind, MessageRecipient
from app.tickets.models import Phase, Ticket
from tests.support.arrivals import Intake, build_mail

OURS = "サポート窓口 <support@example.jp>"
THEIRS = "田中 太郎 <tanaka@example.com>"


async def kinds(intake: Intake) -> list[tuple[int, MessageKind]]:
    async with intake.database.reading() as session:
        found = await session.scalars(select(Message).order_by(Message.id))
        return [(message.ticket_id, message.kind) for message in found]


async def test_our_answer_joins_the_ticket_of_what_it_answers(intake: Intake, channel: Channel) -> None:
    question = build_mail(mail_id="question@customer.example")
    answer = build_mail(mail_id="answer@old.example", sender=OURS, to=THEIRS, in_reply_to="question@customer.example")
    thanks = build_mail(mail_id="thanks@customer.example", in_reply_to="answer@old.example")
    await intake.accept_history(channel, question, answer, thanks)
    await intake.digest()

    assert await kinds(intake) == [(1, MessageKind.INBOUND), (1, MessageKind.OUTBOUND), (1, MessageKind.INBOUND)]


async def test_what_we_began_ourselves_is_a_ticket_of_whom_we_wrote_to(intake: Intake, channel: Channel) -> None:
    await intake.accept_history(channel, build_mail(sender=OURS, to=f"{OURS}, {THEIRS}"))
    await intake.digest()

    async with intake.database.reading() as session:
        ticket = (await session.scalars(select(Ticket))).one()
        customer = await session.get_one(Customer, ticket.customer_id)
        names = set(await session.scalars(select(MessageRecipient.address)))
    assert (ticket.phase, customer.name) == (Phase.DONE, "田中 太郎")
    assert names == {"support@example.jp", "tanaka@example.com"}
    assert await kinds(intake) == [(1, MessageKind.OUTBOUND)]


async def test_what_arrives_now_is_an_inquiry_whoever_it_names(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, build_mail(sender=OURS, to=THEIRS))

    assert await kinds(intake) == [(1, MessageKind.INBOUND)]


async def test_it_is_the_same_when_it_is_read_again(intake: Intake, channel: Channel) -> None:
    await intake.accept_history(channel, build_mail(sender=OURS, to=THEIRS))
    await intake.digest()

    count = await rereading.reread_all(intake.database, intake.blobs, channel_id=None, tell=lambda *_: None)

    assert (count.read, count.changed) == (1, 0)


async def test_a_mail_that_was_history_a_moment_before_it_arrives_is_an_inquiry(
    intake: Intake, channel: Channel
) -> None:
    """A back-fill of all mail, up to today, meets what is just coming in."""
    mail = build_mail()
    await intake.accept_history(channel, mail)
    await intake.digest()
    await intake.take_in(channel, mail)

    async with intake.database.reading() as session:
        ticket = (await session.scalars(select(Ticket))).one()
        assert len((await session.scalars(select(Message))).all()) == 1
    assert (ticket.phase, ticket.done_at) == (Phase.NEW, None)


async def test_a_mail_that_was_answered_long_ago_stays_history_when_it_comes_again(
    intake: Intake, channel: Channel
) -> None:
    mail = build_mail(mail_id="question@customer.example")
    answer = build_mail(mail_id="answer@old.example", sender=OURS, to=THEIRS, in_reply_to="question@customer.example")
    await intake.accept_history(channel, mail, answer)
    await intake.digest()
    await intake.take_in(channel, mail)

    async with intake.database.reading() as session:
        assert (await session.scalars(select(Ticket.phase))).all() == [Phase.DONE]
