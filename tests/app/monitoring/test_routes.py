from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from app.channels import queries as channel_queries
from app.core import revision
from app.core.clock import now
from app.core.database import Database
from app.ingest.models import RawMessage, RawState
from app.outbox.models import OutboxState
from tests.support.builders import build_ticket
from tests.support.fixtures_web import Clients
from tests.support.replying import Desk


async def test_who_is_alive_says_so_without_a_sign_in(clients: Clients) -> None:
    assert (await (await clients.nobody()).get("/healthz")).status_code == 200


async def test_ready_is_a_database_with_the_newest_schema(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = await clients.nobody()
    assert (await nobody.get("/readyz")).status_code == 200

    monkeypatch.setattr(revision, "newest_revision", lambda: "9999")

    answer = await nobody.get("/readyz")
    assert answer.status_code == 503
    assert "9999" in answer.json()["reasons"][0]


async def test_a_database_that_is_away_is_a_reason(app: FastAPI, clients: Clients) -> None:
    away = Database("postgresql://somebody@127.0.0.1:1/nothing")
    nobody = await clients.nobody()
    app.state.database = away

    answer = await nobody.get("/readyz")

    assert answer.status_code == 503
    [reason] = answer.json()["reasons"]
    assert "cannot be used" in reason
    assert not any(word in reason for word in ("somebody", "127.0.0.1", "Connect"))
    await away.dispose()


async def test_the_figures_name_each_queue(clients: Clients) -> None:
    text = (await (await clients.nobody()).get("/metrics")).text

    for state in (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.FAILED, OutboxState.UNCERTAIN):
        assert f'madoguchi_outbox_entries{{state="{state}"}} 0.0' in text
    assert "madoguchi_raw_messages_undigested 0.0" in text
    assert "python_info" in text


async def test_the_figures_count_requests_by_route_and_never_by_address(
    client: AsyncClient, clients: Clients, database: Database
) -> None:
    async with database.transaction() as session:
        ticket = await build_ticket(session, subject="秘密の件名")
    for path in (f"/tickets/{ticket.id}", "/tickets/999999", "/no/such/tanaka@example.com"):
        await client.get(path)

    text = (await (await clients.nobody()).get("/metrics")).text

    assert 'madoguchi_http_requests_total{method="GET",route="/tickets/{number}",status="200"}' in text
    assert 'madoguchi_http_requests_total{method="GET",route="/tickets/{number}",status="404"}' in text
    assert 'madoguchi_http_request_seconds_bucket{le="0.1",method="GET",route="/tickets/{number}"}' in text
    assert "madoguchi_database_writer_wait_seconds_count" in text
    assert "madoguchi_event_loop_lag_seconds_count" in text
    assert not any(word in text for word in ("tickets/999999", "tanaka", "秘密", "@"))


async def test_the_figures_tell_of_each_mailbox_of_locks_and_of_sending(
    clients: Clients, database: Database, desk: Desk
) -> None:
    await desk.take()
    async with database.transaction() as session:
        folder = await channel_queries.ensure_folder(session, desk.channel.id, "INBOX")
        await channel_queries.note_success(session, folder.id, on_server=7, at=now() - timedelta(minutes=5))
        former = await channel_queries.ensure_folder(session, desk.channel.id, "Former")
        await channel_queries.note_success(session, former.id, on_server=9, at=now() - timedelta(days=9))
        row = {"channel_id": desk.channel.id, "source_hash": "a", "state": RawState.UNREADABLE, "received_at": now()}
        session.add(RawMessage(**row))

    text = (await (await clients.nobody()).get("/metrics")).text

    names = f'channel="{desk.channel.id}",folder="{folder.id}"'
    assert f'madoguchi_intake_unreadable{{channel="{desk.channel.id}"}} 1.0' in text
    assert f"madoguchi_intake_on_server{{{names}}} 7.0" in text
    assert f"madoguchi_intake_last_success_age_seconds{{{names}}} 30" in text
    assert f'folder="{former.id}"' not in text
    assert "madoguchi_reply_locks 1.0" in text
    assert "madoguchi_open_streams 0.0" in text
    assert "madoguchi_sending_is_paused 0.0" in text
    assert "madoguchi_disk_is_full 0.0" in text


async def test_the_api_describes_itself(clients: Clients) -> None:
    document = (await (await clients.nobody()).get("/api/v1/openapi.json")).json()

    assert "/api/v1/tickets/{number}/replies" in document["paths"]
    assert all(path.startswith("/api/v1/") for path in document["paths"])


async def test_static_files_are_kept_for_ever_by_their_version(clients: Clients) -> None:
    nobody = await clients.nobody()

    versioned = await nobody.get("/static/css/base.css?v=1")
    plain = await nobody.get("/static/css/base.css")

    assert "immutable" in versioned.headers["cache-control"]
    assert plain.headers["cache-control"] == "no-cache"
    assert (await nobody.get("/static/../main.py")).status_code == 404
