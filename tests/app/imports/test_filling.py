"""One back-fill at work, with a server to which things happen meanwhile."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.accounts.models import Agent
from app.channels import queries as channel_queries
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.imports import filling, service
from app.imports.filling import Filling
from app.imports.forms import BackfillForm
from app.imports.models import Backfill, BackfillState
from app.ingest import refusal_queries, refusals
from app.ingest.models import RawMessage, RawState
from app.tickets.message_models import Message
from app.tickets.models import Origin
from tests.support.arrivals import Intake, build_mail
from tests.support.builders import build_channel
from tests.support.fake_mailbox import FakeMailbox
from tests.support.network import eventually

ARCHIVE = "過去の対応"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeMailbox:
    fake = FakeMailbox()
    monkeypatch.setattr(filling, "connector_for", lambda kind: SimpleNamespace(receiver=lambda settings: fake))
    monkeypatch.setattr(filling, "settings_of", lambda channel, box: {})
    monkeypatch.setattr(filling, "FIRST_RETRY_SECONDS", 0.05)
    return fake


@pytest.fixture
async def inbox(database: Database) -> Channel:
    async with database.transaction() as session:
        return await build_channel(session)


async def begin(database: Database, channel: Channel, by: Agent, *, folder: str = ARCHIVE) -> Backfill:
    form = BackfillForm.model_validate({"folder": folder, "since": "2025-01-01"})
    async with database.transaction() as session:
        return await service.begin(session, channel, form, by=by)


async def list_raws(database: Database) -> list[RawMessage]:
    async with database.reading() as session:
        return list(await session.scalars(select(RawMessage).order_by(RawMessage.id)))


async def test_a_folder_that_is_made_anew_on_the_way_is_taken_in_all_the_same(
    database: Database,
    blobs: BlobStore,
    box: SecretBox,
    inbox: Channel,
    hanako: Agent,
    server: FakeMailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", 2)
    for number in range(6):
        server.deliver(build_mail(mail_id=f"{number}@customer.example"))
    backfill = await begin(database, inbox, hanako)
    server.happens = lambda command: setattr(server, "uidvalidity", 8) if command == "fetch_again" else None

    await Filling(database, blobs, box, backfill.id).run()
    intake = Intake(database, blobs)
    await intake.digest()

    assert await intake.count(Message) == 6


async def test_what_has_just_come_is_left_to_the_mailbox_and_is_no_history(
    database: Database, blobs: BlobStore, box: SecretBox, inbox: Channel, hanako: Agent, server: FakeMailbox
) -> None:
    old = server.deliver(build_mail(mail_id="old@customer.example"))
    server.deliver(build_mail(mail_id="new@customer.example"))
    async with database.transaction() as session:
        folder = await channel_queries.ensure_folder(session, inbox.id, "INBOX")
        await channel_queries.move_cursor(session, folder.id, uidvalidity=server.uidvalidity, uid=old)
    backfill = await begin(database, inbox, hanako, folder="INBOX")

    await Filling(database, blobs, box, backfill.id).run()

    assert [(raw.uid, raw.origin) for raw in await list_raws(database)] == [(old, Origin.IMPORT)]


async def test_a_folder_that_is_received_waits_until_the_mailbox_has_looked_at_it(
    database: Database, blobs: BlobStore, box: SecretBox, inbox: Channel, hanako: Agent, server: FakeMailbox
) -> None:
    uid = server.deliver(build_mail())
    async with database.transaction() as session:
        folder = await channel_queries.ensure_folder(session, inbox.id, "INBOX")
    backfill = await begin(database, inbox, hanako, folder="INBOX")

    work = asyncio.create_task(Filling(database, blobs, box, backfill.id).run())
    await asyncio.wait([work], timeout=0.5)
    before = await list_raws(database)
    async with database.transaction() as session:
        await channel_queries.move_cursor(session, folder.id, uidvalidity=server.uidvalidity, uid=uid)
    await work

    assert (before, len(await list_raws(database))) == ([], 1)


async def test_what_the_server_refuses_for_a_while_is_asked_for_again(
    database: Database,
    blobs: BlobStore,
    box: SecretBox,
    inbox: Channel,
    hanako: Agent,
    server: FakeMailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filling, "ASK_SECONDS", 0.05)
    monkeypatch.setattr(refusals, "FIRST_PAUSE", timedelta(milliseconds=200))
    for number in range(3):
        server.deliver(build_mail(mail_id=f"{number}@customer.example"))
    server.refused = {1, 2, 3}
    backfill = await begin(database, inbox, hanako)

    async def is_refused() -> bool:
        return {raw.state for raw in await list_raws(database)} == {RawState.REFUSED}

    killed = asyncio.create_task(Filling(database, blobs, box, backfill.id).run())
    await eventually(is_refused, what="the refusals")
    killed.cancel()
    await asyncio.wait([killed])
    work = asyncio.create_task(Filling(database, blobs, box, backfill.id).run())
    async with database.transaction() as session:
        await refusal_queries.give_up_elsewhere(session, inbox.id, but="INBOX", at=now())
    server.refused = set()
    await work

    assert {(raw.state, raw.blob is not None) for raw in await list_raws(database)} == {(RawState.STORED, True)}


async def test_what_nobody_expected_is_said_and_tried_again(
    database: Database, blobs: BlobStore, box: SecretBox, inbox: Channel, hanako: Agent, server: FakeMailbox
) -> None:
    server.deliver(build_mail())
    server.problem = RuntimeError("nobody expected this")
    backfill = await begin(database, inbox, hanako)

    async def read() -> Backfill:
        async with database.reading() as session:
            return await session.get_one(Backfill, backfill.id)

    async def is_said() -> bool:
        return (await read()).error == "RuntimeError"

    work = asyncio.create_task(Filling(database, blobs, box, backfill.id).run())
    await eventually(is_said, what="the error")
    server.problem = None
    await work

    found = await read()
    assert (found.state, found.error, len(await list_raws(database))) == (BackfillState.DONE, "", 1)
