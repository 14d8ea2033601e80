"""Channels of the API and of kinds that describe themselves, at the command line. With a package: the journeys."""

import pytest

from tests.support.commands import Command


@pytest.fixture(scope="module")
def madoguchi(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("desk"))
    command.run("migrate")
    return command


def test_an_api_channel_is_made_and_there_is_nothing_to_try(madoguchi: Command) -> None:
    done = madoguchi.run("channel", "create-api", "--name", "予約システム")

    number, key = done.output.splitlines()[-2:]
    assert done.status == 0, done.errors
    assert f"{number}\tapi\t予約システム\t\t{key}" in madoguchi.run("channel", "list").output.splitlines()
    assert madoguchi.run("channel", "check", number).status == 0


def test_a_mailbox_that_is_none_is_bad_usage(madoguchi: Command) -> None:
    done = madoguchi.run("channel", "create-api", "--name", "予約", "--mail-channel", "1")

    assert (done.status, done.errors) == (2, "madoguchi: mail_channel_id: There is no such mailbox.\n")


def test_a_kind_that_nobody_brings_is_bad_usage_and_names_those_there_are(madoguchi: Command) -> None:
    done = madoguchi.run("channel", "create", "telex", "--name", "テレックス")

    assert done.status == 2
    assert done.errors.startswith("madoguchi: there is no kind telex: known are api")


def test_a_setting_that_the_kind_does_not_have_is_bad_usage(madoguchi: Command) -> None:
    done = madoguchi.run("channel", "create", "api", "--name", "予約", "--set", "colour=red")

    assert done.status == 2
    assert done.errors.startswith("madoguchi: --set colour: this kind has hold_seconds")


def test_kinds_are_listed(madoguchi: Command) -> None:
    assert madoguchi.run("channel", "kinds").output.startswith("api\tAPI\t")
