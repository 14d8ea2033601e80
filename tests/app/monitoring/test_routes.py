import pytest
from fastapi import FastAPI

from app.core import revision
from app.core.database import Database
from app.outbox.models import OutboxState
from tests.support.fixtures_web import Clients


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
