"""`madoguchi import mbox`: as live mail is accepted and digested, as history, and the same file again does nothing."""

import sqlite3
from pathlib import Path

import pytest

from tests.support.arrivals import build_mail
from tests.support.commands import Command

ENVELOPE = b"From tanaka@example.com Mon Nov  2 01:00:00 2026\n"
MAILBOX = ("--imap-host", "127.0.0.1", "--imap-user", "support", "--smtp-host", "127.0.0.1")


@pytest.fixture
def madoguchi(tmp_path: Path) -> Command:
    command = Command(tmp_path)
    command.last_line("migrate")
    return command


@pytest.fixture
def channel_id(madoguchi: Command) -> str:
    names = ("--name", "サポート", "--address", "support@example.jp")
    return madoguchi.last_line("channel", "create-email", *names, *MAILBOX, "--password-stdin", stdin="secret\n")


def write(folder: Path, mails: list[bytes]) -> str:
    file = folder / "archive.mbox"
    file.write_bytes(b"\n".join(ENVELOPE + mail for mail in mails))
    return str(file)


def ask(folder: Path, question: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "var" / "madoguchi.db") as database:
        return database.execute(question).fetchall()


def test_a_file_becomes_finished_tickets_once(madoguchi: Command, channel_id: str, tmp_path: Path) -> None:
    mails = [build_mail(mail_id=f"{number}@customer.example", subject=f"件 {number}") for number in range(120)]
    mails.append(build_mail(mail_id="answer@customer.example", in_reply_to="0@customer.example"))
    file = write(tmp_path, mails)

    first = madoguchi.last_line("import", "mbox", file, "--channel", channel_id)
    again = madoguchi.last_line("import", "mbox", file, "--channel", channel_id)

    assert (first, again) == ("121 mails, 121 of them new", "121 mails, 0 of them new")
    assert ask(tmp_path, "SELECT phase, origin, count(*) FROM tickets GROUP BY 1, 2") == [("done", "import", 120)]
    assert ask(tmp_path, "SELECT state, origin, count(*) FROM raw_messages GROUP BY 1, 2") == [
        ("digested", "import", 121)
    ]


def test_what_cannot_be_read_becomes_a_ticket_that_says_so(madoguchi: Command, channel_id: str, tmp_path: Path) -> None:
    file = write(tmp_path, [b"\x00\xff no mail at all\n", build_mail()])

    assert madoguchi.last_line("import", "mbox", file, "--channel", channel_id) == "2 mails, 2 of them new"
    assert sorted(ask(tmp_path, "SELECT problem FROM messages")) == [("",), ("unreadable",)]


def test_an_empty_file_holds_nothing(madoguchi: Command, channel_id: str, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert madoguchi.last_line("import", "mbox", str(tmp_path / "empty"), "--channel", channel_id) == (
        "0 mails, 0 of them new"
    )


def test_a_channel_that_is_no_mailbox_is_refused(madoguchi: Command, channel_id: str, tmp_path: Path) -> None:
    done = madoguchi.run("import", "mbox", write(tmp_path, [build_mail()]), "--channel", "1")

    assert (done.status, done.errors.count("\n")) == (1, 1)
    assert "no mailbox" in done.errors
