"""One IMAP connection: commands with deadlines, IDLE, and a clean end whatever the server does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TypeVar

from connectors.email import imap_responses
from connectors.email.cleaning import clean_line
from connectors.email.endpoint import Endpoint
from connectors.email.imap_wire import BrokenStream, ImapWire, Response

GOODBYE_SECONDS = 1.0
LONGEST_QUOTED = 200

Item = TypeVar("Item")


class ImapConnection:
    """After any ConnectionProblem it is of no more use; `close` it."""

    def __init__(self, endpoint: Endpoint, wire: ImapWire) -> None:
        self.endpoint = endpoint
        self.wire = wire
        self.capabilities: frozenset[str] = frozenset()
        self.message_count = 0
        self.has_news = False
        """Whether the server has told of more messages since the flag was last taken down."""
        self._is_broken = False

    async def command(
        self, *words: bytes, read: Callable[[Response], Item | None], seconds: float = 0
    ) -> tuple[bytes, list[Item]]:
        """Send and read on to the tagged answer: its text, and what `read` made of what came before."""
        items: list[Item] = []
        async with self.deadline(seconds):
            tag = await self._send(words)
            while not (response := await self.wire.response()).text.startswith(tag):
                self._notice(response)
                item = read(response)
                if item is not None:
                    items.append(item)
        return response.text[len(tag) :], items

    async def ask(self, *words: bytes) -> bytes:
        """A command of which only the tagged answer matters."""
        status, _ = await self.command(*words, read=lambda _: None)
        return status

    async def authenticate(self, mechanism: bytes, response: bytes) -> bytes:
        """One answer, in base64, without being asked for it where the server allows that (RFC 4959)."""
        async with self.deadline():
            is_early = "SASL-IR" in self.capabilities
            tag = await self._send([b"AUTHENTICATE", mechanism, *([response] if is_early else [])])
            if not is_early:
                await self._continuation()
                self.wire.write(response + b"\r\n")
            while not (heard := await self.wire.response()).text.startswith(tag):
                if heard.is_continuation:  # what is wrong, in words for machines: it waits to know that they were heard
                    self.wire.write(b"\r\n")
                else:
                    self._notice(heard)
        return heard.text[len(tag) :]

    async def idle(self, seconds: float) -> None:
        """Return at the first news, or after `seconds`."""
        async with self.deadline():
            tag = await self._send([b"IDLE"])
            await self._continuation()
        await self._hear_news(seconds)
        async with self.deadline():
            self.wire.write(b"DONE\r\n")
            while not (response := await self.wire.response()).text.startswith(tag):
                self._notice(response)

    async def close(self) -> None:
        """Say goodbye, unless something is wrong already, and drop the connection in any case."""
        if not self._is_broken:
            await self._say_goodbye()
        self.wire.abort()

    async def _say_goodbye(self) -> None:
        with contextlib.suppress(BrokenStream, TimeoutError, OSError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                self.wire.write(f"{self.wire.new_tag()} LOGOUT\r\n".encode())
                await asyncio.shield(self.wire.closed)

    @contextlib.asynccontextmanager
    async def deadline(self, seconds: float = 0) -> AsyncIterator[None]:
        """Turns silence and a broken stream into a ConnectionProblem."""
        was_broken, self._is_broken = self._is_broken, True
        try:
            async with asyncio.timeout(seconds or self.endpoint.timeout):
                yield
            self._is_broken = was_broken
        except TimeoutError as error:
            raise self.endpoint.problem("timeout", "host", "no answer in time") from error
        except (BrokenStream, OSError) as error:
            raise self.endpoint.problem("protocol", "host", error) from error

    async def _send(self, words: Sequence[bytes]) -> bytes:
        """Returns the tag with its space. Before the bytes of a literal the server is asked to go ahead."""
        tag = f"{self.wire.new_tag()} ".encode()
        line = tag
        for word in words:
            announcement, is_literal, content = word.partition(b"}\r\n")
            if is_literal:
                self.wire.write(line + announcement + is_literal)
                await self._continuation()
            line = content + b" " if is_literal else line + word + b" "
        self.wire.write(line[:-1] + b"\r\n")
        return tag

    async def _continuation(self) -> None:
        while not (response := await self.wire.response()).is_continuation:
            if not response.is_untagged:
                raise BrokenStream(_words(response))
            self._notice(response)

    async def _hear_news(self, seconds: float) -> None:
        """The wait for a line can be given up without loss; what belongs to a line is always read."""
        end = asyncio.get_running_loop().time() + seconds
        async with self.deadline(seconds + self.endpoint.timeout):
            while not self.has_news:
                try:
                    async with asyncio.timeout_at(end):
                        line = await self.wire.line()
                except TimeoutError:
                    return
                self._notice(await self.wire.complete(line))

    def _notice(self, response: Response) -> None:
        """What a server may say at any time: how many messages there are, or that it hangs up."""
        if response.text[:5].upper() == b"* BYE":
            raise BrokenStream(_words(response))
        count = imap_responses.exists(response)
        if count is not None:
            self.has_news = self.has_news or count > self.message_count
            self.message_count = count
        elif imap_responses.EXPUNGE.match(response.text):
            self.message_count = max(0, self.message_count - 1)


def string(text: bytes) -> bytes:
    """A string as an argument: quoted where that is safe, else a literal."""
    if len(text) <= LONGEST_QUOTED and text.isascii() and text.decode("ascii").isprintable():
        return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return b"{%d}\r\n" % len(text) + text


def _words(response: Response) -> str:
    return clean_line(response.text.decode("utf-8", "replace"))
