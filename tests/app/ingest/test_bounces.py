"""What comes back of our mails marks whom it was to, and brings the ticket back where somebody has to act (C7)."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.clock import now
from app.core.crypto import new_token
from app.core.database import Database
from app.tickets import message_queries, queries
from app.tickets.closing import set_status, status_by_key
from app.tickets.disposal import mark_spam, trash
from app.tickets.history_models import SYSTEM, EventKind, TicketEvent
from app.tickets.message_models import Message, MessageRecipient, RecipientRole, RecipientState
from app.tickets.message_queries import hash_ref, recipient_row
from app.tickets.models import Nature, Phase, Ticket
from app.tickets.outgoing import list_overtaking, note_departure
from tests.support.arrivals import Intake, build_mail
from tests.support.bounces import (
    DELAYED,
    DELIVERED,
    FAILED,
    NOBODY_THERE,
    build_plain_bounce,
    build_report,
)
from tests.support.builders import build_agent, build_reply

TARO, HANAKO = "taro@example.com", "hanako@example.com"


async def answer_done(intake: Intake, *to: str) -> str:
    """Our answer on the only ticket left for these addresses; its Message-ID. The ticket is done."""
    async with intake.database.transaction() as session:
        ticket = await queries.find_ticket(session, 1)
        assert ticket is not None
        author = await session.scalar(select(Agent)) or await build_agent(session)
        reply = await build_reply(session, ticket, author=author, at=now())
        reply.mail_id = f"{new_token()}@example.jp"
        reply.mail_id_hash = hash_ref(reply.mail_id)
        await message_queries.add_own_ref(session, reply.mail_id, ticket_id=ticket.id)
        rows = [recipient_row(reply.id, RecipientRole.TO, name="", address=address) for address in to]
        await message_queries.add_recipients(session, rows)
        await note_departure(session, ticket, reply, at=now())
        await set_status(session, ticket, await status_by_key(session, "done"))
        return reply.mail_id


async def _ticket(database: Database, number: int = 1) -> Ticket:
    async with database.reading() as session:
        return await session.get_one(Ticket, number)


async def _states(database: Database) -> dict[str, tuple[RecipientState, str]]:
    statement = select(MessageRecipient).join(Message).where(Message.author_agent_id.is_not(None))
    async with database.reading() as session:
        return {each.address: (each.state, each.error) for each in await session.scalars(statement)}


async def _events(database: Database, number: int = 1) -> Sequence[EventKind]:
    statement = select(TicketEvent.kind).where(TicketEvent.ticket_id == number).order_by(TicketEvent.id)
    async with database.reading() as session:
        return (await session.scalars(statement)).all()


@pytest.fixture
async def asked(intake: Intake, channel: Channel) -> Intake:
    """Ticket 1, with a question that was not answered yet."""
    await intake.take_in(channel, build_mail(sender=TARO))
    return intake


async def test_a_bounce_marks_its_recipient_in_the_servers_words_and_brings_the_ticket_back(
    asked: Intake, channel: Channel
) -> None:
    mail_id = await answer_done(asked, TARO, HANAKO)

    await asked.take_in(channel, build_report(mail_id, {TARO: FAILED}))

    ticket = await _ticket(asked.database)
    assert (ticket.phase, ticket.done_at, ticket.newest_nature) == (Phase.NEW, None, Nature.BOUNCE)
    assert ticket.bounced_at is not None
    assert await _states(asked.database) == {
        TARO: (RecipientState.FAILED, NOBODY_THERE),
        HANAKO: (RecipientState.NONE, ""),
    }
    assert (await _events(asked.database))[-3:] == [EventKind.REOPENED, EventKind.RECEIVED, EventKind.BOUNCED]


async def test_a_delay_is_shown_and_reopens_nothing(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO)

    await asked.take_in(channel, build_report(mail_id, {TARO: DELAYED}, words="451 4.4.1 try later"))

    ticket = await _ticket(asked.database)
    assert (ticket.phase, ticket.bounced_at) == (Phase.DONE, None)
    assert await _states(asked.database) == {TARO: (RecipientState.DELAYED, "5.1.1 451 4.4.1 try later")}
    assert (await _events(asked.database))[-1] is EventKind.DELAYED


async def test_of_several_reports_the_last_word_stays(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO)

    for number, action in enumerate((DELAYED, FAILED, DELAYED, DELIVERED)):
        await asked.take_in(channel, build_report(mail_id, {TARO: action}, mail_id=f"{number}@mx.example.com"))

    assert (await _states(asked.database))[TARO][0] is RecipientState.FAILED
    assert (await _events(asked.database)).count(EventKind.BOUNCED) == 1


async def test_good_news_is_a_receipt(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO)

    await asked.take_in(channel, build_report(mail_id, {TARO: DELIVERED}))

    ticket = await _ticket(asked.database)
    assert (ticket.phase, ticket.newest_nature) == (Phase.DONE, Nature.RECEIPT)
    assert (await _states(asked.database))[TARO][0] is RecipientState.DELIVERED


async def test_a_server_without_the_standards_parts_is_understood_by_what_it_refers_to(
    asked: Intake, channel: Channel
) -> None:
    mail_id = await answer_done(asked, TARO)

    await asked.take_in(channel, build_plain_bounce(mail_id))

    assert (await _ticket(asked.database)).phase is Phase.NEW
    assert (await _states(asked.database))[TARO][0] is RecipientState.FAILED


@pytest.mark.parametrize("original", ["", TARO])
async def test_a_forwarded_mail_that_failed_elsewhere_is_the_one_that_we_sent(
    asked: Intake, channel: Channel, original: str
) -> None:
    mail_id = await answer_done(asked, TARO)

    await asked.take_in(channel, build_report(mail_id, {"elsewhere@example.org": FAILED}, original=original))

    assert (await _states(asked.database))[TARO][0] is RecipientState.FAILED


async def test_a_bounce_for_somebody_who_was_not_written_to_marks_nobody(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO, HANAKO)

    await asked.take_in(channel, build_report(mail_id, {"stranger@example.org": FAILED}))

    assert {state for state, _ in (await _states(asked.database)).values()} == {RecipientState.NONE}
    assert (await _events(asked.database))[-1] is EventKind.BOUNCED


async def test_a_forged_bounce_without_our_id_touches_no_ticket(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO)
    guessed = "0" * len(mail_id.partition("@")[0]) + "@example.jp"

    await asked.take_in(channel, build_report(guessed, {TARO: FAILED}))

    assert (await _ticket(asked.database)).phase is Phase.DONE
    assert (await _states(asked.database))[TARO][0] is RecipientState.NONE
    opened = await _ticket(asked.database, 2)
    assert (opened.phase, opened.newest_nature) == (Phase.NEW, Nature.BOUNCE)
    assert await _events(asked.database, 2) == [EventKind.OPENED, EventKind.RECEIVED]


async def test_the_customers_own_mail_is_no_mail_of_ours_that_could_come_back(asked: Intake, channel: Channel) -> None:
    await answer_done(asked, TARO)

    await asked.take_in(channel, build_report("1@customer.example", {TARO: FAILED}))

    assert (await _states(asked.database))[TARO][0] is RecipientState.NONE


async def test_a_bounce_brings_back_what_lies_in_the_trash_but_no_spam(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO)
    async with asked.database.transaction() as session:
        ticket = await queries.find_ticket(session, 1)
        assert ticket is not None
        trash(session, ticket, True, by=SYSTEM)
        mark_spam(session, ticket, True, by=SYSTEM)

    await asked.take_in(channel, build_report(mail_id, {TARO: FAILED}))

    ticket = await _ticket(asked.database)
    assert ticket.trashed_at is None
    assert ticket.spam_at is not None
    assert (await _states(asked.database))[TARO][0] is RecipientState.FAILED


async def test_a_bounce_makes_no_send_stale(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO)
    base_version = (await _ticket(asked.database)).version

    await asked.take_in(channel, build_report(mail_id, {TARO: FAILED}))

    async with asked.database.reading() as session:
        ticket = await session.get_one(Ticket, 1)
        assert ticket.version > base_version
        assert await list_overtaking(session, ticket, base_version=base_version, author_id=None) == []


async def test_the_next_answer_that_leaves_ends_the_warning(asked: Intake, channel: Channel) -> None:
    mail_id = await answer_done(asked, TARO)
    await asked.take_in(channel, build_report(mail_id, {TARO: FAILED}))
    assert (await _ticket(asked.database)).bounced_at is not None

    await answer_done(asked, HANAKO)

    assert (await _ticket(asked.database)).bounced_at is None


async def test_other_automatic_mail_is_seen_on_a_done_ticket_and_leaves_it_done(
    asked: Intake, channel: Channel
) -> None:
    mail_id = await answer_done(asked, TARO)
    absence = b"Auto-Submitted: auto-replied\r\n" + build_mail(
        mail_id="away@example.com", sender=TARO, subject="Re: 不在", in_reply_to=mail_id
    )

    await asked.take_in(channel, absence)

    ticket = await _ticket(asked.database)
    assert (ticket.phase, ticket.newest_nature) == (Phase.DONE, Nature.AUTO_REPLY)
