import os
from pathlib import Path

import pytest

from app.core.blobs import BlobStore
from app.core.crypto import SecretBox, load_secret_box
from app.core.errors import DiskFull
from app.core.settings import Settings, SettingsError, load_settings


async def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)

    first, second = await blobs.put(b"a mail"), await blobs.put(b"a mail")

    assert first == second
    assert await blobs.get(first) == b"a mail"
    assert [name for _, _, names in os.walk(tmp_path) for name in names] == [first]


def test_what_a_killed_process_had_begun_is_cleared_away_and_what_is_being_written_stays(tmp_path: Path) -> None:
    old, fresh = tmp_path / "incoming.old", tmp_path / "incoming.fresh"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    os.utime(old, (0, 0))

    sha256 = _write(BlobStore(tmp_path), b"whole")

    assert BlobStore(tmp_path).read(sha256) == b"whole"
    assert [path.name for path in tmp_path.glob("incoming.*")] == ["incoming.fresh"]


def test_a_disk_that_fills_up_with_the_last_bytes_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie in a buffer, and closing the file tries to write them once more."""
    monkeypatch.setattr("secrets.token_hex", lambda _: "full")
    (tmp_path / "incoming.full").symlink_to("/dev/full")

    with pytest.raises(DiskFull):
        _write(BlobStore(tmp_path), b"the end")


def _write(blobs: BlobStore, data: bytes) -> str:
    with blobs.writer() as writer:
        writer.add(data)
        return writer.finish()


def test_a_secret_opens_with_an_older_key_behind_a_newer_one() -> None:
    sealed = SecretBox("old").seal("合言葉")

    assert SecretBox("new,old").open(sealed) == "合言葉"
    with pytest.raises(SettingsError, match="MADOGUCHI_SECRET_KEY"):
        SecretBox("new").open(sealed)


def test_a_signature_holds_for_its_purpose_alone() -> None:
    box = SecretBox("key")

    assert box.is_signed("attachment", "7", box.sign("attachment", "7"))
    assert not box.is_signed("csrf", "7", box.sign("attachment", "7"))
    assert not box.is_signed("attachment", "8", box.sign("attachment", "7"))


def test_the_key_file_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, _env_file=None)

    made, again = load_secret_box(settings), load_secret_box(settings)

    assert made.fingerprint == again.fingerprint
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["secret.key"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MADOGUCHI_TIMEZONE", "Asia/Nowhere"),
        ("MADOGUCHI_DATABASE_URL", "mysql://x"),
        ("MADOGUCHI_LOCALE", "fr"),
        ("MADOGUCHI_BASE_URL", "desk.example.jp"),
        ("MADOGUCHI_BLOB_URL", "ftp://x"),
        ("MADOGUCHI_NO_SUCH_SETTING", "1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_in_one_line(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"^{name} [^\n]+$"):
        load_settings()


def test_settings_of_tests_are_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_TEST_POSTGRES_URL", "postgresql://127.0.0.1/x")

    assert load_settings().locale == "ja"
