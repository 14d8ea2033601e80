"""LINE at the command line: a channel of it, its stand-in, and the stand-in beside the desk."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.core.trials import simulator_file
from tests.support.commands import Command
from tests.support.network import LOOPBACK, is_listening, wait_until
from tests.support.running import find_two_ports, line_with, started

SECRETS = "a secret of the channel\na token of the channel\n"
PASSWORD = "correct horse battery\n"
END_SECONDS = 60


@pytest.fixture(scope="module")
def madoguchi(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """With an agent, so that no demo is made."""
    command = Command(tmp_path_factory.mktemp("desk"))
    command.last_line("migrate")
    words = ("agent", "create", "--email", "hanako@example.jp", "--name", "花子", "--role", "admin")
    command.last_line(*words, "--password-stdin", stdin=PASSWORD)
    return command


def test_an_account_of_line_is_a_channel(madoguchi: Command) -> None:
    done = madoguchi.run("channel", "create-line", "--name", "公式LINE", "--secret-stdin", stdin=SECRETS)

    path, key = done.output.splitlines()[-2:]
    files = [file.read_bytes() for file in (madoguchi.folder / "var").glob("madoguchi.db*")]
    assert done.status == 0, done.errors
    assert path == f"/hooks/line/{key}"
    assert f"\tline\t公式LINE\t\t{key}" in madoguchi.last_line("channel", "list")
    assert not any(secret.encode() in data for data in files for secret in SECRETS.splitlines())


@pytest.mark.parametrize("typed", ["", "only one\n", "\nonly the second\n"])
def test_a_secret_that_is_missing_is_bad_usage(madoguchi: Command, typed: str) -> None:
    done = madoguchi.run("channel", "create-line", "--name", "公式LINE", "--secret-stdin", stdin=typed)
    asked = madoguchi.run("channel", "create-line", "--name", "公式LINE", stdin=SECRETS)

    assert (done.status, asked.status) == (2, 2)
    assert "two lines" in done.errors
    assert "--secret-stdin" in asked.errors


def test_a_stand_in_is_served_until_ctrl_c(madoguchi: Command, tmp_path: Path) -> None:
    ledger = tmp_path / "sent.jsonl"
    webhook = f"http://{LOOPBACK}:1/hooks/line/key"
    words = ("simulate", "line", "--port", "0", "--secret-stdin", "--webhook", webhook, "--ledger", str(ledger))

    with started(madoguchi, *words, stdin=SECRETS) as process:
        address = line_with(process, "simulator is at").split()[-1]
        with httpx.Client(base_url=address, timeout=END_SECONDS) as client:
            state = client.get("/simulator/state").json()
            body = {"to": state["people"][0]["id"], "messages": [{"type": "text", "text": "はい"}]}
            statuses = [
                client.post("/v2/bot/message/push", json=body, headers={"authorization": f"Bearer {token}"}).status_code
                for token in ("wrong", "a token of the channel")
            ]
            page = client.get("/")
            with client.stream("GET", "/simulator/stream") as stream:
                next(stream.iter_lines())
                process.send_signal(signal.SIGINT)
                assert process.wait(END_SECONDS) == 0

    assert state["webhook_url"] == webhook
    assert statuses == [401, 200]
    assert page.headers["content-type"].startswith("text/html")
    assert [json.loads(line)["message"]["text"] for line in ledger.read_text(encoding="utf-8").splitlines()] == ["はい"]


def test_a_stand_in_that_is_told_nothing_takes_any_token(tmp_path: Path) -> None:
    with started(Command(tmp_path), "simulate", "line", "--port", "0") as process:
        said = line_with(process, "channel secret:")
        address = line_with(process, "simulator is at").split()[-1]
        answer = httpx.get(f"{address}/v2/bot/info", headers={"authorization": "Bearer anything"}, timeout=END_SECONDS)

    assert len(said.split()[2]) == 32
    assert answer.status_code == 200


def test_a_file_that_cannot_be_read_and_a_port_that_is_taken_are_told(tmp_path: Path) -> None:
    command = Command(tmp_path)
    with socket.create_server((LOOPBACK, 0)) as taken:
        busy = command.run("simulate", "line", "--port", str(taken.getsockname()[1]))

    (tmp_path / "var").mkdir(exist_ok=True)
    simulator_file(tmp_path / "var").write_text("{")
    unreadable = command.run("simulate", "line", "--port", "0")

    assert (busy.status, unreadable.status) == (1, 1)
    assert "cannot listen" in busy.errors
    assert "line-simulator.json cannot be read" in unreadable.errors


@pytest.fixture
def connected(madoguchi: Command) -> Iterator[Command]:
    """As the demo leaves it, with the address of another port."""
    file = simulator_file(madoguchi.folder / "var")
    given = {
        "channel_secret": "s",
        "access_token": "t",
        "webhook_url": "http://127.0.0.1:8000/hooks/line/key",
        "people": [{"id": "U" + "1" * 32, "name": "花"}],
    }
    file.write_text(json.dumps(given))
    yield madoguchi
    file.unlink()


@pytest.fixture
def port() -> int:
    return find_two_ports()


def test_the_desk_runs_with_a_stand_in_beside_it(connected: Command, port: int) -> None:
    with started(connected, "run", "--port", str(port)) as process:
        address = line_with(process, "LINE user").split()[-1]
        line_with(process, "Madoguchi is at")
        state = httpx.get(f"{address}/simulator/state", timeout=END_SECONDS).json()
        process.send_signal(signal.SIGINT)
        assert process.wait(END_SECONDS) == 0

    assert address == f"http://{LOOPBACK}:{port + 100}"
    assert state["webhook_url"] == f"http://{LOOPBACK}:{port}/hooks/line/key"
    assert [person["name"] for person in state["people"]] == ["花"]
    assert not is_listening(port + 100)


def test_the_stand_in_dies_with_the_desk(connected: Command, port: int) -> None:
    with started(connected, "run", "--port", str(port)) as process:
        address = line_with(process, "LINE user").split()[-1]
        line_with(process, "Madoguchi is at")
        assert httpx.get(f"{address}/simulator/state", timeout=END_SECONDS).status_code == 200

        process.kill()
        process.wait()

    wait_until(lambda: not is_listening(port + 100), what="the end of the stand-in", seconds=END_SECONDS)


def test_a_port_that_is_taken_leaves_the_desk_without_a_stand_in(connected: Command, port: int) -> None:
    with socket.create_server((LOOPBACK, port + 100)), started(connected, "run", "--port", str(port)) as process:
        line_with(process, "Madoguchi is at")
        assert httpx.get(f"http://{LOOPBACK}:{port}/healthz", timeout=END_SECONDS).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(END_SECONDS) == 0
        assert process.stderr
        assert "simulator is not started: cannot listen" in process.stderr.read()


def test_who_says_where_line_is_gets_no_stand_in(connected: Command, port: int) -> None:
    elsewhere = Command(connected.folder, {"MADOGUCHI_LINE_API_URL": f"http://{LOOPBACK}:1"})

    with started(elsewhere, "run", "--port", str(port)) as process:
        line_with(process, "Madoguchi is at")
        assert not is_listening(port + 100)
        process.send_signal(signal.SIGINT)
        assert process.wait(END_SECONDS) == 0
