import pytest_asyncio
from httpx import AsyncClient

from app.accounts.models import Agent
from tests.support.fixtures_web import Clients


@pytest_asyncio.fixture
async def desk(clients: Clients, admin: Agent) -> AsyncClient:
    """A browser of the only administrator."""
    return await clients.of(admin)
