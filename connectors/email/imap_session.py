"""The IMAP commands that a reader of one folder needs, each with a deadline. Nothing here changes the server."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Sequence

from aioimaplib import AioImapException

from connectors.contracts import ConnectionProblem, FolderState
from connectors.email import folders, imap_responses
from connectors.email.cleaning import clean_line
from connectors.email.endpoint import imap_endpoint
from connectors.email.imap_responses import Listed
from connectors.email.imap_wire import BrokenStream, ImapWire, Response
from connectors.email.settings import EmailSettings, Security

GOODBYE_SECONDS = 1.0
PLAIN_BYTES = frozenset(range(0x20, 0x7F))
LONGEST_QUOTED = 200
"""Longer strings, and those with other bytes, travel as literals."""


class ImapSession:
    """One connection. After any ConnectionProblem it is of no more use; `close` it."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        self.endpoint = imap_endpoint(settings)
        self.capabilities: frozenset[str] = frozenset()
        self.message_count = 0
        self.has_news = False
        """Whether the server told of more messages since the flag was last put down."""
        self._wire: ImapWire | None = None

    @property
    def wire(self) -> ImapWire:
        if self._wire is None:
            raise self.endpoint.problem("protocol", "host", "not connected")
        return self._wire

    async def open(self) -> None:
        """Connect, upgrade to TLS where wanted, sign in."""
        context = await self.endpoint.tls_context()
        is_tls = self.settings.imap_security is Security.TLS
        await self.endpoint.reach(self._greet(context if is_tls else None))
        if self.settings.imap_security is Security.STARTTLS:
            await self._upgrade(context)
        await self._sign_in()

    async def examine(self) -> FolderState:
        """Opens the folder for reading only: SELECT would take the Recent flags away."""
        status, responses = await self.command(b"EXAMINE", folders.quoted(folders.encode(self.settings.folder)))
        if status[:2] != b"OK":
            raise self.endpoint.problem("no_folder", "folder", await self._existing_folders(status))
        uidvalidity = imap_responses.uidvalidity(responses)
        if uidvalidity is None:
            raise self.endpoint.problem("protocol", "folder", "the folder has no UIDVALIDITY")
        return FolderState(uidvalidity, self.message_count)

    async def folder_names(self) -> list[str]:
        _, responses = await self.command(b"LIST", b'""', b'"*"')
        names = (imap_responses.folder_name(response) for response in responses)
        return [name for name in names if name is not None]

    async def listing(self, after_uid: int) -> list[Listed]:
        """All messages above a UID. `n:*` names the last message even if it lies below n."""
        uids = f"{after_uid + 1}:*".encode()
        found = [item async for item in self._listed(b"UID FETCH", uids, b"(UID RFC822.SIZE INTERNALDATE)")]
        return sorted((item for item in found if item.uid > after_uid), key=lambda item: item.uid)

    async def bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The raw messages that the server gives out, by UID; it may leave some out."""
        uid_set = ",".join(map(str, uids)).encode()
        _, responses = await self.command(
            b"UID FETCH", uid_set, b"(UID BODY.PEEK[])", seconds=self.settings.transfer_timeout
        )
        return dict(filter(None, map(imap_responses.body, responses)))

    async def command(self, *words: bytes, seconds: float = 0) -> tuple[bytes, list[Response]]:
        """Send and read on until the tagged answer: its text without the tag, and what came before it."""
        responses: list[Response] = []
        async with self.deadline(seconds):
            tag = await self._send(words)
            while not (response := await self.wire.response()).text.startswith(tag):
                self._notice(response)
                responses.append(response)
        return response.text[len(tag) :], responses

    async def idle(self, seconds: float) -> None:
        """Return at the first news, or after `seconds`."""
        async with self.deadline():
            tag = await self._send((b"IDLE",))
            await self._continuation()
        await self._hear_news(seconds)
        async with self.deadline():
            self.wire.write(b"DONE\r\n")
            while not (response := await self.wire.response()).text.startswith(tag):
                self._notice(response)

    async def close(self) -> None:
        """Say goodbye and wait a moment for the server's end; the connection is gone afterwards in any case."""
        wire, self._wire = self._wire, None
        if wire is None:
            return
        with contextlib.suppress(BrokenStream, TimeoutError, OSError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                wire.write(f"{wire.new_tag()} LOGOUT\r\n".encode())
                await asyncio.shield(wire.closed)
        wire.abort()

    @contextlib.asynccontextmanager
    async def deadline(self, seconds: float = 0) -> AsyncIterator[None]:
        """Turns silence and a broken stream into a ConnectionProblem."""
        try:
            async with asyncio.timeout(seconds or self.settings.timeout):
                yield
        except TimeoutError as error:
            raise self.endpoint.problem("timeout", "host", "no answer in time") from error
        except (BrokenStream, OSError, AioImapException) as error:
            raise self.endpoint.problem("protocol", "host", error) from error

    async def _greet(self, context: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(
            ImapWire, self.settings.imap_host, self.settings.imap_port, ssl=context
        )
        self._wire = wire
        greeting = await wire.response()
        if not greeting.text.upper().startswith((b"* OK", b"* PREAUTH")):
            raise self.endpoint.problem("refused", "host", clean_line(greeting.text.decode("utf-8", "replace")))

    async def _upgrade(self, context: ssl.SSLContext) -> None:
        status, _ = await self._ask_for_tls()
        if status[:2] != b"OK":
            raise self.endpoint.problem("no_tls", "security", "the server does not offer STARTTLS")
        try:
            async with asyncio.timeout(self.settings.timeout):
                self.wire.upgraded(await self._handshake(context))
        except (OSError, ValueError) as error:
            raise self.endpoint.diagnose(error) from error

    async def _ask_for_tls(self) -> tuple[bytes, list[Response]]:
        await self._read_capabilities()
        if "STARTTLS" not in self.capabilities:
            return b"NO", []
        return await self.command(b"STARTTLS")

    async def _handshake(self, context: ssl.SSLContext) -> asyncio.Transport:
        transport = await asyncio.get_running_loop().start_tls(
            self.wire.transport, self.wire, context, server_hostname=self.settings.imap_host
        )
        if transport is None:
            raise ConnectionResetError
        return transport

    async def _sign_in(self) -> None:
        await self._read_capabilities()
        if "LOGINDISABLED" in self.capabilities:
            raise self.endpoint.problem("tls", "security", "the server lets nobody sign in without TLS")
        credentials = self.settings.imap_user.encode(), self.settings.imap_password.encode()
        if any(b"\0" in text for text in credentials):
            raise self.endpoint.problem("sign_in", "user", "a NUL character")
        status, _ = await self.command(b"LOGIN", *map(_string, credentials))
        if status[:2] != b"OK":
            raise self._sign_in_problem(status)
        await self._read_capabilities()

    def _sign_in_problem(self, status: bytes) -> ConnectionProblem:
        words = clean_line(status.decode("utf-8", "replace"))
        if b"PRIVACYREQUIRED" in status.upper():
            return self.endpoint.problem("tls", "security", words)
        return self.endpoint.problem("sign_in", "user", words)

    async def _read_capabilities(self) -> None:
        _, responses = await self.command(b"CAPABILITY")
        lines = (response.text.decode("ascii", "replace").upper() for response in responses)
        words = (line.split()[2:] for line in lines if line.startswith("* CAPABILITY"))
        self.capabilities = frozenset(word for line in words for word in line)

    async def _existing_folders(self, status: bytes) -> str:
        names = ", ".join(await self.folder_names())
        return clean_line(f"{status.decode('utf-8', 'replace')} ({names})")[:2_000]

    async def _listed(self, *words: bytes) -> AsyncIterator[Listed]:
        """Read as they come: a folder may hold a million messages."""
        async with self.deadline(self.settings.transfer_timeout):
            tag = await self._send(words)
            while not (response := await self.wire.response()).text.startswith(tag):
                self._notice(response)
                item = imap_responses.listed(response)
                if item is not None:
                    yield item

    async def _send(self, words: Sequence[bytes]) -> bytes:
        """Returns the tag with its space. A word that ends in `{n}` and its bytes waits for the server's go-ahead."""
        tag = self.wire.new_tag().encode() + b" "
        line = tag
        for word in words:
            announced, separator, literal = word.partition(b"}\r\n")
            line += announced
            if separator:
                self.wire.write(line + separator)
                await self._continuation()
                line = literal
            line += b" "
        self.wire.write(line[:-1] + b"\r\n")
        return tag

    async def _continuation(self) -> None:
        while not (response := await self.wire.response()).is_continuation:
            self._notice(response)
            if not response.is_untagged:
                raise BrokenStream(response.text.decode("utf-8", "replace"))

    async def _hear_news(self, seconds: float) -> None:
        """A line may be waited for and given up without loss; a response may not."""
        with contextlib.suppress(asyncio.TimeoutError):
            async with asyncio.timeout(seconds) as waiting:
                while not self.has_news:
                    line = await self._line(waiting)
