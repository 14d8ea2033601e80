"""Mails of tens and hundreds of megabytes are taken in, and nothing else waits for them."""

import threading
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.tickets.message_models import Attachment, Problem
from connectors.contracts import InboundMessage
from connectors.email import imap_folder
from connectors.email.connector import EmailConnector
from connectors.email.parser import parse
from tests.faults.receiving import Office
from tests.support.arrivals import build_mail
from tests.support.dovecot import Mailbox
from tests.support.network import eventually

PATIENCE_SECONDS = 180
LINE = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\r\n"
MEBIBYTE = 1 << 20


def large_mail(mebibytes: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "田中 太郎 <tanaka@example.com>", "support@example.jp"
    mail["Subject"], mail["Message-ID"] = "大きな添付", "<large@customer.example>"
    mail.set_content("添付をご覧ください。")
    mail.add_attachment(b"@@", maintype="application", subtype="octet-stream", filename="図面.bin")
    head, marker, tail = mail.as_bytes().replace(b"\n", b"\r\n").partition(b"QEA=\r\n")
    assert marker
    return head + LINE * ((mebibytes * MEBIBYTE - len(head) - len(tail)) // len(LINE)) + tail


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> set[threading.Thread]:
    """The threads in which mails are parsed."""
    threads: set[threading.Thread] = set()

    def parse_noted(self: EmailConnector, raw: bytes, charset: str = "") -> InboundMessage:
        threads.add(threading.current_thread())
        return parse(raw, charset)

    monkeypatch.setattr(EmailConnector, "parse", parse_noted)
    return threads


@pytest.mark.parametrize(
    ("mebibytes", "problem"),
    [
        pytest.param(50, Problem.NONE, id="as large as is read"),
        pytest.param(70, Problem.TOO_LARGE, id="larger"),
        pytest.param(400, Problem.TOO_LARGE, id="very large", marks=pytest.mark.long),
    ],
)
async def test_a_large_mail_is_a_ticket_and_holds_up_nothing(
    database: Database,
    blobs: BlobStore,
    box: SecretBox,
    mailbox: Mailbox,
    readers: set[threading.Thread],
    mebibytes: int,
    problem: Problem,
) -> None:
    office = Office(database, blobs, box, mailbox)
    channel = await office.channel(port=mailbox.port)
    raw = large_mail(mebibytes)
    mailbox.deliver(raw)
    mailbox.deliver(build_mail(mail_id="after@customer.example", subject="その次"))

    async def is_over() -> bool:
        return len(await office.messages()) == 2

    async with office.receiving(channel), office.digesting():
        await eventually(is_over, what="both mails", seconds=PATIENCE_SECONDS)

    large, after = sorted(await office.messages(), key=lambda message: message.subject != "大きな添付")
    assert (large.subject, large.text.strip(), large.problem) == ("大きな添付", "添付をご覧ください。", problem)
    assert after.subject == "その次"
    async with database.reading() as session:
        [attachment] = (await session.scalars(select(Attachment))).all()
    assert attachment.message_id == large.id
    if problem is Problem.TOO_LARGE:
        assert (attachment.name, attachment.size) == ("original.eml", len(raw))
        assert await blobs.get(attachment.sha256) == raw
    else:
        assert (attachment.name, attachment.size) == ("図面.bin", raw.count(LINE) * 57)
    assert not list(blobs.folder.glob("incoming.*"))
    assert threading.main_thread() not in readers


@pytest.fixture
def _small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_folder, "MAXIMUM_MESSAGE_BYTES", 2000)
    monkeypatch.setattr(imap_folder, "PIECE_BYTES", 1024)
    monkeypatch.setattr("app.ingest.digest.MAX_PARSED_BYTES", 2000)


@pytest.mark.usefixtures("_small_bounds")
@pytest.mark.parametrize("size", [2047, 2048, 2049, 5000])
async def test_one_read_piece_by_piece_is_the_same_byte_for_byte(
    database: Database, blobs: BlobStore, box: SecretBox, mailbox: Mailbox, size: int
) -> None:
    office = Office(database, blobs, box, mailbox)
    channel = await office.channel(port=mailbox.port)
    head = b"From: a@example.com\r\nMessage-ID: <1@customer.example>\r\nSubject: piece\r\n\r\n"
    raw = head + b"x" * (size - len(head) - 2) + b"\r\n"
    mailbox.deliver(raw)

    async def is_over() -> bool:
        return len(await office.messages()) == 1

    async with office.receiving(channel), office.digesting():
        await eventually(is_over, what="the mail", seconds=PATIENCE_SECONDS)

    async with database.reading() as session:
        [attachment] = (await session.scalars(select(Attachment))).all()
    assert await blobs.get(attachment.sha256) == raw
