"""A channel whose package was taken away: what it left behind."""

from sqlalchemy import func, select

from app.channels.models import EMAIL, Channel
from app.core.database import Database
from app.ingest.models import RawMessage, RawState
from app.tickets.models import Ticket
from tests.support.arrivals import Intake, build_mail


async def call_its_kind(database: Database, channel: Channel, kind: str) -> None:
    async with database.transaction() as session:
        (await session.get_one(Channel, channel.id)).kind = kind


async def count_tickets(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Ticket)) or 0


async def test_what_came_and_was_not_read_waits_for_its_return(intake: Intake, channel: Channel) -> None:
    await intake.accept(channel, build_mail())
    await call_its_kind(intake.database, channel, "pager")

    await intake.digest()
    async with intake.database.reading() as session:
        [waiting] = (await session.scalars(select(RawMessage))).all()
    without = await count_tickets(intake.database)
    await call_its_kind(intake.database, channel, EMAIL)
    await intake.digest()

    assert (waiting.state, waiting.attempts, waiting.failures) == (RawState.STORED, 0, 0)
    assert (without, await count_tickets(intake.database)) == (0, 1)


async def test_it_keeps_nothing_else_from_coming_in(intake: Intake, channel: Channel, other_channel: Channel) -> None:
    await intake.accept(channel, build_mail())
    await call_its_kind(intake.database, channel, "pager")
    await intake.accept(other_channel, build_mail(mail_id="other@customer.example"))

    await intake.digest()

    assert await count_tickets(intake.database) == 1
