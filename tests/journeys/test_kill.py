"""The desk is killed while mail comes in, again and again: every mail becomes one ticket, and flags stay."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.desk import Desk
from app.ingest.models import RawMessage, RawState
from app.tickets.models import Ticket
from tests.support.arrivals import build_mail
from tests.support.dovecot import Mailbox
from tests.support.leases import end_claims, end_leases
from tests.support.network import found
from tests.support.office import add_mailbox, open_office
from tests.support.serving import ServedDesk
from tests.support.smtp import RecordingSmtpServer

PORTIONS = (range(40), range(40, 70), range(70, 100))
COUNT = 100
PATIENCE_SECONDS = 240


@dataclass(frozen=True, slots=True)
class Progress:
    """Mails that are stored, and tickets that were made of them."""

    stored: int
    tickets: int


async def test_killed_three_times_every_mail_is_one_ticket(
    desk: ServedDesk, mailbox: Mailbox, smtp_server: RecordingSmtpServer
) -> None:
    await open_office(desk, mailbox, smtp_server)
    await add_mailbox(desk, mailbox, smtp_server)
    _deliver(mailbox, PORTIONS[0])
    _mark_some(mailbox)
    flags = _flags(mailbox)

    await _killed_when(desk, lambda now: now.stored > 0)
    _deliver(mailbox, PORTIONS[1])
    await _killed_when(desk, lambda now: now.stored == PORTIONS[1].stop and now.tickets > 0)
    _deliver(mailbox, PORTIONS[2])
    await _killed_when(desk, lambda now: now.stored == COUNT)

    async with desk.open() as opened:
        await end_claims(opened.database)
    desk.start()
    await _wait_for(desk, lambda now: now.tickets >= COUNT)
    async with desk.open() as opened:
        await _is_all_digested_once(opened)
    assert _flags(mailbox)[: len(flags)] == flags


def _deliver(mailbox: Mailbox, numbers: range) -> None:
    for number in numbers:
        mailbox.deliver(build_mail(mail_id=f"{number}@customer.example", subject=f"問い合わせ {number}"))


def _mark_some(mailbox: Mailbox) -> None:
    """As another mail program does."""
    with mailbox.server.connect(mailbox.user) as client:
        client.select("INBOX")
        client.store("1:20", "+FLAGS", "(\\Seen)")
        client.store("10:30", "+FLAGS", "(\\Flagged)")


def _flags(mailbox: Mailbox) -> list[bytes]:
    with mailbox.server.connect(mailbox.user) as client:
        client.select("INBOX", readonly=True)
        _, answers = client.fetch("1:*", "(FLAGS)")
        return [answer for answer in answers if isinstance(answer, bytes)]


async def _killed_when(desk: ServedDesk, is_time: Callable[[Progress], bool]) -> None:
    """And its leases are over when the next one starts."""
    desk.launch()
    await _wait_for(desk, is_time)
    desk.kill()
    async with desk.open() as opened:
        await end_leases(opened.database)


async def _wait_for(desk: ServedDesk, is_time: Callable[[Progress], bool]) -> None:
    """Looked at from outside."""
    async with desk.open() as opened:
        await found(lambda: _progress(opened), is_time, seconds=PATIENCE_SECONDS)


async def _progress(opened: Desk) -> Progress:
    async with opened.database.reading() as session:
        stored = await session.scalar(select(func.count()).select_from(RawMessage))
        tickets = await session.scalar(select(func.count()).select_from(Ticket))
    return Progress(stored or 0, tickets or 0)


async def _is_all_digested_once(opened: Desk) -> None:
    async with opened.database.reading() as session:
        states = (await session.scalars(select(RawMessage.state))).all()
        subjects = (await session.scalars(select(Ticket.subject))).all()
    assert list(states) == [RawState.DIGESTED] * COUNT
    assert sorted(subjects) == sorted(f"問い合わせ {number}" for number in range(COUNT))
