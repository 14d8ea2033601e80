"""Files of the 「対応履歴」: in chunks, for their maker only, and with what could not be written told."""

import asyncio
import csv
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import quote

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update

from app.accounts.audit_models import AuditLine
from app.accounts.models import Agent
from app.core.blobs import COLLECTION_LEASE, Blob, BlobStore
from app.core.clock import now
from app.core.database import Database
from app.core.lease_keeper import run_alone
from app.core.settings import Settings
from app.core.table_files import Losses, write_table
from app.history import export_queries, exporting, jobs
from app.history.exporting import Maker
from app.history.models import HistoryExport
from tests.app.history.test_history import EIGHT, build_history
from tests.support.builders import build_channel, build_team, build_ticket
from tests.support.fixtures_web import Clients

EXPORTS = "/api/v1/history/exports"


@pytest.fixture
def maker(database: Database, blobs: BlobStore, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Maker:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    return Maker(database, blobs, settings.zone)


async def _made(client: AsyncClient, maker: Maker, form: str, query: str = "") -> tuple[Any, bytes]:
    begun = await client.post(f"{EXPORTS}{query}", json={"format": form})
    assert begun.status_code == 201, begun.text
    assert await maker.make_next()
    path = f"{EXPORTS}/{begun.json()['id']}"
    return (await client.get(path)).json(), (await client.get(f"{path}/file")).content


def _rows(data: bytes, encoding: str) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode(encoding))))


async def test_a_csv_has_every_line_once_and_runs_nothing(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker
) -> None:
    await build_history(database, agent, ["=1+1", "二", "三", "四", "五"])

    told, data = await _made(client, maker, "csv", "?sort=created_at")

    rows = _rows(data, "utf-8-sig")
    assert data.startswith(b"\xef\xbb\xbf")
    assert rows[0] == EIGHT
    assert [row[5] for row in rows[1:]] == ["'=1+1", "二", "三", "四", "五"]
    assert rows[1][2] == "2026-11-02 10:00:00"
    assert (told["state"], told["total"], told["done"], told["lost"]["count"]) == ("done", 5, 5, 0)


async def test_what_cp932_cannot_hold_is_told_and_stands_as_geta(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker
) -> None:
    await build_history(database, agent, ["髙﨑〜①", "𠮷野家😀😀"])

    told, data = await _made(client, maker, "cp932", "?sort=created_at")

    assert [row[5] for row in _rows(data, "cp932")[1:]] == ["髙﨑～①", "〓野家〓〓"]
    assert told["lost"] == {"count": 3, "characters": "😀𠮷", "cut": 0}
    file = await client.get(f"{EXPORTS}/{told['id']}/file")
    assert file.headers["x-replaced-characters"] == f'3; characters="{quote("😀𠮷")}"'
    assert 'attachment; filename="history-' in file.headers["content-disposition"]
    assert file.headers["cache-control"] == "no-store"


async def test_a_spreadsheet_has_text_as_text_and_days_as_days(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker
) -> None:
    await build_history(database, agent, ["=HYPERLINK(1)", "あ" * 40_000])

    told, data = await _made(client, maker, "xlsx", "?sort=created_at")

    sheet = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert ">=HYPERLINK(1)<" in sheet
    assert '<c r="C2" s="2"><v>46328.4166' in sheet
    assert told["lost"]["cut"] == 1


async def test_it_is_its_makers_alone_and_in_the_audit_log(
    database: Database, client: AsyncClient, clients: Clients, agent: Agent, admin: Agent, maker: Maker
) -> None:
    await build_history(database, agent, ["一"])
    told, _ = await _made(client, maker, "csv", "?phase=new")
    admins = await clients.of(admin)

    assert (await admins.get(f"{EXPORTS}/{told['id']}")).status_code == 404
    assert (await admins.get(f"/reports/history/exports/{told['id']}/file")).status_code == 404
    async with database.reading() as session:
        [line] = (await session.scalars(select(AuditLine).where(AuditLine.subject == "history_exports"))).all()
    assert line.details == {"form": "csv", "conditions": {"phase": ["new"]}}


async def test_a_foreign_audiences_rows_never_appear(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker
) -> None:
    await build_history(database, agent, ["見える"])
    async with database.transaction() as session:
        hidden = await build_channel(session, address="hidden@example.jp")
        await build_team(session, name="別のチーム", channels=[hidden])
        await build_ticket(session, channel=hidden, text="見えない")

    told, data = await _made(client, maker, "csv")

    assert told["total"] == 1
    assert "見えない" not in data.decode()


async def test_one_that_was_cancelled_is_not_made(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await build_history(database, agent, ["一", "二", "三"])
    begun = (await client.post(EXPORTS, json={"format": "csv"})).json()
    path = f"{EXPORTS}/{begun['id']}"

    async def cancel_midway(*others: Any) -> Losses:
        assert (await client.post(f"{path}/cancel")).status_code == 200
        return await write_table(*others)

    monkeypatch.setattr(exporting, "write_table", cancel_midway)
    await maker.make_next()

    assert (await client.get(path)).json()["state"] == "cancelled"
    assert (await client.get(f"{path}/file")).status_code == 404
    assert (await client.post(f"{path}/cancel")).json()["code"] == "export_over"


async def test_one_whose_worker_was_killed_is_made_anew(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker
) -> None:
    await build_history(database, agent, ["一", "二"])
    begun = (await client.post(EXPORTS, json={"format": "csv"})).json()
    async with database.transaction() as session:
        assert await export_queries.claim_next(session) is not None
    assert not await maker.make_next()
    async with database.transaction() as session:
        await session.execute(update(HistoryExport).values(claim_boot_id="another boot"))

    await asyncio.gather(*(maker.make_next() for _ in range(3)))

    told = (await client.get(f"{EXPORTS}/{begun['id']}")).json()
    assert (told["state"], told["done"]) == ("done", 2)


async def test_it_is_gone_after_a_day(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker, blobs: BlobStore
) -> None:
    await build_history(database, agent, ["一"])
    told, _ = await _made(client, maker, "csv")
    long_ago = now() - timedelta(days=2)
    async with database.transaction() as session:
        export = await session.get_one(HistoryExport, told["id"])
        sha256, export.finished_at = export.sha256 or "", long_ago
        await session.execute(update(Blob).where(Blob.sha256 == sha256).values(touched_at=long_ago))

    await jobs.forget_old(database, blobs)

    assert not blobs.path(sha256).exists()
    assert (await client.get(f"{EXPORTS}/{told['id']}/file")).status_code == 404
    assert (await client.get(f"{EXPORTS}/{told['id']}")).json()["state"] == "over"


async def test_while_a_backup_is_made_no_file_that_it_named_goes(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker, blobs: BlobStore
) -> None:
    await build_history(database, agent, ["一"])
    told, _ = await _made(client, maker, "csv")
    long_ago = now() - timedelta(days=2)
    async with database.transaction() as session:
        export = await session.get_one(HistoryExport, told["id"])
        sha256, export.finished_at = export.sha256 or "", long_ago
        await session.execute(update(Blob).where(Blob.sha256 == sha256).values(touched_at=long_ago))

    async def look() -> None:
        await jobs.forget_old(database, blobs)
        assert blobs.path(sha256).exists()

    assert await run_alone(database, COLLECTION_LEASE, holder="a backup", duration=jobs.LEASE_DURATION, work=look)
    await jobs.forget_old(database, blobs)
    assert not blobs.path(sha256).exists()


async def test_a_file_that_somebody_has_again_meanwhile_stays(
    database: Database, client: AsyncClient, agent: Agent, maker: Maker, blobs: BlobStore
) -> None:
    await build_history(database, agent, ["一"])
    told, _ = await _made(client, maker, "csv")
    async with database.transaction() as session:
        export = await session.get_one(HistoryExport, told["id"])
        sha256, export.finished_at = export.sha256 or "", now() - timedelta(days=2)

    await jobs.forget_old(database, blobs)

    assert blobs.path(sha256).exists()


async def test_not_too_many_at_once(database: Database, client: AsyncClient) -> None:
    for _ in range(3):
        assert (await client.post(EXPORTS, json={"format": "csv"})).status_code == 201

    assert (await client.post(EXPORTS, json={"format": "csv"})).json()["code"] == "too_many_exports"


async def test_the_page_begins_one_and_shows_how_far_it_is(
    database: Database, client: AsyncClient, agent: Agent
) -> None:
    await build_history(database, agent, ["一"])

    begun = await client.post("/reports/history/exports?phase=new", data={"format": "xlsx"})
    page = (await client.get("/reports/history/exports")).text
    wrong = await client.post("/reports/history/exports", data={"format": "doc"})

    assert begun.status_code == 303
    assert "<progress" in page
    assert wrong.status_code == 422
