from collections.abc import AsyncIterator

import pytest_asyncio
from fastapi import FastAPI

from app.live.hub import Hub
from tests.app.live.listener import hub_of


@pytest_asyncio.fixture
async def hub(app: FastAPI) -> AsyncIterator[Hub]:
    async with hub_of(app) as hub:
        yield hub
