"""What servers do that a real Dovecot does not do when a test wants it."""

import asyncio
from collections.abc import Sequence

import pytest

from connectors.contracts import ConnectionProblem
from connectors.email.receiver import ImapReceiver
from tests.connectors.email.imap_script import (
    Answer,
    ImapScript,
    bye,
    bye_in_idle,
    connected,
    drop,
    drop_in_idle,
    drop_in_literal,
    fetched,
    silence,
    silence_in_idle,
)
from tests.connectors.email.samples import build_settings
from tests.connectors.email.scripted_server import Peer, serve


async def connect_and_fetch(port: int) -> None:
    receiver = await connected(port)
    try:
        await fetched(receiver)
    finally:
        await receiver.close()


@pytest.mark.parametrize("commands", [("capability",), ("login",), ("examine",), ("listing", "uid")])
@pytest.mark.parametrize("fault", [silence, drop, bye])
async def test_every_step_ends_with_a_problem_when_the_server_fails(commands: Sequence[str], fault: Answer) -> None:
    script = ImapScript()
    script.changes |= dict.fromkeys(commands, fault)
    async with serve(script) as port:
        with pytest.raises(ConnectionProblem):
            await asyncio.wait_for(connect_and_fetch(port), 10)

    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("fault", [bye_in_idle, drop_in_idle, silence_in_idle, silence, drop, bye])
async def test_idle_never_hangs(fault: Answer) -> None:
    async with serve(ImapScript(idle=fault)) as port:
        receiver = await connected(port, seconds=0.5)

        with pytest.raises(ConnectionProblem):
            await asyncio.wait_for(receiver.wait(0.5), 60)
        await asyncio.wait_for(receiver.close(), 5)

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_literals_are_read_by_their_announced_length() -> None:
    async with serve(ImapScript()) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"\r\n(\r\n", 20: b"\r\n(\r\n", 30: b"\r\n(\r\n"}


async def test_a_lost_connection_inside_a_mail_is_no_mail() -> None:
    async with serve(ImapScript(bodies=drop_in_literal)) as port:
        receiver = await connected(port)

        with pytest.raises(ConnectionProblem):
            await fetched(receiver)
        await receiver.close()


async def test_without_idle_the_wait_asks_for_news_at_its_end() -> None:
    script = ImapScript(capabilities="IMAP4rev1")
    async with serve(script) as port:
        receiver = await connected(port)

        await receiver.wait(0.01)
        await receiver.close()

    assert "NOOP" in script.heard
    assert "IDLE" not in script.heard


@pytest.mark.parametrize(
    ("password", "line"),
    [('a "b" \\c', '"a \\"b\\" \\\\c"'), ("日本", "{6}"), ("", '""')],
)
async def test_passwords_of_any_characters_are_sent_safely(password: str, line: str) -> None:
    heard: list[str] = []

    async def login(peer: Peer, tag: str) -> None:
        heard.append(script.heard[-1])
        if line == "{6}":
            await peer.say("+ go on")
            heard.append(await peer.hear())
        await peer.say(f"{tag} OK")

    script = ImapScript(login=login)
    async with serve(script) as port:
        receiver = ImapReceiver(build_settings(imap_port=port, imap_password=password))
        await receiver.connect()
        await receiver.close()

    assert heard[0] == f'LOGIN "support@example.jp" {line}'
    assert heard[1:] == (["日本"] if line == "{6}" else [])


def test_settings_never_show_a_password() -> None:
    settings = build_settings(imap_password="imap-secret", smtp_password="smtp-secret")

    assert "secret" not in repr(settings)
