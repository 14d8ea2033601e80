"""Two desks that confirm by themselves, pointed at each other over real IMAP and SMTP: it ends by itself (D5)."""

import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.autoreplies.jobs import AUTO_REPLIES
from app.autoreplies.models import AutoReply
from app.autoreplies.wording import SUGGESTED
from app.core.clock import now
from app.ingest.models import RawMessage, RawState
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets.history_models import Consumer, TicketEvent
from tests.support.arrivals import build_mail
from tests.support.dovecot import Dovecot, Mailbox
from tests.support.mailboxes import add_email_channel
from tests.support.network import eventually
from tests.support.serving import ServedDesk
from tests.support.smtp import Delivery, RecordingSmtpServer

ONE, OTHER = "support@one.example", "support@other.example"
MARKS = re.compile(rb"^(?:Auto-Submitted|X-Auto-Response-Suppress|Precedence):[^\n]*\n", re.MULTILINE | re.IGNORECASE)


class Post:
    """Carries what leaves either desk into the mailbox that it is to."""

    def __init__(self, smtp: RecordingSmtpServer, desks: dict[str, ServedDesk], boxes: dict[str, Mailbox]) -> None:
        self.smtp, self.desks, self.boxes = smtp, desks, boxes
        self.delivered = dict.fromkeys(desks, 0)
        self.carried = 0

    def deliver(self, to: str, raw: bytes) -> None:
        self.boxes[to].deliver(raw, at=now())
        self.delivered[to] += 1

    async def carry_on(self, *, loses_marks: bool) -> int:
        """Until nothing moves any more; how many mails the desks have sent."""
        while True:
            for address in self.desks:
                await eventually(partial(self._is_quiet, address), what=f"rest at {address}", seconds=60)
            waiting = self.smtp.received[self.carried :]
            if not waiting:
                return self.carried
            for delivery in waiting:
                self.carried += 1
                self.deliver(delivery.rcpt_tos[0], _as_it_arrives(delivery, loses_marks=loses_marks))

    async def _is_quiet(self, address: str) -> bool:
        """All that came is on tickets, its history was read, and nothing waits to be sent."""
        async with self.desks[address].open() as opened, opened.database.reading() as session:
            digested = select(func.count()).where(RawMessage.state == RawState.DIGESTED)
            unsent = select(func.count()).where(OutboxEntry.state != OutboxState.SENT)
            position = await session.scalar(select(Consumer.position).where(Consumer.name == AUTO_REPLIES.name))
            opening = select(func.max(TicketEvent.id)).where(TicketEvent.kind == "opened")
            is_taken_in = await session.scalar(digested) == self.delivered[address]
            is_read = (position or 0) >= (await session.scalar(opening) or 0)
            return is_taken_in and is_read and await session.scalar(unsent) == 0


def _as_it_arrives(delivery: Delivery, *, loses_marks: bool) -> bytes:
    path = f"Return-Path: {delivery.mail_from}\r\n".encode()
    return MARKS.sub(b"", delivery.raw) if loses_marks else path + delivery.raw


@pytest.fixture
def other_desk(tmp_path: Path) -> Iterator[ServedDesk]:
    folder = tmp_path / "other"
    folder.mkdir()
    desk = ServedDesk(folder, f"sqlite:///{folder / 'madoguchi.db'}")
    desk.run("migrate")
    yield desk
    if desk.process is not None:
        desk.kill()
    sys.stdout.write(desk.log)


@pytest.mark.parametrize("loses_marks", [False, True])
async def test_two_desks_pointed_at_each_other_exchange_at_most_two_mails(
    desk: ServedDesk, other_desk: ServedDesk, dovecot: Dovecot, smtp_server: RecordingSmtpServer, loses_marks: bool
) -> None:
    desks = {ONE: desk, OTHER: other_desk}
    boxes = {address: Mailbox(dovecot, dovecot.new_user()) for address in desks}
    for address, each in desks.items():
        await _confirm_by_itself(each, boxes[address], smtp_server, address)
        each.start()
    post = Post(smtp_server, desks, boxes)

    post.deliver(ONE, build_mail(sender=f"もう一つの窓口 <{OTHER}>", to=ONE))
    sent = await post.carry_on(loses_marks=loses_marks)

    assert sent == (2 if loses_marks else 1)
    assert {each.rcpt_tos[0] for each in smtp_server.received} <= {ONE, OTHER}


async def _confirm_by_itself(desk: ServedDesk, box: Mailbox, smtp: RecordingSmtpServer, address: str) -> None:
    async with desk.open() as opened, opened.database.transaction() as session:
        channel = await add_email_channel(session, opened.box, box, address=address, smtp_port=smtp.port)
        session.add(AutoReply(channel_id=channel.id, is_on=True, texts=SUGGESTED))
