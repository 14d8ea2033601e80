import asyncio
from datetime import UTC, datetime

import pytest

from connectors.contracts import ConnectionProblem, RawBatch
from connectors.email import folders, imap_folder
from connectors.email.receiver import ImapReceiver
from connectors.email.settings import EmailSettings, Security
from tests.connectors.email.samples import NOON, build_raw, build_settings
from tests.support.dovecot import Mailbox


def settings_of(mailbox: Mailbox, **changes: object) -> EmailSettings:
    values = {
        "imap_port": mailbox.port,
        "imap_user": mailbox.user,
        "imap_password": mailbox.password,
        "ca_file": str(mailbox.ca_file),
        "timeout": 60.0,
    }
    return build_settings(**{**values, **changes})


@pytest.fixture
async def receiver(mailbox: Mailbox):  # type: ignore[no-untyped-def]
    receiver = ImapReceiver(settings_of(mailbox))
    yield receiver
    await receiver.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def fetch_all(receiver: ImapReceiver, *, uidvalidity: int | None = None, after_uid: int = 0) -> list[RawBatch]:
    return [batch async for batch in receiver.fetch(uidvalidity=uidvalidity, after_uid=after_uid)]


async def test_mails_come_in_order_with_their_bytes_and_the_time_they_arrived(
    mailbox: Mailbox, receiver: ImapReceiver
) -> None:
    first, second = build_raw("first"), build_raw("(second {7}")
    mailbox.deliver(first, at=NOON)
    mailbox.deliver(second)

    state = await receiver.connect()
    (batch,) = await fetch_all(receiver)

    assert state.on_server == 2
    assert batch.folder == state
    assert [message.data for message in batch.messages] == [first, second]
    assert [message.uid for message in batch.messages] == [1, 2]
    assert batch.messages[0].received_at == NOON


async def test_reading_changes_no_flags(mailbox: Mailbox, receiver: ImapReceiver) -> None:
    mailbox.deliver(build_raw())

    await receiver.connect()
    await fetch_all(receiver)
    await receiver.close()

    assert mailbox.flags(1) - {"\\Recent"} == set()
    assert "\\Recent" in mailbox.flags(1)


async def test_only_mails_above_the_cursor_are_fetched(mailbox: Mailbox, receiver: ImapReceiver) -> None:
    for number in range(3):
        mailbox.deliver(build_raw(f"mail {number}"))
    state = await receiver.connect()

    (batch,) = await fetch_all(receiver, uidvalidity=state.uidvalidity, after_uid=2)
    nothing = await fetch_all(receiver, uidvalidity=state.uidvalidity, after_uid=3)

    assert [message.uid for message in batch.messages] == [3]
    assert nothing == []


async def test_everything_is_fetched_when_the_uidvalidity_is_another(mailbox: Mailbox, receiver: ImapReceiver) -> None:
    mailbox.deliver(build_raw())
    old = await receiver.connect()
    await receiver.close()
    mailbox.reset_uidvalidity()

    new = await receiver.connect()
    (batch,) = await fetch_all(receiver, uidvalidity=old.uidvalidity, after_uid=1)

    assert new.uidvalidity != old.uidvalidity
    assert [message.uid for message in batch.messages] == [1]
    assert batch.folder == new


async def test_an_empty_folder_gives_nothing(receiver: ImapReceiver) -> None:
    state = await receiver.connect()

    assert state.on_server == 0
    assert await fetch_all(receiver) == []


async def test_many_mails_come_in_batches(mailbox: Mailbox, receiver: ImapReceiver) -> None:
    for number in range(250):
        mailbox.deliver(build_raw(f"mail {number}"))

    await receiver.connect()
    batches = await fetch_all(receiver)

    assert [len(batch.messages) for batch in batches] == [100, 100, 50]
    assert [message.uid for batch in batches for message in batch.messages] == list(range(1, 251))


async def test_a_batch_is_bounded_by_bytes_and_an_oversized_mail_stands_alone_without_data(
    mailbox: Mailbox, receiver: ImapReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_folder, "BATCH_BYTES", 10_000)
    monkeypatch.setattr(imap_folder, "MAXIMUM_MESSAGE_BYTES", 20_000)
    for size in (6_000, 6_000, 30_000, 1_000):
        mailbox.deliver(build_raw(body="x" * size))

    await receiver.connect()
    batches = await fetch_all(receiver)

    assert [[message.data is not None for message in batch.messages] for batch in batches] == [
        [True],
        [True],
        [False],
        [True],
    ]


async def test_news_end_the_wait(mailbox: Mailbox, receiver: ImapReceiver) -> None:
    await receiver.connect()
    waiting = asyncio.create_task(receiver.wait(60))

    mailbox.deliver(build_raw())
    await asyncio.wait_for(waiting, 10)

    assert len(await fetch_all(receiver)) == 1


async def test_the_wait_ends_without_news_too(receiver: ImapReceiver) -> None:
    await receiver.connect()

    await asyncio.wait_for(receiver.wait(0.1), 60)
    await asyncio.wait_for(receiver.wait(0.1), 60)

    assert await fetch_all(receiver) == []


@pytest.mark.parametrize("folder", ["Sent Items", "受信箱 & 保管", 'a"b'])
async def test_folders_of_any_name_are_read(mailbox: Mailbox, folder: str) -> None:
    with mailbox.server.connect(mailbox.user) as client:
        client.create(folders.quoted(folders.encode(folder)).decode())
        client.append(folders.quoted(folders.encode(folder)).decode(), "", "", build_raw("in the folder"))
    receiver = ImapReceiver(settings_of(mailbox, folder=folder))

    state = await receiver.connect()
    (batch,) = await fetch_all(receiver)
    await receiver.close()

    assert state.on_server == 1
    assert batch.messages[0].data == build_raw("in the folder")


@pytest.mark.parametrize("security", list(Security))
async def test_every_way_of_protecting_the_connection_works(mailbox: Mailbox, security: Security) -> None:
    port = mailbox.tls_port if security is Security.TLS else mailbox.port
    receiver = ImapReceiver(settings_of(mailbox, imap_security=security, imap_port=port))

    state = await receiver.connect()
    await receiver.close()

    assert state.on_server == 0


async def test_a_server_that_stops_ends_the_wait_with_a_problem(mailbox: Mailbox, receiver: ImapReceiver) -> None:
    await receiver.connect()
    waiting = asyncio.create_task(receiver.wait(60))

    await asyncio.to_thread(mailbox.server.stop)
    try:
        with pytest.raises(ConnectionProblem):
            await asyncio.wait_for(waiting, 10)
    finally:
        await asyncio.to_thread(mailbox.server.start)


async def test_a_receiver_that_is_not_connected_says_so() -> None:
    receiver = ImapReceiver(build_settings())

    with pytest.raises(ConnectionProblem):
        await receiver.wait(0)


async def test_times_of_arrival_are_utc(mailbox: Mailbox, receiver: ImapReceiver) -> None:
    mailbox.deliver(build_raw(), at=datetime(2024, 7, 1, 23, 59, 58, tzinfo=UTC))

    await receiver.connect()
    (batch,) = await fetch_all(receiver)

    assert batch.messages[0].received_at == datetime(2024, 7, 1, 23, 59, 58, tzinfo=UTC)
    assert batch.messages[0].received_at.tzinfo is UTC
