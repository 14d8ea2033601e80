"""The webhook: verified, stored per event before it is answered, each event once."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.channels import service as channel_service
from app.channels.models import Channel, ChannelFolder
from app.core.blobs import BlobStore
from app.core.clock import now
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.errors import DiskFull
from app.ingest import originals, queries
from app.ingest.hooks import HookIntake
from app.ingest.models import RawMessage
from connectors.line.hook import LineHook
from connectors.talks import RawEvent
from tests.support.builders import build_channel
from tests.support.fixtures_web import Clients
from tests.support.line_events import SAID_AT, body_of, build_line, event, signed, text


@pytest_asyncio.fixture
async def line(database: Database, box: SecretBox) -> Channel:
    return await build_line(database, box)


@pytest_asyncio.fixture
async def outside(clients: Clients) -> AsyncClient:
    return await clients.nobody()


async def _raws(database: Database) -> list[RawMessage]:
    async with database.reading() as session:
        return list((await session.scalars(select(RawMessage).order_by(RawMessage.id))).all())


async def _post(outside: AsyncClient, line: Channel, body: bytes) -> int:
    return (await outside.post(f"/hooks/line/{line.key}", content=body, headers=signed(body))).status_code


async def test_each_event_is_stored_with_its_instant_before_the_answer(
    outside: AsyncClient, line: Channel, database: Database, blobs: BlobStore
) -> None:
    status = await _post(outside, line, body_of(text("一つ目"), text("二つ目", at=SAID_AT + timedelta(seconds=1))))

    raws = await _raws(database)
    assert (status, len(raws)) == (200, 2)
    assert {raw.received_at for raw in raws} == {SAID_AT, SAID_AT + timedelta(seconds=1)}
    kept = [json.loads(originals.read(blobs, raw))["event"]["message"]["text"] for raw in raws]
    assert sorted(kept) == ["一つ目", "二つ目"]


async def test_what_is_delivered_again_is_stored_once(outside: AsyncClient, line: Channel, database: Database) -> None:
    again = text("もしもし", event_id="01ONCE")
    await _post(outside, line, body_of(again))
    redelivered = {**again, "deliveryContext": {"isRedelivery": True}}

    status = await _post(outside, line, body_of(redelivered, redelivered))

    assert (status, len(await _raws(database))) == (200, 1)


async def test_two_processes_that_get_the_same_event_at_once_store_it_once(
    line: Channel, database: Database, app: FastAPI, outside: AsyncClient
) -> None:
    events = [text("同時", event_id=f"01SAME{number}") for number in range(20)]
    other = HookIntake(database)
    bodies = [body_of(each) for each in (*events, *reversed(events))]

    async def post(number: int, body: bytes) -> int:
        if number % 2:
            return await _post(outside, line, body)
        app.state.hook_intake, mine = other, app.state.hook_intake
        try:
            return await _post(outside, line, body)
        finally:
            app.state.hook_intake = mine

    statuses = await asyncio.gather(*(post(number, body) for number, body in enumerate(bodies)))

    assert set(statuses) == {200}
    assert len(await _raws(database)) == 20


@pytest.mark.parametrize(
    "headers", [{}, {"x-line-signature": ""}, {"x-line-signature": "ü"}, {"x-line-signature": "AAAA"}]
)
async def test_without_the_right_signature_nothing_is_stored(
    headers: dict[str, str], outside: AsyncClient, line: Channel, database: Database
) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    answer = await outside.post(f"/hooks/line/{line.key}", content=body_of(text("偽物")), headers=raw)

    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_signature")
    assert answer.headers["content-type"] == "application/problem+json"
    assert await _raws(database) == []


async def test_a_refused_one_is_noted_and_an_accepted_one_ends_that(
    outside: AsyncClient, line: Channel, database: Database
) -> None:
    await outside.post(f"/hooks/line/{line.key}", content=b"{}")
    async with database.reading() as session:
        refused = (await session.scalars(select(ChannelFolder))).one()
    await _post(outside, line, body_of())

    async with database.reading() as session:
        accepted = (await session.scalars(select(ChannelFolder))).one()
    assert refused.last_error
    assert (accepted.last_error, accepted.last_success_at is None) == ("", False)


async def test_an_empty_list_is_fine(outside: AsyncClient, line: Channel, database: Database) -> None:
    assert await _post(outside, line, body_of()) == 200
    assert await _raws(database) == []


@pytest.mark.parametrize("body", [b"hello", b"[]", b"{}", b'{"events": 3}', b'{"events": [', b"\xff\xfe", b""])
async def test_what_is_signed_and_holds_no_events_is_kept_as_one(
    body: bytes, outside: AsyncClient, line: Channel, database: Database, blobs: BlobStore
) -> None:
    status = await _post(outside, line, body)

    raws = await _raws(database)
    assert (status, [originals.read(blobs, raw) for raw in raws]) == (200, [body])


async def test_an_event_of_the_future_or_without_instant_comes_now(
    outside: AsyncClient, line: Channel, database: Database
) -> None:
    tomorrow = text("明日", at=now() + timedelta(days=1))
    timeless = {name: value for name, value in text("いつか").items() if name != "timestamp"}

    await _post(outside, line, body_of(tomorrow, timeless))

    assert all(timedelta(0) <= now() - raw.received_at < timedelta(minutes=1) for raw in await _raws(database))


async def test_nobody_knows_of_other_channels(
    outside: AsyncClient, line: Channel, database: Database, box: SecretBox
) -> None:
    async with database.transaction() as session:
        mailbox = await build_channel(session)
    body = body_of(text("どこ"))
    paths = (f"/hooks/line/{mailbox.key}", f"/hooks/email/{mailbox.key}", f"/hooks/email/{line.key}", "/hooks/line/x")

    answers = [await outside.post(path, content=body, headers=signed(body)) for path in paths]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "not_found")] * 4


async def test_more_than_a_mebibyte_is_refused_whether_announced_or_not(
    outside: AsyncClient, line: Channel, database: Database
) -> None:
    large = b" " * ((1 << 20) + 1)
    pieces_read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal pieces_read
        for _ in range(50):
            pieces_read += 1
            yield b" " * (1 << 18)

    announced = await outside.post(f"/hooks/line/{line.key}", content=large, headers=signed(large))
    streamed = await outside.post(f"/hooks/line/{line.key}", content=pieces(), headers=signed(large))

    assert [(each.status_code, each.json()["code"]) for each in (announced, streamed)] == [(413, "too_large")] * 2
    assert pieces_read < 10
    assert await _raws(database) == []


async def test_just_a_mebibyte_is_taken(outside: AsyncClient, line: Channel, database: Database) -> None:
    body = body_of(text("x"))
    whole = body + b" " * ((1 << 20) - len(body))

    assert await _post(outside, line, whole) == 200
    assert len(await _raws(database)) == 1


async def test_a_large_body_is_read_beside_the_event_loop(
    outside: AsyncClient, line: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, readers = LineHook.read, list[bool]()

    def noted(self: LineHook, body: bytes, headers: Mapping[str, str]) -> Sequence[RawEvent]:
        readers.append(threading.current_thread() is threading.main_thread())
        return read(self, body, headers)

    monkeypatch.setattr(LineHook, "read", noted)
    small, large = body_of(text("x")), body_of(*([{}] * 20_000))

    assert [await _post(outside, line, each) for each in (small, large)] == [200, 200]
    assert readers == [True, False]


async def test_of_very_many_events_each_is_stored_a_few_hundred_at_a_time(
    outside: AsyncClient, line: Channel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, counts = queries.add_raw_messages, list[int]()

    async def counted(session: AsyncSession, rows: list[dict[str, Any]]) -> None:
        counts.append(len(rows))
        await add(session, rows)

    monkeypatch.setattr(queries, "add_raw_messages", counted)

    assert await _post(outside, line, body_of(*({"number": number} for number in range(1_100)))) == 200
    assert len(await _raws(database)) == 1_100
    assert counts == [500, 500, 100]


async def test_a_paused_channel_still_stores(outside: AsyncClient, line: Channel, database: Database) -> None:
    async with database.transaction() as session:
        held = await session.get_one(Channel, line.id)
        await channel_service.pause(session, held)

    assert await _post(outside, line, body_of(text("休み中"))) == 200
    assert len(await _raws(database)) == 1


async def test_a_full_disk_asks_to_be_sent_again(
    outside: AsyncClient, line: Channel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(session: AsyncSession, rows: object) -> None:
        raise DiskFull

    with monkeypatch.context() as full:
        full.setattr(queries, "add_raw_messages", refuse)
        statuses = await asyncio.gather(*(_post(outside, line, body_of(text(f"満杯{n}"))) for n in range(5)))

    assert set(statuses) == {503}
    assert await _raws(database) == []
    assert await _post(outside, line, body_of(event("follow"))) == 200
