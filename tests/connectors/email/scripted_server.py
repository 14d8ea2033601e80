"""A server that says its lines and drops its connections exactly when a test wants it to."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

Script = Callable[["Peer"], Awaitable[None]]


class Peer:
    """The server's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def say(self, *lines: str) -> None:
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await self.writer.drain()

    async def hear(self) -> str:
        """One line of the client, '' when it is gone."""
        return (await self.reader.readline()).decode("utf-8", "replace").rstrip("\r\n")

    async def hear_body(self) -> bytes:
        return await self.reader.readuntil(b"\r\n.\r\n")

    async def silence(self) -> None:
        """Say nothing until the client is gone."""
        while await self.reader.read(65_536):
            pass

    def reset(self) -> None:
        """Drop the connection without a goodbye."""
        self.writer.transport.abort()


@contextlib.asynccontextmanager
async def serve(script: Script) -> AsyncIterator[int]:
    """Play the script for each connection; yields the port. Leaves no connection behind."""
    peers: dict[asyncio.Task[None] | None, Peer] = {}

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = peers[asyncio.current_task()] = Peer(reader, writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await script(peer)
        peer.reset()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(play, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for peer in peers.values():
            peer.reset()
        await asyncio.gather(*filter(None, peers), return_exceptions=True)
