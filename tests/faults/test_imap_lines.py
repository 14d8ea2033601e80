"""The line to a mailbox breaks in every way: it is fetched again by itself, nothing is lost or doubled or left over."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import select

from app.channels import service as channels
from app.channels.forms import EmailForm
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest.digest import digest_next
from app.ingest.receiving import Mailbox as Receiving
from app.tickets.message_models import Message
from tests.faults.proxy import Proxy, proxy_to
from tests.support.arrivals import build_mail
from tests.support.dovecot import Mailbox
from tests.support.network import eventually, found

BACK_SECONDS = 60
FAULTS: dict[str, Callable[[Proxy], None]] = {
    "reset": Proxy.reset,
    "FIN": Proxy.finish,
    "BYE": Proxy.goodbye,
    "black hole": Proxy.swallow,
}
SPARE = 3
"""Tasks and descriptors that may be open at one look and not at the other."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ingest.receiving.FIRST_RETRY_SECONDS", 0.02)
    monkeypatch.setattr("app.ingest.receiving.LONGEST_RETRY_SECONDS", 0.05)
    monkeypatch.setattr("app.ingest.receiving.POLL_SECONDS", 1.0)


@pytest.mark.parametrize("fault", FAULTS)
async def test_after_a_broken_line_mail_comes_in_again(
    database: Database, blobs: BlobStore, box: SecretBox, mailbox: Mailbox, fault: str
) -> None:
    async with proxy_to(mailbox.port) as proxy:
        channel = await _channel(database, box, mailbox, port=proxy.port)
        async with _receiving(database, blobs, box, channel):
            await _comes_in(database, blobs, mailbox, 1)

            FAULTS[fault](proxy)
            await eventually(lambda: proxy.count > 1, what="another connection", seconds=BACK_SECONDS)
            proxy.heal()

            await _comes_in(database, blobs, mailbox, 2)


async def test_a_password_that_is_right_again_is_used_without_a_restart(
    database: Database, blobs: BlobStore, box: SecretBox, mailbox: Mailbox
) -> None:
    async with proxy_to(mailbox.port) as proxy:
        channel = await _channel(database, box, mailbox, port=proxy.port, password="wrong")
        async with _receiving(database, blobs, box, channel):
            await eventually(lambda: proxy.count > 1, what="another attempt", seconds=BACK_SECONDS)

            async with database.transaction() as session:
                changed = await session.merge(channel)
                changed.secrets = box.seal(json.dumps({"imap_password": mailbox.password, "smtp_password": ""}))

            await _comes_in(database, blobs, mailbox, 1)


async def test_another_uidvalidity_brings_no_mail_twice(
    database: Database, blobs: BlobStore, box: SecretBox, mailbox: Mailbox
) -> None:
    async with proxy_to(mailbox.port) as proxy:
        channel = await _channel(database, box, mailbox, port=proxy.port)
        async with _receiving(database, blobs, box, channel):
            await _comes_in(database, blobs, mailbox, 1)
            await _comes_in(database, blobs, mailbox, 2)

    mailbox.reset_uidvalidity()

    async with _receiving(database, blobs, box, await _moved(database, channel, mailbox.port)):
        await _comes_in(database, blobs, mailbox, 3)


@pytest.mark.parametrize("times", [20, pytest.param(200, marks=pytest.mark.long)])
async def test_after_many_connections_no_task_and_no_descriptor_is_left(
    database: Database, blobs: BlobStore, box: SecretBox, mailbox: Mailbox, times: int
) -> None:
    async with proxy_to(mailbox.port) as proxy:
        channel = await _channel(database, box, mailbox, port=proxy.port)
        async with _receiving(database, blobs, box, channel):
            await _comes_in(database, blobs, mailbox, 1)
            before = _open_things()

            for _ in range(times):
                await _connects_anew(proxy)

            await _comes_in(database, blobs, mailbox, 2)
            tasks, descriptors = _open_things()
    assert tasks <= before[0] + SPARE
    assert descriptors <= before[1] + SPARE


async def _connects_anew(proxy: Proxy) -> None:
    before = proxy.count
    proxy.reset()
    await eventually(lambda: proxy.count > before, what="another connection", seconds=BACK_SECONDS)


async def _channel(database: Database, box: SecretBox, mailbox: Mailbox, *, port: int, password: str = "") -> Channel:
    form = EmailForm.model_validate(
        {
            "name": "サポート窓口",
            "address": "support@example.jp",
            "imap_host": mailbox.host,
            "imap_port": port,
            "imap_security": "none",
            "imap_user": mailbox.user,
            "imap_password": password or mailbox.password,
            "smtp_host": mailbox.host,
        }
    )
    async with database.transaction() as session:
        channel = await channels.create_email(session, form, box)
        channel.settings = {**channel.settings, "timeout": 3.0}
        return channel


async def _moved(database: Database, channel: Channel, port: int) -> Channel:
    async with database.transaction() as session:
        moved = await session.merge(channel)
        moved.settings = {**moved.settings, "imap_port": port}
        return moved


@asynccontextmanager
async def _receiving(database: Database, blobs: BlobStore, box: SecretBox, channel: Channel) -> AsyncIterator[None]:
    task = asyncio.create_task(Receiving(database, blobs, box, channel.id).run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _comes_in(database: Database, blobs: BlobStore, mailbox: Mailbox, number: int) -> None:
    """One more mail: then there are exactly as many messages as were delivered."""
    mailbox.deliver(build_mail(mail_id=f"{number}@customer.example", subject=f"問い合わせ {number}"))
    wanted = [f"問い合わせ {each}" for each in range(1, number + 1)]

    async def subjects() -> list[str]:
        while await digest_next(database, blobs):
            pass
        async with database.reading() as session:
            return sorted((await session.scalars(select(Message.subject))).all())

    assert await found(subjects, lambda texts: len(texts) >= number, seconds=BACK_SECONDS) == wanted


def _open_things() -> tuple[int, int]:
    return len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))
