"""Receivers stand on their own feet: what one mailbox does to us is no other's matter."""

import asyncio

import pytest

from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.core.crypto import SecretBox
from app.core.database import Database
from app.ingest import jobs, receiving
from app.ingest.receiving import Mailbox
from tests.support.arrivals import Intake
from tests.support.network import eventually


async def test_a_receiver_that_fails_is_begun_again_and_the_others_go_on(
    intake: Intake, box: SecretBox, channel: Channel, other_channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    async def run(mailbox: Mailbox) -> None:
        begun.append(mailbox._channel_id)
        if mailbox._channel_id == channel.id:
            raise KeyError("a fault of ours")
        await asyncio.Event().wait()

    async def has_failed_often() -> bool:
        return begun.count(channel.id) >= 3

    monkeypatch.setattr(Mailbox, "run", run)
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0.02)

    task = asyncio.create_task(jobs.receive_all(intake.database, intake.blobs, box))
    await eventually(has_failed_often, what="three starts")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert begun.count(other_channel.id) == 1


async def test_what_nobody_foresaw_is_shown_with_the_mailbox(
    database: Database, intake: Intake, box: SecretBox, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def get_error() -> str:
        async with database.transaction() as session:
            return (await channel_queries.ensure_folder(session, channel.id, "INBOX")).last_error

    async def is_said() -> bool:
        return bool(await get_error())

    def fail(*_: object) -> None:
        raise KeyError("no such setting")

    monkeypatch.setattr(receiving, "settings_of", fail)

    task = asyncio.create_task(Mailbox(database, intake.blobs, box, channel.id).run())
    await eventually(is_said, what="the error")
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert await get_error() == "KeyError"
