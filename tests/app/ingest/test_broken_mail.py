"""Whatever comes becomes a ticket, and the mailbox goes on."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from app.channels.models import Channel
from app.core.database import Database
from app.customers.models import Identity
from app.ingest import parts, storing
from app.ingest.known import Arrival
from app.ingest.preparing import prepare
from app.tickets.message_models import Attachment, Message, Problem
from app.tickets.models import Ticket
from connectors.contracts import InboundMessage, Passage
from connectors.email.connector import EmailConnector
from tests.support.arrivals import Intake, build_mail

SAMPLES = Path(__file__).parents[2] / "support" / "mail"


class ReadAlready(EmailConnector):
    """Gives out one message whatever the bytes say."""

    def __init__(self, message: InboundMessage) -> None:
        self.message = message

    def parse(self, raw: bytes, charset: str = "") -> InboundMessage:
        return self.message


async def list_messages(database: Database) -> Sequence[Message]:
    async with database.reading() as session:
        return (await session.scalars(select(Message).order_by(Message.id))).all()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff\xfe garbage \x80" * 50, id="garbage"),
        pytest.param(build_mail(mail_id="", sender=""), id="neither id nor sender"),
        pytest.param(build_mail(mail_id="x" * 5000), id="absurd id"),
        pytest.param(build_mail(subject="長" * 3000), id="absurd subject"),
        pytest.param(build_mail().replace(b"utf-8", b"nonsense-8"), id="unknown charset"),
        pytest.param(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 60, id="broken multipart"),
    ],
)
async def test_broken_mail_of_any_kind_becomes_a_ticket(intake: Intake, channel: Channel, raw: bytes) -> None:
    await intake.take_in(channel, raw, build_mail(mail_id="good@customer.example", text="読めます。"))

    assert [await intake.count(table) for table in (Ticket, Message)] == [2, 2]


async def test_every_sample_mail_can_be_stored(intake: Intake, channel: Channel) -> None:
    """What the store refuses would end as unreadable; the one that is no mail does so rightly."""
    await intake.take_in(channel, *(path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))))

    messages = await list_messages(intake.database)
    unreadable = [message for message in messages if message.problem == Problem.UNREADABLE]
    assert len(unreadable) == 1
    assert len(messages) > 150  # those that say the same are one message


async def test_text_between_pieces_of_html_is_shown_and_found(intake: Intake, channel: Channel) -> None:
    parts = (b"Content-Type: text/html\r\n\r\n<p>answer</p>", b"Content-Type: text/plain\r\n\r\n<footer> of a list")
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    await intake.take_in(channel, b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + body)

    [message] = await list_messages(intake.database)
    assert message.text == "answer\n<footer> of a list"
    assert "<p>answer</p>" in message.html
    assert "&lt;footer&gt; of a list" in message.html


@pytest.mark.parametrize(
    "opened", ["<!--", "<title>", "<style>", "<noscript>", "<svg>", "<a href='", "<textarea>", "<script>"]
)
def test_what_one_passage_leaves_open_swallows_none_behind_it(opened: str) -> None:
    passages = (Passage(html=f"<p>answer</p>{opened}"), Passage("a <footer>"), Passage(html="<img src=x onerror=y>"))

    prepared = prepare(ReadAlready(InboundMessage(passages=passages)), b"")

    assert prepared.html.startswith("<p>answer</p>")
    assert "a &lt;footer&gt;" in prepared.html
    assert "onerror" not in prepared.html


def test_passages_that_are_too_much_together_are_shown_as_text_alone() -> None:
    passages = tuple(Passage(html=f"<p>{letter * 400_000}</p>") for letter in "abc")

    assert prepare(ReadAlready(InboundMessage(passages=passages[:2])), b"").html
    assert prepare(ReadAlready(InboundMessage(passages=passages)), b"").html == ""


async def test_a_sender_who_is_only_named_is_nobodys_customer(intake: Intake, channel: Channel) -> None:
    await intake.take_in(channel, b"From: MAILER-DAEMON <>\r\nSubject: x\r\n\r\nfailed", build_mail())

    async with intake.database.reading() as session:
        assert sorted((await session.scalars(select(Identity.address))).all()) == ["tanaka@example.com"]


async def test_what_cannot_be_stored_ends_as_a_ticket_with_the_original(
    intake: Intake, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, whole = build_mail(subject="毒"), parts.make_message

    def fail_on_poison(arrival: Arrival, identity: object, channel: Channel) -> Message:
        if arrival.prepared.inbound.subject == "毒":
            raise ValueError("a fault of ours")
        return whole(arrival, identity, channel)  # type: ignore[arg-type]

    monkeypatch.setattr(storing, "make_message", fail_on_poison)

    await intake.take_in(channel, build_mail(mail_id="2@customer.example"), poison)

    messages = await list_messages(intake.database)
    assert sorted(message.problem for message in messages) == [Problem.NONE, Problem.UNREADABLE]
    async with intake.database.reading() as session:
        [attachment] = (await session.scalars(select(Attachment))).all()
    assert await intake.blobs.get(attachment.sha256) == poison
