"""Each command's contract: status, the last line of its output, one line for a failure."""

from pathlib import Path

import pytest

from app.core.revision import newest_revision
from tests.support.commands import Command
from tests.support.postgres import Postgres

PASSWORD = "correct horse battery\n"
HANAKO = ("--email", "hanako@example.jp", "--name", "山田 花子", "--role", "admin")


@pytest.fixture(scope="module")
def madoguchi(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """One installation for all tests here; each makes what it needs beside the others."""
    command = Command(tmp_path_factory.mktemp("desk"))
    assert command.last_line("migrate") == newest_revision()
    return command


def failure(command: Command, *words: str, stdin: str = "", status: int = 1, **settings: str) -> str:
    """The one line of a command that fails."""
    done = command.run(*words, stdin=stdin, **settings)
    assert done.status == status, done.errors
    assert "Traceback" not in done.errors
    [line] = done.errors.splitlines()
    return line


def test_an_agent_is_made_listed_given_a_password_and_disabled(madoguchi: Command) -> None:
    agent_id = madoguchi.last_line("agent", "create", *HANAKO, "--password-stdin", stdin=PASSWORD)
    line = f"{agent_id}\tadmin\thanako@example.jp\t山田 花子"
    assert line in madoguchi.run("agent", "list").output.splitlines()

    assert "already" in failure(madoguchi, "agent", "create", *HANAKO, "--password-stdin", stdin=PASSWORD)
    assert madoguchi.run("agent", "set-password", "hanako@example.jp", "--password-stdin", stdin=PASSWORD).status == 0
    assert "only administrator" in failure(madoguchi, "agent", "disable", "Hanako@example.jp")
    other = ("--email", "megumi@example.jp", "--name", "佐藤 恵", "--role", "admin", "--password-stdin")
    assert madoguchi.run("agent", "create", *other, stdin=PASSWORD).status == 0
    assert madoguchi.run("agent", "disable", "Hanako@example.jp").status == 0
    assert f"{line}\tdisabled" in madoguchi.run("agent", "list").output.splitlines()


def test_a_password_is_never_a_word_of_the_command_line(madoguchi: Command) -> None:
    assert "--password-stdin" in failure(madoguchi, "agent", "create", *HANAKO, status=2)
    assert "empty" in failure(madoguchi, "agent", "create", *HANAKO, "--password-stdin", stdin="\n", status=2)


def test_a_bad_address_is_bad_usage(madoguchi: Command) -> None:
    words = ("agent", "create", "--email", "nonsense", "--name", "x", "--password-stdin")

    assert failure(madoguchi, *words, stdin=PASSWORD, status=2).startswith("madoguchi: --email: ")


def test_a_team_has_members_and_channels_that_exist(madoguchi: Command) -> None:
    madoguchi.last_line(
        "agent", "create", "--email", "jiro@example.jp", "--name", "次郎", "--password-stdin", stdin=PASSWORD
    )
    team_id = madoguchi.last_line("team", "create", "--name", "返品", "--channel", "1", "--member", "jiro@example.jp")

    assert madoguchi.last_line("team", "list") == f"{team_id}\t返品\t1\tjiro@example.jp"
    assert "nobody@example.jp" in failure(madoguchi, "team", "create", "--name", "x", "--member", "nobody@example.jp")
    assert "channel 99" in failure(madoguchi, "team", "create", "--name", "x", "--channel", "99")


def test_a_team_grows(madoguchi: Command) -> None:
    for name in ("shiro", "goro"):
        who = ("--email", f"{name}@example.jp", "--name", name)
        madoguchi.last_line("agent", "create", *who, "--password-stdin", stdin=PASSWORD)
    team_id = madoguchi.last_line("team", "create", "--name", "交換", "--member", "shiro@example.jp")

    for _ in range(2):
        more = ("--channel", "1", "--member", "goro@example.jp")
        assert madoguchi.run("team", "add", "--name", "交換", *more).status == 0

    lines = madoguchi.run("team", "list").output.splitlines()
    assert f"{team_id}\t交換\t1\tgoro@example.jp,shiro@example.jp" in lines
    assert "no team" in failure(madoguchi, "team", "add", "--name", "なし")


def test_a_mailbox_is_made_without_its_password_in_the_database(madoguchi: Command) -> None:
    channel_id = madoguchi.last_line(
        *("channel", "create-email", "--name", "サポート", "--address", "support@example.jp"),
        *("--imap-host", "127.0.0.1", "--imap-port", "1", "--imap-user", "support", "--imap-security", "none"),
        *("--smtp-host", "127.0.0.1", "--smtp-user", "support", "--password-stdin"),
        stdin="a secret of the mailbox\n",
    )

    assert "サポート\tsupport@example.jp" in madoguchi.last_line("channel", "list")
    assert "a secret of the mailbox" not in _everything(madoguchi.folder)
    assert "imap" in failure(madoguchi, "channel", "check", channel_id)
    assert madoguchi.run("channel", "pause", channel_id).status == 0
    assert madoguchi.last_line("channel", "list").endswith("\tpaused")
    assert madoguchi.run("channel", "resume", channel_id).status == 0
    assert "channel 99" in failure(madoguchi, "channel", "pause", "99")

    checked = madoguchi.run("check")
    assert checked.status == 1
    assert f"ok    schema: {newest_revision()}" in checked.output
    assert f"FAIL  channel {channel_id}" in checked.output


def test_the_document_of_the_api_is_printed(madoguchi: Command) -> None:
    assert madoguchi.last_line("openapi") == "}"


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("agent", "list"), ("check",)])
def test_a_database_without_schema_is_refused_with_the_way_out(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = Command(tmp_path).run(*words)

    assert done.status == 1
    assert "run `madoguchi migrate`" in done.output + done.errors
    assert "Traceback" not in done.errors


def test_a_wrong_setting_and_another_key_stop_every_command_with_one_line(madoguchi: Command) -> None:
    assert "MADOGUCHI_COLOUR" in failure(madoguchi, "agent", "list", MADOGUCHI_COLOUR="red")
    assert "MADOGUCHI_LOCALE" in failure(madoguchi, "serve", MADOGUCHI_LOCALE="fr")
    assert "MADOGUCHI_SECRET_KEY" in failure(madoguchi, "serve", MADOGUCHI_SECRET_KEY="another")
    away = "postgresql://127.0.0.1:1/nothing"
    assert "cannot be used" in failure(madoguchi, "worker", MADOGUCHI_DATABASE_URL=away)


def test_the_same_on_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.create_database()
    command = Command(tmp_path, {"MADOGUCHI_DATABASE_URL": url})

    assert "run `madoguchi migrate`" in failure(command, "agent", "list")
    assert command.last_line("migrate") == newest_revision()
    agent_id = command.last_line("agent", "create", *HANAKO, "--password-stdin", stdin=PASSWORD)
    assert command.last_line("agent", "list").startswith(f"{agent_id}\tadmin")
    assert len(command.last_line("token", "create", "--agent", "hanako@example.jp", "--scope", "read")) > 40
    assert "FAIL" not in command.run("check").output
    postgres.drop_database(url)


def _everything(folder: Path) -> str:
    """The bytes of the database, its log among them: a text lies in them as it is."""
    files = sorted((folder / "var").glob("madoguchi.db*"))
    return "".join(file.read_bytes().decode("utf-8", errors="replace") for file in files)


def test_the_program_itself_ends_with_the_status_and_one_line(madoguchi: Command) -> None:
    done = madoguchi.run_alone("token", "create", "--agent", "nobody@example.jp")

    assert (done.status, done.output) == (1, "")
    assert done.errors == "madoguchi: there is no agent with the e-mail address nobody@example.jp\n"


def test_every_setting_is_checked_in_plain_words(tmp_path: Path) -> None:
    command = Command(tmp_path, {"MADOGUCHI_BASE_URL": "http://desk.example.jp", "MADOGUCHI_TIMEZONE": "Asia/Seoul"})
    command.last_line("migrate")

    good = command.run("check")
    (tmp_path / "var" / "secret.key").chmod(0o644)
    bad = command.run("check")

    assert good.status == 0
    assert "ok    language and time: ja, Asia/Seoul" in good.output
    assert "ok    address: http://desk.example.jp: not encrypted" in good.output
    assert "ok    room on the disk" in good.output
    assert bad.status == 1
    assert "FAIL  data folder" in bad.output


def test_a_desk_is_backed_up_and_restored(tmp_path: Path) -> None:
    here, there = Command(tmp_path / "here"), Command(tmp_path / "there")
    for command in (here, there):
        command.folder.mkdir()
    here.last_line("migrate")
    here.last_line("agent", "create", *HANAKO, "--password-stdin", stdin=PASSWORD)
    file = str(tmp_path / "backup.tar")

    made = here.run("backup", file)
    key = (here.folder / "var" / "secret.key").read_text()
    other = failure(there, "restore", file)
    restored = there.run("restore", file, MADOGUCHI_SECRET_KEY=key)
    again = failure(there, "restore", file, MADOGUCHI_SECRET_KEY=key)
    checked = there.run("check", MADOGUCHI_SECRET_KEY=key)

    assert (made.status, made.output.splitlines()[-1]) == (0, file)
    assert "fingerprint" in made.errors
    assert key not in Path(file).read_bytes().decode(errors="replace")
    assert "MADOGUCHI_SECRET_KEY" in other
    assert restored.output.splitlines()[-1] == "0 tickets"
    assert "/admin/system" in restored.errors
    assert "not empty" in again
    assert "FAIL  sending: paused since" in checked.output
    assert "山田 花子" in there.run("agent", "list", MADOGUCHI_SECRET_KEY=key).output
