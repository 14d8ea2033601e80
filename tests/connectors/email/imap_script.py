"""A mailbox of three mails on a server that answers single commands as a test wants it."""

from collections.abc import Awaitable, Callable

from connectors.contracts import ConnectionProblem
from connectors.email.receiver import ImapReceiver
from tests.connectors.email.samples import build_settings
from tests.connectors.email.scripted_server import Peer

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
            "UID": self._there,
            "LOGOUT": logout,
        }
        await usual.get(name, ok)(peer, tag)

    async def _there(self, peer: Peer, tag: str) -> None:
        asked = self.heard[-1].split()[2]
        there = [uid for uid in (10, 20, 30) if str(uid) in asked.split(",") or ":" in asked]
        await peer.say(*(f"* {uid // 10} FETCH (UID {uid})" for uid in there), f"{tag} OK")

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
