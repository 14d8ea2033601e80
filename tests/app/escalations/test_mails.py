"""What comes back to the mail of a question is its answer or an internal note; the customer's word stays theirs."""

from email.message import EmailMessage

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.notices.models import NoticeKind
from app.outbox import lending
from app.outbox.delivery import deliver
from app.tickets.message_models import Message, MessageKind
from app.tickets.models import Ticket
from connectors.contracts import OutboundMessage
from tests.support.arrivals import Intake
from tests.support.asking import ask, find, list_notes, list_told, make_ticket, question
from tests.support.builders import build_agent, build_channel, build_team
from tests.support.fixtures_web import Clients
from tests.support.senders import RecordingSender
from tests.support.sending import claim

GUEST = {"name": "外部 太郎", "address": "taro@maker.example"}
CUSTOMER = "tanaka@example.com"
"""Of a ticket that is built."""


async def _ask_guest(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, agent: Agent, guest: dict[str, str] = GUEST
) -> tuple[Channel, int, int, OutboundMessage]:
    async with database.transaction() as session:
        channel = await build_channel(session)
    number = await make_ticket(database, channel=channel)
    asked = await ask(await clients.of(agent), number, guest=guest)
    lending.use(box)
    sender = RecordingSender()
    await deliver(database, blobs, await claim(database), lambda _: sender)
    return channel, number, asked["id"], sender.sent[0]


def _reply(mail: OutboundMessage, *, sender: str, text: str, **headers: str) -> bytes:
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = sender, "support@example.jp", f"Re: {mail.subject}"
    reply["Message-ID"], reply["In-Reply-To"] = f"<answer-{len(text)}@maker.example>", mail.message_id
    for name, value in headers.items():
        reply[name.replace("_", "-")] = value
    reply.set_content(f"{text}\n\n" + "\n".join(f"> {line}" for line in mail.text.splitlines()))
    return reply.as_bytes()


async def _state(database: Database, number: int) -> tuple[str, bool]:
    async with database.reading() as session:
        ticket = await session.get_one(Ticket, number)
        return ticket.phase, ticket.is_waiting


async def test_the_guests_answer_by_mail_is_the_answer(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, agent: Agent
) -> None:
    channel, number, escalation_id, mail = await _ask_guest(database, blobs, box, clients, agent)
    before = await _state(database, number)

    await Intake(database, blobs).take_in(channel, _reply(mail, sender="Taro@maker.example", text="在庫はあります。"))

    kept = await find(database, escalation_id)
    notes = await list_notes(database, number)
    assert (kept.outcome, kept.answer, kept.answer_message_id) == ("answered", "在庫はあります。", notes[-1].id)
    assert await _state(database, number) == before
    assert (agent.id, NoticeKind.ESCALATION_ANSWERED) in await list_told(database)


@pytest.mark.parametrize(
    ("sender", "headers"),
    [("other@maker.example", {}), ("taro@maker.example", {"Auto_Submitted": "auto-replied"})],
)
async def test_what_does_not_fit_is_an_internal_note(
    database: Database,
    blobs: BlobStore,
    box: SecretBox,
    clients: Clients,
    agent: Agent,
    sender: str,
    headers: dict[str, str],
) -> None:
    channel, number, escalation_id, mail = await _ask_guest(database, blobs, box, clients, agent)

    await Intake(database, blobs).take_in(channel, _reply(mail, sender=sender, text="不在にしております。", **headers))

    assert (await find(database, escalation_id)).state == "open"
    assert (await list_notes(database, number))[-1].kind is MessageKind.NOTE
    assert agent.id in [agent_id for agent_id, _ in await list_told(database)]


async def test_an_answer_by_mail_after_the_end_is_a_note_that_the_asker_is_told_of(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, agent: Agent
) -> None:
    channel, number, escalation_id, mail = await _ask_guest(database, blobs, box, clients, agent)
    mine = await clients.of(agent)
    await mine.post(f"/api/v1/escalations/{escalation_id}/withdraw", json={})

    await Intake(database, blobs).take_in(channel, _reply(mail, sender="taro@maker.example", text="遅くなりました。"))

    assert (await find(database, escalation_id)).outcome == "withdrawn"
    assert "遅くなりました。" in (await list_notes(database, number))[-1].text
    assert (agent.id, NoticeKind.MENTIONED) in await list_told(database)


async def _last(database: Database, number: int) -> Message:
    async with database.reading() as session:
        statement = select(Message).where(Message.ticket_id == number).order_by(Message.ticket_version.desc())
        return (await session.scalars(statement.limit(1))).one()


async def test_what_the_customer_answers_to_a_question_that_was_passed_on_is_their_word(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, agent: Agent
) -> None:
    channel, number, escalation_id, mail = await _ask_guest(database, blobs, box, clients, agent)

    await Intake(database, blobs).take_in(channel, _reply(mail, sender=CUSTOMER, text="いつ届きますか。"))

    assert (await find(database, escalation_id)).state == "open"
    assert (await _last(database, number)).kind is MessageKind.INBOUND
    assert await _state(database, number) == ("new", False)


async def test_a_customer_who_was_asked_answers_once_and_then_speaks_as_ever(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, agent: Agent
) -> None:
    asked_customer = {"name": "田中 一郎", "address": CUSTOMER}
    channel, number, escalation_id, mail = await _ask_guest(database, blobs, box, clients, agent, asked_customer)
    intake = Intake(database, blobs)

    await intake.take_in(channel, _reply(mail, sender=CUSTOMER, text="青です。"))
    answered = (await find(database, escalation_id)).answer, (await _last(database, number)).kind
    await intake.take_in(channel, _reply(mail, sender=CUSTOMER, text="それから、返品できますか。"))

    assert answered == ("青です。", MessageKind.NOTE)
    assert (await _last(database, number)).kind is MessageKind.INBOUND


async def test_who_asked_on_without_sight_of_the_ticket_is_told_of_a_late_answer(
    database: Database, blobs: BlobStore, box: SecretBox, clients: Clients, agent: Agent
) -> None:
    async with database.transaction() as session:
        channel = await build_channel(session)
        await build_team(session, members=[agent], channels=[channel])
        expert = await build_agent(session, name="法務")
    number, theirs = await make_ticket(database, channel=channel), await clients.of(expert)
    asked = await ask(await clients.of(agent), number, to_agent_id=expert.id)
    path = f"/api/v1/escalations/{asked['id']}/escalations"
    asked_on = (await theirs.post(path, json=question(guest=GUEST))).json()
    lending.use(box)
    sender = RecordingSender()
    await deliver(database, blobs, await claim(database), lambda _: sender)
    await theirs.post(f"/api/v1/escalations/{asked_on['id']}/withdraw", json={})
    before = await list_told(database)

    late = _reply(sender.sent[0], sender="taro@maker.example", text="遅くなりました。")
    await Intake(database, blobs).take_in(channel, late)

    told = (await list_told(database))[len(before) :]
    shown = (await theirs.get("/notices")).text
    assert (expert.id, NoticeKind.MENTIONED) in told
    assert f'href="/escalations/{asked_on["id"]}"' in shown
    assert f'href="/tickets/{number}"' not in shown
    assert "遅くなりました" not in shown
    assert "遅くなりました" not in (await theirs.get("/notices/fresh")).text
