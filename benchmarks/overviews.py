"""The page of the morning, as the desk makes it without a server, and what it asks of the database."""

import tempfile
import time
from pathlib import Path
from statistics import median

import httpx
from pydantic import SecretStr

from app.accounts.service import Browser, open_session
from app.cli.desk import open_desk
from app.core.database import count_statements
from app.core.settings import Settings
from app.main import create_app
from app.web.cookies import PLAIN_NAME
from benchmarks import years
from benchmarks.databases import KEY
from benchmarks.report import Report

PAGE = "/reports"
ROUNDS = 5


async def measure(url: str, name: str, report: Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=url, secret_key=SecretStr(KEY))
        desk = open_desk(settings)
        try:
            async with desk.database.transaction() as session:
                token = await open_session(session, await years.find_agent(session), Browser("Bench", "127.0.0.1"))
            app = create_app(desk.database, settings, box=desk.box, blobs=desk.blobs)
            transport = httpx.ASGITransport(app)
            headers = {"Cookie": f"{PLAIN_NAME}={token}"}
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:8000", headers=headers
            ) as client:
                await _ask(client)
                report.add(f"{name}: overview page", median([await _ask(client) for _ in range(ROUNDS)]) * 1000, "ms")
                seen = count_statements(desk.database)
                await _ask(client)
            count = sum(statement != "BEGIN" for statement in seen)
            report.add(f"{name}: overview page, statements", count, "")
        finally:
            await desk.database.dispose()


async def _ask(client: httpx.AsyncClient) -> float:
    began = time.perf_counter()
    answer = await client.get(PAGE)
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - began
