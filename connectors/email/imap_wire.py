"""IMAP on the wire: lines and literals out of a stream of bytes, by announced length.

aioimaplib gives the protocol's states and tags. Its own reading of responses recurses for each line, guesses
the end of a FETCH by counting brackets, and neither a lost connection nor BYE wakes it (measured, 2.0.3).
So the reading here is ours.
"""

import asyncio
import re
from dataclasses import dataclass, field
from typing import cast

from aioimaplib import IMAP4ClientProtocol

LITERAL = re.compile(rb"\{(\d{1,12})\+?\}\r\n\Z")
BUFFER_BYTES = 1_048_576
MAXIMUM_LITERAL_BYTES = 128 * 1_048_576


class BrokenStream(EOFError):
    """The connection ended, or what came over it is not IMAP."""


@dataclass(slots=True)
class Response:
    """One response: its text, in which `{n}` stands where a literal was, and the literals in order."""

    text: bytes
    literals: list[bytes] = field(default_factory=list)

    @property
    def is_untagged(self) -> bool:
        return self.text.startswith(b"* ")

    @property
    def is_continuation(self) -> bool:
        return self.text.startswith(b"+")


class ImapWire(IMAP4ClientProtocol):  # type: ignore[misc]
    """Bytes in, responses out; a lost connection wakes whoever reads."""

    def __init__(self) -> None:
        super().__init__(asyncio.get_running_loop(), conn_lost_cb=self._lost)
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reader = asyncio.StreamReader(limit=BUFFER_BYTES)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._reader.set_transport(transport)

    def data_received(self, data: bytes) -> None:
        self._reader.feed_data(data)

    def eof_received(self) -> bool:
        self._reader.feed_eof()
        return False

    @property
    def _transport(self) -> asyncio.Transport | None:
        return cast("asyncio.Transport | None", self.transport)

    def upgraded(self, transport: asyncio.Transport | None) -> None:
        """Go on over TLS; what came before the handshake is forgotten, since anybody could have sent it."""
        self._reader = asyncio.StreamReader(limit=BUFFER_BYTES)
        if transport is not None:
            self.connection_made(transport)

    def write(self, data: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            raise BrokenStream("the server closed the connection")
        transport.write(data)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    async def line(self) -> bytes:
        """One line with its end. May be cancelled without loss."""
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            raise BrokenStream("the server closed the connection") from error
        except asyncio.LimitOverrunError as error:
            raise BrokenStream("a line without end") from error

    async def complete(self, line: bytes) -> Response:
        """The response that starts with this line, with its literals."""
        response = Response(line.rstrip(b"\r\n"))
        while literal := LITERAL.search(line):
            response.literals.append(await self._exactly(int(literal[1])))
            line = await self.line()
            response.text += line.rstrip(b"\r\n")
        return response

    async def response(self) -> Response:
        return await self.complete(await self.line())

    async def _exactly(self, count: int) -> bytes:
        if count > MAXIMUM_LITERAL_BYTES:
            raise BrokenStream(f"a literal of {count} bytes")
        try:
            return await self._reader.readexactly(count)
        except asyncio.IncompleteReadError as error:
            raise BrokenStream("the server closed the connection") from error

    def _lost(self, error: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
        self._reader.feed_eof()
