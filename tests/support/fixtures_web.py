"""The desk without a server, and clients that are signed in to it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from app.accounts import service
from app.accounts.models import Agent, Role, Scope
from app.accounts.service import Browser
from app.core import log
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from app.core.settings import Settings
from app.main import create_app
from app.web.security import CSRF_PURPOSE
from tests.support.builders import build_agent

BASE_URL = "http://127.0.0.1:8000"
COOKIE = "madoguchi"


class Clients:
    """Makes one client after another, for as many agents as a test needs."""

    def __init__(self, app: FastAPI, database: Database, box: SecretBox, stack: AsyncExitStack) -> None:
        self._app = app
        self._database = database
        self._box = box
        self._stack = stack

    async def nobody(self) -> AsyncClient:
        transport = ASGITransport(self._app)
        return await self._stack.enter_async_context(AsyncClient(transport=transport, base_url=BASE_URL))

    async def of(self, agent: Agent) -> AsyncClient:
        """A browser with a session and the CSRF token of its pages."""
        client = await self.nobody()
        async with self._database.transaction() as session:
            token = await service.open_session(session, agent, Browser("Test", "127.0.0.1"))
        client.cookies.set(COOKIE, token)
        client.headers["X-CSRF-Token"] = self._box.sign(CSRF_PURPOSE, token)
        return client

    async def with_token(self, agent: Agent, *, scopes: Sequence[Scope] = ()) -> AsyncClient:
        """A program with an API token."""
        client = await self.nobody()
        async with self._database.transaction() as session:
            token = await service.create_token(session, agent, scopes)
        client.headers["Authorization"] = f"Bearer {token}"
        return client


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, database_url=database_url, base_url=BASE_URL)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def app(database: Database, settings: Settings, box: SecretBox, blobs: BlobStore) -> FastAPI:
    return create_app(database, settings, box=box, blobs=blobs)


@pytest_asyncio.fixture
async def clients(app: FastAPI, database: Database, box: SecretBox) -> AsyncIterator[Clients]:
    async with AsyncExitStack() as stack:
        yield Clients(app, database, box, stack)


@pytest_asyncio.fixture
async def agent(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session)


@pytest_asyncio.fixture
async def lead(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session, name="佐藤 恵", role=Role.LEAD)


@pytest_asyncio.fixture
async def admin(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session, name="鈴木 健", role=Role.ADMIN)


@pytest_asyncio.fixture
async def client(clients: Clients, agent: Agent) -> AsyncClient:
    """Signed in as `agent`; for others ask `clients.of(…)` and `clients.with_token(…)`."""
    return await clients.of(agent)


@pytest.fixture(scope="session", autouse=True)
def _log_as_in_production() -> None:
    """What structlog does untold draws a traceback with all variables, which takes seconds."""
    log.configure(Settings(_env_file=None))
