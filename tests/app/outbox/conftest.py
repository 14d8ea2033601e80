import pytest

from app.core.crypto import SecretBox
from app.core.database import Database
from tests.support.talking import ScriptedLine, TalkDesk, open_talk


@pytest.fixture
async def talk(database: Database, box: SecretBox) -> TalkDesk:
    return await open_talk(database, box)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> ScriptedLine:
    return ScriptedLine().stand_in(monkeypatch)
