from pathlib import Path

import pytest

from app.accounts.models import Agent
from app.channels.models import Channel
from app.core.blobs import BlobStore
from app.core.crypto import SecretBox
from app.core.database import Database
from tests.support.arrivals import Intake
from tests.support.builders import build_agent
from tests.support.dovecot import Mailbox
from tests.support.mailboxes import add_email_channel


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    return Intake(database, BlobStore(tmp_path / "blobs"))


@pytest.fixture
async def channel(database: Database, box: SecretBox, mailbox: Mailbox) -> Channel:
    async with database.transaction() as session:
        return await add_email_channel(session, box, mailbox)


@pytest.fixture
async def hanako(database: Database) -> Agent:
    async with database.transaction() as session:
        return await build_agent(session)
