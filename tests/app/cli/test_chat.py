"""A website's chat made at the command line."""

from pathlib import Path

import pytest

from tests.support.commands import Command

SITE = "https://www.example.jp"


@pytest.fixture(scope="module")
def madoguchi(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("desk"))
    command.last_line("migrate")
    return command


def test_a_chat_is_a_channel_with_a_tag_for_the_site(madoguchi: Command) -> None:
    done = madoguchi.run("channel", "create-chat", "--name", "サイトのチャット", "--origin", f"{SITE}/")

    tag, page, key = done.output.splitlines()[-3:]
    assert done.status == 0, done.errors
    assert tag == f'<script type="module" src="http://127.0.0.1:8000/chat/{key}/widget.js"></script>'
    assert page == f"http://127.0.0.1:8000/chat/{key}/try"
    assert f"\tchat\tサイトのチャット\t\t{key}" in madoguchi.run("channel", "list").output


def test_what_is_no_site_is_bad_usage(madoguchi: Command, tmp_path: Path) -> None:
    done = madoguchi.run("channel", "create-chat", "--name", "チャット", "--origin", f"{SITE}/shop")

    assert done.status == 2
    assert SITE in done.errors
