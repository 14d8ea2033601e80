"""Calls that go wrong on demand, over a real connection."""

from collections.abc import Iterator

import httpx
import pytest

from tests.simulators.line.playing import text
from tests.support.line_simulator import TOKEN, ServedSimulator, credentials, serve_simulator
from tests.support.network import PATIENCE_SECONDS, wait_until


@pytest.fixture
def served() -> Iterator[ServedSimulator]:
    with serve_simulator(credentials()) as simulator:
        yield simulator


@pytest.fixture
def client(served: ServedSimulator) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=served.url, headers=headers, timeout=PATIENCE_SECONDS) as client:
        yield client


def push(client: httpx.Client, served: ServedSimulator, words: str) -> int:
    """The status, 0 where the connection was cut."""
    body = {"to": next(iter(served.platform.people.persons)), "messages": [text(words)]}
    try:
        return client.post("/v2/bot/message/push", json=body).status_code
    except (httpx.RemoteProtocolError, httpx.ReadError):
        return 0


def taken(served: ServedSimulator) -> list[str]:
    return [entry["message"]["text"] for entry in served.platform.ledger.entries()]


@pytest.mark.parametrize(
    ("fault", "status", "is_done"),
    [
        ("dropped_before", 0, False),
        ("dropped_after", 0, True),
        ("failed", 500, False),
        ("limited", 429, False),
        ("delayed", 200, True),
    ],
)
def test_a_call_goes_wrong_before_or_after_it_is_done(
    client: httpx.Client, served: ServedSimulator, fault: str, status: int, is_done: bool
) -> None:
    client.patch("/simulator/rules", json={"faults": {fault: 1, "delay_seconds": 0}})

    assert push(client, served, "はい") == status
    assert taken(served) == (["はい"] if is_done else [])
    assert client.get("/v2/bot/info").status_code == 200


def test_a_late_answer_is_late_and_done(client: httpx.Client, served: ServedSimulator) -> None:
    client.patch("/simulator/rules", json={"faults": {"delayed": 1, "delay_seconds": 5}})

    with pytest.raises(httpx.ReadTimeout):
        client.post(
            "/v2/bot/message/push",
            json={"to": next(iter(served.platform.people.persons)), "messages": [text("遅い")]},
            timeout=0.3,
        )

    wait_until(lambda: taken(served) == ["遅い"], what="the message that was taken")


def test_all_calls_can_go_wrong(client: httpx.Client, served: ServedSimulator) -> None:
    client.patch("/simulator/rules", json={"faults": {"failed": 1, "reaches": "everything"}})

    assert client.get("/v2/bot/info").status_code == 500


def test_shares_are_kept_and_the_same_seed_says_the_same(client: httpx.Client, served: ServedSimulator) -> None:
    runs = []
    for _ in range(2):
        client.patch("/simulator/rules", json={"faults": {"seed": None}})
        push(client, served, "between")
        client.patch("/simulator/rules", json={"faults": {"failed": 0.3, "dropped_after": 0.2, "seed": 7}})
        runs.append([push(client, served, str(number)) for number in range(100)])

    assert runs[0] == runs[1]
    assert 15 < runs[0].count(500) < 45
    assert 8 < runs[0].count(0) < 35
