"""The line to a mailbox breaks in every way: it is fetched again by itself, nothing is lost or doubled or left over."""

import asyncio
import json
import os
from collections.abc import Callable

import pytest
from httpx import AsyncClient

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest.digest import digest_next
from tests.faults.proxy import Proxy, proxy_to
from tests.faults.receiving import Office
from tests.support.arrivals import build_mail
from tests.support.dovecot import Mailbox
from tests.support.network import eventually, found

BACK_SECONDS = 180
FAULTS: dict[str, Callable[[Proxy], None]] = {
    "reset": Proxy.reset,
    "FIN": Proxy.finish,
    "BYE": Proxy.goodbye,
    "black hole": Proxy.swallow,
}
SPARE = 3
"""Tasks and descriptors that may be open at one look and not at the other."""


@pytest.fixture
def office(database: Database, blobs: BlobStore, box: SecretBox, mailbox: Mailbox) -> Office:
    return Office(database, blobs, box, mailbox)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ingest.receiving.FIRST_RETRY_SECONDS", 0.02)
    monkeypatch.setattr("app.ingest.receiving.LONGEST_RETRY_SECONDS", 0.05)
    monkeypatch.setattr("app.ingest.receiving.POLL_SECONDS", 1.0)


@pytest.mark.parametrize("fault", FAULTS)
async def test_after_a_broken_line_mail_comes_in_again(office: Office, fault: str) -> None:
    async with proxy_to(office.mailbox.port) as proxy:
        channel = await office.channel(port=proxy.port)
        async with office.receiving(channel):
            assert await _come_in(office, 1) == _subjects(1)

            FAULTS[fault](proxy)
            await eventually(lambda: proxy.count > 1, what="another connection", seconds=BACK_SECONDS)
            proxy.heal()

            assert await _come_in(office, 2) == _subjects(2)


async def test_a_password_that_is_right_again_is_used_without_a_restart(office: Office) -> None:
    async with proxy_to(office.mailbox.port) as proxy:
        channel = await office.channel(port=proxy.port, password="wrong")
        async with office.receiving(channel):
            await eventually(lambda: proxy.count > 1, what="another attempt", seconds=BACK_SECONDS)

            async with office.database.transaction() as session:
                changed = await session.merge(channel)
                changed.secrets = office.box.seal(
                    json.dumps({"imap_password": office.mailbox.password, "smtp_password": ""})
                )

            assert await _come_in(office, 1) == _subjects(1)


@pytest.mark.parametrize(
    ("security", "is_tls_port", "said"),
    [
        ("tls", False, "imap_security: "),
        ("starttls", True, "imap_security: "),
        ("none", True, "imap_security: "),
    ],
)
async def test_the_wrong_encryption_is_told_and_the_right_one_is_used_without_a_restart(
    office: Office, security: str, is_tls_port: bool, said: str
) -> None:
    mailbox = office.mailbox
    port, other = (mailbox.tls_port, mailbox.port) if is_tls_port else (mailbox.port, mailbox.tls_port)
    channel = await office.channel(port=port)
    await office.change(channel, imap_security=security, ca_file=str(mailbox.ca_file))
    async with office.receiving(channel):
        error = await found(lambda: office.error(channel), bool, seconds=BACK_SECONDS)

        await office.change(channel, imap_security="starttls" if is_tls_port else "tls", imap_port=other)

        assert await _come_in(office, 1) == _subjects(1)
        folder = await found(lambda: office.folder(channel), lambda each: not each.failures, seconds=BACK_SECONDS)
    assert error.startswith(said)
    assert folder.failures == 0


@pytest.mark.parametrize("count", [300, pytest.param(5_000, marks=pytest.mark.long)])
async def test_thousands_that_wait_come_in_batch_by_batch_while_the_rest_goes_on(
    office: Office, client: AsyncClient, count: int
) -> None:
    for number in range(count):
        office.mailbox.deliver(build_mail(mail_id=f"{number}@customer.example", subject=f"問い合わせ {number}"))
    channel = await office.channel(port=office.mailbox.port)
    seen = [0]
    async with office.receiving(channel), office.digesting():
        while seen[-1] < count:
            answer = await client.get("/api/v1/tabs")
            seen.append(next(tab["count"] for tab in answer.json() if tab["key"] == "new"))

    assert sorted(message.subject for message in await office.messages()) == sorted(
        f"問い合わせ {number}" for number in range(count)
    )
    assert seen == sorted(seen)
    assert len(set(seen)) > count // 100


async def test_another_uidvalidity_brings_no_mail_twice(office: Office) -> None:
    async with proxy_to(office.mailbox.port) as proxy:
        channel = await office.channel(port=proxy.port)
        async with office.receiving(channel):
            assert await _come_in(office, 1) == _subjects(1)
            assert await _come_in(office, 2) == _subjects(2)

    office.mailbox.reset_uidvalidity()

    async with office.receiving(await office.change(channel, imap_port=office.mailbox.port)):
        assert await _come_in(office, 3) == _subjects(3)


@pytest.mark.parametrize("times", [20, pytest.param(200, marks=pytest.mark.long)])
async def test_after_many_connections_no_task_and_no_descriptor_is_left(office: Office, times: int) -> None:
    async with proxy_to(office.mailbox.port) as proxy:
        channel = await office.channel(port=proxy.port)
        async with office.receiving(channel):
            assert await _come_in(office, 1) == _subjects(1)
            before = _open_things()

            for _ in range(times):
                await _connects_anew(proxy)

            assert await _come_in(office, 2) == _subjects(2)
            await eventually(
                lambda: all(now <= then + SPARE for now, then in zip(_open_things(), before, strict=True)),
                what="the end of what the connections left",
                seconds=BACK_SECONDS,
            )


async def _connects_anew(proxy: Proxy) -> None:
    before = proxy.count
    proxy.reset()
    await eventually(lambda: proxy.count > before, what="another connection", seconds=BACK_SECONDS)


def _subjects(count: int) -> list[str]:
    return [f"問い合わせ {number}" for number in range(1, count + 1)]


async def _come_in(office: Office, number: int) -> list[str]:
    """One more mail: the subjects of all messages, once there are as many as were delivered."""
    office.mailbox.deliver(build_mail(mail_id=f"{number}@customer.example", subject=f"問い合わせ {number}"))

    async def subjects() -> list[str]:
        while await digest_next(office.database, office.blobs):
            pass
        return sorted(message.subject for message in await office.messages())

    return await found(subjects, lambda texts: len(texts) >= number, seconds=BACK_SECONDS)


def _open_things() -> tuple[int, int]:
    return len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))
