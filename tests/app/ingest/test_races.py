"""Races that one writer hides: on PostgreSQL they are real (MODEL 1, 10)."""

import asyncio

from sqlalchemy import select

from app.channels.models import Channel
from app.core.database import Database
from app.ingest.digest import digest_next
from app.tickets import queries
from app.tickets.closing import set_status, status_by_key
from app.tickets.history_models import TicketEvent
from app.tickets.message_models import Message, MessageSource
from app.tickets.models import Phase, Ticket
from tests.support.arrivals import Intake, build_mail

ROUNDS = 15


async def race(*works: object) -> None:
    """Both begin at the same moment."""
    barrier = asyncio.Barrier(len(works))

    async def run(work: object) -> None:
        await barrier.wait()
        await work  # type: ignore[misc]

    await asyncio.gather(*(run(work) for work in works))


async def close(database: Database, ticket_id: int) -> None:
    async with database.transaction() as session:
        ticket = await queries.find_ticket(session, ticket_id)
        assert ticket is not None
        await set_status(session, ticket, await status_by_key(session, "done"))


async def test_a_mail_that_comes_while_its_ticket_is_closed_is_never_lost_in_a_closed_one(
    intake: Intake, channel: Channel
) -> None:
    """Before the closing it is a message like any other; after it, it brings the ticket back."""
    for number in range(ROUNDS):
        first = f"{number}@customer.example"
        await intake.take_in(channel, build_mail(mail_id=first))
        ticket_id = await intake.count(Ticket)
        await intake.accept(channel, build_mail(mail_id=f"answer-{first}", in_reply_to=first))

        await race(close(intake.database, ticket_id), digest_next(intake.database, intake.blobs))

        async with intake.database.reading() as session:
            ticket = await session.get_one(Ticket, ticket_id)
            assert ticket.version == 2
            assert (ticket.done_at is not None) == (ticket.phase is Phase.DONE)
            events = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.id)
            kinds = [kind.value for kind in await session.scalars(events)]
        closed, received = kinds.index("status_changed"), len(kinds) - 1 - kinds[::-1].index("received")
        assert ("reopened" in kinds) == (closed < received)


async def test_two_mailboxes_with_one_mail_make_one_ticket(
    intake: Intake, channel: Channel, other_channel: Channel
) -> None:
    other = Database(intake.database.url)
    for number in range(ROUNDS):
        raw = build_mail(mail_id=f"{number}@customer.example" if number % 2 else "", text=f"本文 {number}")
        await intake.accept(channel, raw)
        await intake.accept(other_channel, raw)

        await race(digest_one(intake.database, intake), digest_one(other, intake), digest_one(intake.database, intake))
        await intake.digest()

        counts = [await intake.count(table) for table in (Ticket, Message, MessageSource)]
        assert counts == [number + 1, number + 1, 2 * (number + 1)]
    await other.dispose()


async def digest_one(database: Database, intake: Intake) -> None:
    await digest_next(database, intake.blobs, limit=1)


async def test_an_answer_and_its_ancestor_at_once_meet_on_one_ticket(intake: Intake, channel: Channel) -> None:
    other = Database(intake.database.url)
    for number in range(ROUNDS):
        first = f"{number}@customer.example"
        await intake.accept(channel, build_mail(mail_id=f"answer-{first}", in_reply_to=first))
        await intake.accept(channel, build_mail(mail_id=first))

        await race(digest_one(intake.database, intake), digest_one(other, intake))
        await intake.digest()

        assert [await intake.count(table) for table in (Ticket, Message)] == [number + 1, 2 * (number + 1)]
    await other.dispose()
