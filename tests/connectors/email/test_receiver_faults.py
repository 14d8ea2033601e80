"""What servers do that a real Dovecot does not do when a test wants it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from connectors.contracts import ConnectionProblem
from connectors.email.receiver import ImapReceiver
from tests.connectors.email.samples import build_settings
from tests.connectors.email.scripted_server import Peer, serve

LISTED = '* {number} FETCH (UID {uid} RFC822.SIZE 5 INTERNALDATE "15-Jan-2024 12:00:00 +0900")'
Answer = Callable[[Peer, str], Awaitable[None]]


class ImapScript:
    """A mailbox of three mails; single commands are answered otherwise by `changes`."""

    def __init__(self, *, capabilities: str = "IMAP4rev1 IDLE", **changes: Answer) -> None:
        self.capabilities = capabilities
        self.changes = changes
        self.heard: list[str] = []
        self.connection_count = 0

    async def __call__(self, peer: Peer) -> None:
        self.connection_count += 1
        await peer.say("* OK ready")
        while line := await peer.hear():
            tag, _, command = line.partition(" ")
            self.heard.append(command)
            await self._answer(peer, tag, command)

    async def _answer(self, peer: Peer, tag: str, command: str) -> None:
        name = "listing" if "RFC822.SIZE" in command else "bodies" if "BODY.PEEK" in command else command.split()[0]
        if name.lower() in self.changes:
            await self.changes[name.lower()](peer, tag)
            return
        usual: dict[str, Answer] = {
            "CAPABILITY": self._capability,
            "EXAMINE": examine,
            "listing": listing,
            "bodies": bodies,
            "LOGOUT": logout,
        }
        await usual.get(name, ok)(peer, tag)

    async def _capability(self, peer: Peer, tag: str) -> None:
        await peer.say(f"* CAPABILITY {self.capabilities}", f"{tag} OK")


async def ok(peer: Peer, tag: str) -> None:
    await peer.say(f"{tag} OK")


async def examine(peer: Peer, tag: str) -> None:
    await peer.say("* 3 EXISTS", "* OK [UIDVALIDITY 9] x", f"{tag} OK")


async def listing(peer: Peer, tag: str) -> None:
    await peer.say(*(LISTED.format(number=n, uid=n * 10) for n in (1, 2, 3)), f"{tag} OK")


async def bodies(peer: Peer, tag: str) -> None:
    await peer.say(*(f"* {n} FETCH (UID {n * 10} BODY[] {{5}}\r\n\r\n(\r\n)" for n in (1, 2, 3)), f"{tag} OK")


async def logout(peer: Peer, tag: str) -> None:
    await peer.say("* BYE", f"{tag} OK")
    peer.reset()


async def silence(peer: Peer, tag: str) -> None:
    await peer.silence()


async def drop(peer: Peer, tag: str) -> None:
    peer.reset()


async def bye(peer: Peer, tag: str) -> None:
    await peer.say("* BYE shutting down")
    await peer.silence()


async def bye_in_idle(peer: Peer, tag: str) -> None:
    await peer.say("+ idling", "* BYE shutting down")
    await peer.silence()


async def drop_in_idle(peer: Peer, tag: str) -> None:
    await peer.say("+ idling")
    peer.reset()


async def silence_in_idle(peer: Peer, tag: str) -> None:
    await peer.say("+ idling")
    await peer.silence()


async def drop_in_literal(peer: Peer, tag: str) -> None:
    await peer.say("* 1 FETCH (UID 10 BODY[] {5000}", "half")
    peer.reset()


async def connected(port: int, *, seconds: float = 1.0) -> ImapReceiver:
    receiver = ImapReceiver(build_settings(imap_port=port, timeout=seconds, transfer_timeout=seconds))
    try:
        await receiver.connect()
    except ConnectionProblem:
        await receiver.close()
        raise
    return receiver


async def fetched(receiver: ImapReceiver) -> dict[int, bytes | None]:
    batches = [batch async for batch in receiver.fetch(uidvalidity=None, after_uid=0)]
    return {message.uid: message.data for batch in batches for message in batch.messages}


async def connect_and_fetch(port: int) -> None:
    receiver = await connected(port)
    try:
        await fetched(receiver)
    finally:
        await receiver.close()


@pytest.mark.parametrize("command", ["capability", "login", "examine", "listing"])
@pytest.mark.parametrize("fault", [silence, drop, bye])
async def test_every_step_ends_with_a_problem_when_the_server_fails(command: str, fault: Answer) -> None:
    script = ImapScript()
    script.changes[command] = fault
    async with serve(script) as port:
        with pytest.raises(ConnectionProblem):
            await asyncio.wait_for(connect_and_fetch(port), 10)

    assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize("fault", [bye_in_idle, drop_in_idle, silence_in_idle, silence, drop, bye])
async def test_idle_never_hangs(fault: Answer) -> None:
    async with serve(ImapScript(idle=fault)) as port:
        receiver = await connected(port, seconds=0.5)

        with pytest.raises(ConnectionProblem):
            await asyncio.wait_for(receiver.wait(0.5), 10)
        await asyncio.wait_for(receiver.close(), 5)

    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_literals_are_read_by_their_announced_length() -> None:
    async with serve(ImapScript()) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"\r\n(\r\n", 20: b"\r\n(\r\n", 30: b"\r\n(\r\n"}


async def test_a_mail_that_the_server_does_not_give_out_has_no_data_and_blocks_nothing() -> None:
    async def without_the_second(peer: Peer, tag: str) -> None:
        await peer.say("* 1 FETCH (UID 10 BODY[] {1}\r\na)", '* 3 FETCH (UID 30 BODY[] "c")', f"{tag} NO broken")

    async with serve(ImapScript(bodies=without_the_second)) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"a", 20: None, 30: b"c"}


async def test_a_mail_over_which_the_server_hangs_up_has_no_data_and_blocks_nothing() -> None:
    async def hang_up_over_the_second(peer: Peer, tag: str) -> None:
        uids = script.heard[-1].split()[2]
        if "20" in uids:
            peer.reset()
            return
        await peer.say(f"* 1 FETCH (UID {uids} BODY[] {{1}}\r\na)", f"{tag} OK")

    script = ImapScript(bodies=hang_up_over_the_second)
    async with serve(script) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"a", 20: None, 30: b"a"}


@pytest.mark.parametrize("words", ["NO broken", "BAD User is authenticated but not connected."])
async def test_a_server_that_gives_out_nothing_is_asked_again_later(words: str) -> None:
    async def nothing(peer: Peer, tag: str) -> None:
        await peer.say(f"{tag} {words}")

    async with serve(ImapScript(bodies=nothing)) as port:
        receiver = await connected(port)

        with pytest.raises(ConnectionProblem):
            await fetched(receiver)
        await receiver.close()


@pytest.mark.parametrize("words", ["NO [UNAVAILABLE] later", "NO Request is throttled. Suggested Backoff Time: 5000"])
async def test_a_server_that_is_asked_too_much_keeps_no_mail_for_ever(words: str) -> None:
    async def without_the_last(peer: Peer, tag: str) -> None:
        await peer.say("* 1 FETCH (UID 10 BODY[] {1}\r\na)", f"{tag} {words}")

    async with serve(ImapScript(bodies=without_the_last)) as port:
        receiver = await connected(port)

        with pytest.raises(ConnectionProblem):
            await fetched(receiver)
        await receiver.close()


async def test_a_mail_deleted_meanwhile_is_left_out() -> None:
    async def shorter_each_time(peer: Peer, tag: str) -> None:
        numbers = (1, 2, 3) if sum("RFC822.SIZE" in line for line in script.heard) == 1 else (1, 3)
        await peer.say(*(LISTED.format(number=n, uid=n * 10) for n in numbers), f"{tag} OK")

    async def without_the_second(peer: Peer, tag: str) -> None:
        await peer.say("* 1 FETCH (UID 10 BODY[] {1}\r\na)", "* 2 FETCH (UID 30 BODY[] {1}\r\nc)", f"{tag} OK")

    script = ImapScript(listing=shorter_each_time, bodies=without_the_second)
    async with serve(script) as port:
        receiver = await connected(port)

        found = await fetched(receiver)
        await receiver.close()

    assert found == {10: b"a", 30: b"c"}


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
