import pytest_asyncio

from app.core.database import Database
from tests.support.replying import Desk, open_desk


@pytest_asyncio.fixture
async def desk(database: Database) -> Desk:
    """A new ticket with one message of the customer's, and an agent who may answer it."""
    return await open_desk(database)
