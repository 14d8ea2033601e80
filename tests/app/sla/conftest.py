import pytest_asyncio

from app.core.database import Database
from tests.app.sla.promising import Promising


@pytest_asyncio.fixture
async def promising(database: Database) -> Promising:
    promising = Promising(database)
    await promising.open_desk()
    return promising
