"""A web form by the command line: made with its key, and checked for what it lacks."""

from pathlib import Path

from tests.support.commands import Command

MAILBOX = ("--imap-host", "imap.example.jp", "--imap-user", "a", "--smtp-host", "smtp.example.jp")


def desk(folder: Path) -> Command:
    command = Command(folder)
    command.last_line("migrate")
    return command


def test_a_form_is_made_and_its_key_is_the_last_line(tmp_path: Path) -> None:
    madoguchi = desk(tmp_path)

    done = madoguchi.run("channel", "create-form", "--name", "サイト", "--site", "https://www.example.jp")

    path, key = done.output.splitlines()[-2:]
    assert done.status == 0, done.errors
    assert path == f"/forms/{key}"
    assert madoguchi.last_line("channel", "list").endswith(f"\tform\tサイト\t\t{key}")


def test_an_address_that_is_no_site_is_bad_usage(tmp_path: Path) -> None:
    refused = desk(tmp_path).run("channel", "create-form", "--name", "サイト", "--site", "https://example.jp/contact")

    assert refused.status == 2
    assert "Traceback" not in refused.errors


def test_a_form_is_fine_once_a_mailbox_answers_for_it(tmp_path: Path) -> None:
    madoguchi = desk(tmp_path)
    madoguchi.last_line("channel", "create-form", "--name", "ひとり")
    words = ("channel", "create-email", "--name", "窓口", "--address", "a@example.jp", *MAILBOX, "--password-stdin")
    madoguchi.last_line(*words, stdin="password\n")
    madoguchi.last_line("channel", "create-form", "--name", "ふたり")

    unanswered = madoguchi.run("channel", "check", "2")

    assert unanswered.status == 1
    assert "mail_channel_id" in unanswered.errors
    assert madoguchi.last_line("channel", "check", "4") == "ふたり"
