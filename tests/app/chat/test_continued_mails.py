"""The mail in which a chat goes on: once, as a person's, and answered to the same ticket."""

from asyncio import gather
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.chat import continuing, mails
from app.chat.mails import Letter
from app.conversations.visitor_models import Visitor
from app.core.blobs import register
from app.core.clock import now
from app.replies import composing
from app.replies.forms import ReplyForm
from app.tickets.message_models import Attachment, Message
from app.tickets.models import Phase, Ticket
from connectors.contracts import RawMessage
from connectors.email.composer import compose
from tests.app.chat.continuity import MAIL, Continuity, later
from tests.support.arrivals import Intake, build_mail
from tests.support.replying import held
from tests.support.senders import WorkerKilled


async def test_several_workers_mail_it_once(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()
    await gather(*(talk.look() for _ in range(4)))

    assert len(await talk.mailed()) == 1


async def test_who_comes_back_at_that_moment_gets_no_mail(talk: Continuity, monkeypatch: pytest.MonkeyPatch) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()

    async def write_and_be_heard(*args: Any) -> Letter:
        letter = await mails.write(*args)
        await talk.hear()
        return letter

    monkeypatch.setattr(continuing, "write", write_and_be_heard)
    await talk.look()

    assert await talk.mailed() == []
    assert (await talk.site.visitor()).mailed_at is None


async def test_what_is_said_at_that_moment_goes_along(talk: Continuity, monkeypatch: pytest.MonkeyPatch) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer("一つ目")
    written: list[Letter] = []

    async def write_and_say_more(*args: Any) -> Letter:
        written.append(await mails.write(*args))
        if len(written) == 1:
            await talk.answer("二つ目")
        return written[-1]

    monkeypatch.setattr(continuing, "write", write_and_say_more)
    await talk.look()
    early = await talk.mailed()
    await talk.look()

    (mail,) = await talk.mailed()
    assert early == []
    assert "一つ目" in mail.text
    assert "二つ目" in mail.text


async def test_a_trouble_with_one_keeps_no_other_waiting(talk: Continuity, monkeypatch: pytest.MonkeyPatch) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()

    async def fail(*args: Any) -> Letter:
        raise ValueError("its words cannot be written")

    monkeypatch.setattr(continuing, "write", fail)
    await talk.look()

    assert (await talk.site.visitor()).mail_due_at == now() + continuing.TROUBLE_PAUSE


async def test_it_looks_like_a_persons_mail_and_makes_no_answer_stale(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()
    before = await talk.desk.ticket()
    await talk.look()

    after = await talk.desk.ticket()
    sent = talk.post.sent[-1]
    headers = compose(sent).partition(b"\r\n\r\n")[0]
    await talk.answer("続きです。", base_version=before.version)
    assert sent.to[0].address == MAIL
    assert b"Auto-Submitted" not in headers
    assert b"Precedence" not in headers
    assert (after.preview, after.phase) == (before.preview, before.phase)


async def test_files_go_along_or_as_links(talk: Continuity, monkeypatch: pytest.MonkeyPatch, box: Any) -> None:
    monkeypatch.setattr("app.outbox.lending._boxes", [box])
    await talk.site.tell(wants_mail=True)
    sha256 = await talk.blobs.put(b"%PDF-1.7")
    for minutes, limit in ((1, 100), (2, 1)):
        monkeypatch.setattr(mails, "MAX_FILE_BYTES", limit)
        async with talk.database.transaction() as session:
            await register(session, {sha256: 8})
            file = Attachment(
                sha256=sha256, name="請求書.pdf", content_type="application/pdf", size=8, uploader_id=talk.desk.agent.id
            )
            session.add(file)
            await session.flush()
        with later(minutes):
            await talk.answer("こちらです。", attachment_ids=[file.id])
            await talk.look()

    along, linked = [sent for sent in talk.post.sent if sent.subject]
    assert [file.filename for file in along.attachments] == ["請求書.pdf"]
    assert linked.attachments == ()
    assert "/media/" in linked.text
    assert "30" in linked.text


async def test_a_visitor_is_written_to_in_their_language(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True, language="en-US")
    await talk.answer("It has been sent.")
    await talk.look()

    (mail,) = await talk.mailed()
    assert "An answer to your chat" in mail.subject
    assert "just answer this mail" in mail.text


async def test_what_the_desk_says_by_itself_is_not_mailed(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()
    async with talk.database.transaction() as session:
        await session.execute(update(Message).where(Message.text == "発送しました。").values(is_automatic=True))
    await talk.look()

    assert await talk.mailed() == []


async def test_their_answer_by_mail_joins_the_ticket_and_is_answered_by_mail(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()
    await talk.look()
    (mail,) = await talk.mailed()
    raw = build_mail(sender=MAIL, subject=f"Re: {mail.subject}", in_reply_to=mail.mail_id, text="届きました。")
    with later(10):
        intake = Intake(talk.database, talk.blobs)
        await intake.accept_messages(talk.mailbox, (RawMessage(1, raw, now()),))
        await intake.digest()

        async with talk.database.transaction() as session:
            ticket = await held(session, talk.desk.ticket_id)
            form = ReplyForm.model_validate({"lock_token": "t", "base_version": ticket.version, "text": "何よりです。"})
            letter = await composing.compose_reply(session, ticket, form)

    [ticket] = await talk.site.all(Ticket)
    assert ticket.phase is not Phase.DONE
    assert letter.talk is None
    assert letter.channel.id == talk.mailbox.id
    assert [each.address for each in letter.to] == [MAIL]
    assert f"#{ticket.number}" in letter.subject


async def test_who_writes_in_the_chat_again_is_answered_there(talk: Continuity) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()
    await talk.look()
    with later(10):
        await talk.site.say("まだありますか")
        await talk.site.tell(online_until=now() + timedelta(minutes=1))
        await talk.answer("ございます。")
        await talk.hear()
    with later(30):
        await talk.look()

    assert len(await talk.mailed()) == 1


async def test_who_is_looked_at_was_answered(talk: Continuity) -> None:
    async with talk.database.reading() as session:
        before = (await session.scalars(select(Visitor.mail_due_at))).all()
    await talk.answer()

    assert before == [None]
    assert (await talk.site.visitor()).mail_due_at == now()


@pytest.mark.parametrize(
    "step",
    ["app.tickets.message_queries.add_recipients", "app.outbox.service.enqueue", "app.chat.continuing.signal"],
)
async def test_a_worker_that_dies_midway_mails_nothing_and_the_next_one_once(
    talk: Continuity, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await talk.site.tell(wants_mail=True)
    await talk.answer()

    async def die(*args: Any, **more: Any) -> None:
        raise WorkerKilled

    with monkeypatch.context() as dying:
        dying.setattr(step, die)
        with pytest.raises(WorkerKilled):
            await talk.look()
    left = await talk.mailed()
    await talk.look()
    await talk.look()

    assert (left, len(await talk.mailed())) == ([], 1)
    assert (await talk.site.visitor()).mailed_at is not None
