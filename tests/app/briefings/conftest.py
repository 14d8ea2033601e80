import pytest

from app.briefings.mailing import Press
from app.core.blobs import BlobStore
from app.core.database import Database
from app.core.settings import Settings
from tests.support.briefings import build_press
from tests.support.senders import RecordingSender


@pytest.fixture
def sender() -> RecordingSender:
    return RecordingSender()


@pytest.fixture
def press(database: Database, blobs: BlobStore, settings: Settings, sender: RecordingSender) -> Press:
    return build_press(database, blobs, settings, sender)
