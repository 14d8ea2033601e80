"""One entry's ways: sent, refused, tried again, failed, uncertain; and never twice."""

from datetime import timedelta

import pytest

from app.channels.errors import UnknownKind
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.clock import now
from app.outbox import claim_queries
from app.outbox.delivery import deliver
from app.outbox.models import OutboxEntry, OutboxState
from app.tickets import message_queries
from app.tickets import service as tickets
from app.tickets.attachments import Upload, add_upload
from app.tickets.history_models import Actor, EventKind, FactKind
from app.tickets.message_models import Message, MessageKind, RecipientState
from app.tickets.models import Phase
from connectors.contracts import Address, ConnectionProblem, DeliveryError, Sender
from tests.support.builders import build_message
from tests.support.replying import Desk, held
from tests.support.senders import RecordingSender
from tests.support.sending import attempt, claim, facts, make_due


async def test_what_is_taken_counts_from_then_on(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()

    await attempt(desk, blobs, sender)

    entry, ticket = await desk.entry(entry_id), await desk.ticket()
    async with desk.database.reading() as session:
        message = await session.get_one(Message, entry.message_id)
    [fact] = await facts(desk)
    assert (entry.state, entry.attempts) == (OutboxState.SENT, 1)
    assert message.sent_at == ticket.first_reply_at == entry.settled_at == fact.at
    assert (fact.kind, fact.actor_id) == (FactKind.FIRST_REPLY, desk.agent.id)
    assert EventKind.SENT in await desk.events()
    assert {each.state for each in (await desk.recipients(message.id))[1:]} == {RecipientState.SENT}


async def test_what_nothing_speaks_any_more_waits_without_being_tried(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()

    def gone(channel: Channel) -> Sender:
        raise UnknownKind(kind=channel.kind)

    await deliver(desk.database, blobs, await claim(desk.database), gone)
    waiting = await desk.entry(entry_id)
    await make_due(desk, entry_id)
    await attempt(desk, blobs, sender)
    sent = await desk.entry(entry_id)

    assert (waiting.state, waiting.attempts, waiting.first_try_at) == (OutboxState.QUEUED, 0, None)
    assert waiting.error
    assert waiting.not_before > now()
    assert (sent.state, sent.attempts, sent.error) == (OutboxState.SENT, 1, "")
    assert len(sender.sent) == 1


async def test_the_message_is_whole(desk: Desk, blobs: BlobStore) -> None:
    async with desk.database.transaction() as session:
        ticket = await held(session, desk.ticket_id)
        for mail_id in ("first@example.com", "second@example.com"):
            await tickets.receive(
                session,
                ticket,
                Message(
                    kind=MessageKind.INBOUND, channel_id=desk.channel.id, mail_id=mail_id, text="a", created_at=now()
                ),
                by=Actor.customer(None),
            )
        upload = Upload("見積.pdf", "application/pdf", await blobs.put(b"PDF"), 3)
        attachment = await add_upload(session, upload, by=desk.agent)
    sender = RecordingSender()
    await desk.reply(attachment_ids=[attachment.id], bcc=["b@example.com"], html="<b>はい</b>")

    await attempt(desk, blobs, sender)

    [sent] = sender.sent
    assert sent.sender == Address("お問い合わせ窓口", "support@example.jp")
    assert sent.to == (Address("田中 一郎", "tanaka@example.com"),)
    assert sent.bcc == (Address("", "b@example.com"),)
    assert (sent.in_reply_to, sent.references[-1]) == ("second@example.com", "second@example.com")
    assert sent.references == ("first@example.com", "second@example.com")
    assert [(each.filename, each.data) for each in sent.attachments] == [("見積.pdf", b"PDF")]
    assert (sent.text, sent.html) == ("お送りします。", "<b>はい</b>")


async def test_the_second_reply_refers_to_the_first_and_counts_as_a_further_one(desk: Desk, blobs: BlobStore) -> None:
    sender = RecordingSender()
    await desk.reply()
    await attempt(desk, blobs, sender)
    async with desk.database.transaction() as session:
        await build_message(session, await held(session, desk.ticket_id), at=now())

    await desk.reply()
    await attempt(desk, blobs, sender)

    first, second = await facts(desk)
    assert sender.sent[1].references == (sender.sent[0].message_id,)
    assert (first.kind, second.kind) == (FactKind.FIRST_REPLY, FactKind.REPLY)
    assert second.calendar_seconds is not None
    assert second.calendar_seconds < 60


async def test_a_refused_recipient_is_kept_with_the_servers_words(desk: Desk, blobs: BlobStore) -> None:
    sender = RecordingSender(refused={"gone@example.com": "550 unknown"})
    entry_id = await desk.reply(to=["here@example.com", "gone@example.com"])

    await attempt(desk, blobs, sender)

    entry = await desk.entry(entry_id)
    by_address = {each.address: each for each in await desk.recipients(entry.message_id)}
    assert entry.state is OutboxState.SENT
    assert by_address["here@example.com"].state is RecipientState.SENT
    assert by_address["gone@example.com"].state is RecipientState.REFUSED
    assert by_address["gone@example.com"].error == "550 unknown"


async def test_a_passing_failure_waits_longer_each_time(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    sender.fail("451 try later", times=3)
    pauses = []

    for _ in range(3):
        await attempt(desk, blobs, sender)
        pauses.append((await desk.entry(entry_id)).not_before - now())
        await make_due(desk, entry_id)

    entry = await desk.entry(entry_id)
    assert (entry.state, entry.error, entry.attempts) == (OutboxState.QUEUED, "451 try later", 3)
    expected = [timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)]
    assert all(abs(pause - wanted) < timedelta(seconds=20) for pause, wanted in zip(pauses, expected, strict=True))
    assert sender.sent == []


async def test_after_two_days_it_has_failed(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    sender.fail()
    async with desk.database.transaction() as session:
        (await session.get_one(OutboxEntry, entry_id)).first_try_at = now() - timedelta(hours=49)

    await attempt(desk, blobs, sender)

    assert (await desk.entry(entry_id)).state is OutboxState.FAILED
    assert EventKind.SEND_FAILED in await desk.events()


async def test_a_lasting_failure_is_shown_in_the_servers_words(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    sender.fail("550 no such user", is_permanent=True)

    await attempt(desk, blobs, sender)

    entry = await desk.entry(entry_id)
    assert (entry.state, entry.error) == (OutboxState.FAILED, "550 no such user")
    assert await facts(desk) == []


async def test_a_server_that_cannot_be_reached_is_told_of_in_words(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    error = DeliveryError("refused (smtp_port): [Errno 111]")
    error.__cause__ = ConnectionProblem("refused", field="smtp_port", detail="[Errno 111]")
    sender.failures = [error]

    await attempt(desk, blobs, sender)

    entry = await desk.entry(entry_id)
    assert (entry.state, entry.error) == (
        OutboxState.QUEUED,
        "smtp_port: このポートでは応答がありません。 ([Errno 111])",
    )


async def test_no_answer_is_uncertain_and_is_not_sent_again(desk: Desk, blobs: BlobStore) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    sender.failures_after_commit_point = [DeliveryError("no answer in time", is_uncertain=True)]

    await attempt(desk, blobs, sender)

    async with desk.database.transaction() as session:
        again = await claim_queries.claim_next(session)
    assert ((await desk.entry(entry_id)).state, again) == (OutboxState.UNCERTAIN, None)
    assert EventKind.SEND_UNCERTAIN in await desk.events()


@pytest.mark.parametrize(("is_after", "state"), [(False, OutboxState.QUEUED), (True, OutboxState.UNCERTAIN)])
async def test_an_unforeseen_fault_is_certain_only_before_the_commit_point(
    desk: Desk, blobs: BlobStore, is_after: bool, state: OutboxState
) -> None:
    sender, entry_id = RecordingSender(), await desk.reply()
    (sender.failures_after_commit_point if is_after else sender.failures).append(KeyError("fault"))

    await attempt(desk, blobs, sender)

    entry = await desk.entry(entry_id)
    assert (entry.state, entry.error) == (state, "KeyError: 'fault'")


async def test_a_missing_file_fails_before_anything_is_offered(desk: Desk, blobs: BlobStore) -> None:
    async with desk.database.transaction() as session:
        upload = Upload("a.txt", "text/plain", await blobs.put(b"a"), 1)
        attachment = await add_upload(session, upload, by=desk.agent)
    sender, entry_id = RecordingSender(), await desk.reply(attachment_ids=[attachment.id])
    blobs.path(upload.sha256).unlink()

    await attempt(desk, blobs, sender)

    assert (await desk.entry(entry_id)).state is OutboxState.FAILED
    assert sender.offered == 0


async def test_a_scheduled_reply_sets_its_status_when_it_leaves(desk: Desk, blobs: BlobStore) -> None:
    entry_id = await desk.reply(send_at=now() + timedelta(hours=1), next_status="done")
    await make_due(desk, entry_id)
    async with desk.database.transaction() as session:
        claimed = await claim_queries.claim_deferred(session, entry_id)
    assert claimed is not None

    await deliver(desk.database, blobs, claimed, lambda _: RecordingSender())

    ticket = await desk.ticket()
    assert (ticket.phase, ticket.is_waiting) == (Phase.DONE, True)


async def test_an_entry_of_a_paused_channel_waits(desk: Desk) -> None:
    await desk.reply()
    async with desk.database.transaction() as session:
        (await held(session, desk.ticket_id)).home_channel.paused_at = now()

    async with desk.database.transaction() as session:
        assert await claim_queries.claim_next(session) is None


async def test_a_reply_that_left_is_found_by_its_own_id(desk: Desk, blobs: BlobStore) -> None:
    sender = RecordingSender()
    await desk.reply()
    await attempt(desk, blobs, sender)

    async with desk.database.reading() as session:
        [found] = await message_queries.list_ours(session, [message_queries.hash_ref(sender.ids[0])])

    assert found.ticket_id == desk.ticket_id
