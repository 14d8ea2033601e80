"""A file that is not whole, or not ours, and an installation that is not empty: refused before anything is written."""

import tarfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.backup import restoring, service
from app.backup.archive import written
from app.backup.errors import BackupError
from app.core import schema
from app.core.blobs import COLLECTION_LEASE, register
from app.core.crypto import SecretBox
from app.core.desk import Desk as Installation
from app.core.lease_keeper import run_alone
from app.tallies import service as tallies
from app.trends import reading as trends
from tests.support.backups import keep_quiet
from tests.support.builders import AT, build_ticket

NOT_A_BACKUP = "is no backup of Madoguchi"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The format is the same from either database: one is enough here."""
    return sqlite_url


async def make(here: Installation, path: Path) -> None:
    sha256 = await here.blobs.put(b"0123456789" * 1000)
    async with here.database.transaction() as session:
        await register(session, {sha256: 10_000})
        await build_ticket(session)
    await service.make(here, path, keep_quiet)


async def refusal(there: Installation, path: Path) -> str:
    with pytest.raises(BackupError) as refused:
        await restoring.restore(there, path, keep_quiet)
    assert not list(there.settings.data_dir.iterdir())
    return str(refused.value)


async def test_a_file_of_something_else(elsewhere: Installation, tmp_path: Path) -> None:
    text, empty, other = tmp_path / "text", tmp_path / "empty", tmp_path / "other.tar"
    text.write_text("no backup\n" * 1000)
    empty.touch()
    with tarfile.open(other, "w") as tar:
        tar.add(text, "text")

    for path in (text, empty, other):
        assert NOT_A_BACKUP in await refusal(elsewhere, path)


async def test_a_byte_that_is_another_wherever_it_is(
    here: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    good = tmp_path / "good.tar"
    await make(here, good)
    data = good.read_bytes()
    end = data.rindex(b"checksums.json")
    places = [data.index(b"madoguchi backup"), data.index("請求書".encode()), data.index(b"0123456789"), end + 600]

    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1
        bad = tmp_path / "bad.tar"
        bad.write_bytes(changed)
        assert "backup" in await refusal(elsewhere, bad)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
async def test_a_file_that_was_cut_off(
    here: Installation, elsewhere: Installation, tmp_path: Path, share: float
) -> None:
    good = tmp_path / "good.tar"
    await make(here, good)
    data = good.read_bytes()
    end = data.rindex(b"checksums.json")
    good.write_bytes(data[: int(end * share)])

    assert "damaged" in await refusal(elsewhere, good)

    good.write_bytes(data[:end] + bytes(10_240))
    assert "damaged" in await refusal(elsewhere, good)


async def test_another_key_is_named(here: Installation, elsewhere: Installation, tmp_path: Path) -> None:
    await make(here, tmp_path / "good.tar")
    other = Installation(elsewhere.settings, elsewhere.database, elsewhere.blobs, SecretBox("another"))

    assert "MADOGUCHI_SECRET_KEY" in await refusal(other, tmp_path / "good.tar")


async def test_an_installation_that_is_not_empty(here: Installation, tmp_path: Path) -> None:
    await make(here, tmp_path / "good.tar")

    with pytest.raises(BackupError, match="not empty"):
        await restoring.restore(here, tmp_path / "good.tar", keep_quiet)


async def test_one_that_ran_and_took_nothing_in_is_empty(
    here: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    """Its worker has begun with columns and terms. What was counted before is counted anew."""
    await make(here, tmp_path / "good.tar")
    await tallies.rebuild(here.database, ZoneInfo("Asia/Tokyo"), keep_still)
    await service.make(here, tmp_path / "counted.tar", keep_quiet)
    await schema.upgrade(elsewhere.settings.database_url)
    await tallies.rebuild(elsewhere.database, ZoneInfo("Asia/Tokyo"), keep_still)
    await trends.begin(elsewhere.database)

    assert (await restoring.restore(elsewhere, tmp_path / "counted.tar", keep_quiet)).tickets == 1

    assert await tallies.list_marked_days(elsewhere.database, ZoneInfo("Asia/Tokyo")) == [AT.date()]


def keep_still(done: int, of: int) -> None: ...


async def test_one_that_was_broken_off_is_begun_again(
    here: Installation, elsewhere: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(here, tmp_path / "good.tar")

    async def break_off(*words: object, **more: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "settle", break_off)
        with pytest.raises(KeyboardInterrupt):
            await restoring.restore(elsewhere, tmp_path / "good.tar", keep_quiet)

    assert (await restoring.restore(elsewhere, tmp_path / "good.tar", keep_quiet)).tickets == 1


async def test_a_backup_waits_for_none_and_lets_no_file_go(here: Installation, tmp_path: Path) -> None:
    """Whoever clears away files holds the lease that a backup needs."""

    async def make_one() -> None:
        await service.make(here, tmp_path / "good.tar", keep_quiet)

    async def clear_away() -> None:
        with pytest.raises(BackupError):
            await make_one()

    hour = service.LEASE_DURATION
    assert await run_alone(here.database, COLLECTION_LEASE, holder="collector", duration=hour, work=clear_away)
    await make_one()


async def test_a_lost_file_is_named_and_the_rest_is_kept(
    here: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    sha256 = await here.blobs.put(b"lost")
    async with here.database.transaction() as session:
        await register(session, {sha256: 4})
    here.blobs.path(sha256).unlink()

    made = await service.make(here, tmp_path / "good.tar", keep_quiet)
    restored = await restoring.restore(elsewhere, tmp_path / "good.tar", keep_quiet)

    assert made.checksums.missing == [sha256]
    assert restored.missing == 1


def test_what_fails_leaves_the_file_of_before(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    path.write_text("the one of yesterday")

    with pytest.raises(OSError, match="full"), written(path):
        raise OSError("full")

    assert path.read_text() == "the one of yesterday"
    assert list(tmp_path.iterdir()) == [path]
