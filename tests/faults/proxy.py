"""A TCP proxy between a client and a server of this machine that breaks lines in all the ways in which lines break."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from tests.support.network import LOOPBACK, eventually

CHUNK_BYTES = 65_536
NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Proxy:
    """`count` is how many connections there were."""

    target: int
    port: int = 0
    count: int = 0
    is_swallowing: bool = False
    clients: set[asyncio.StreamWriter] = field(default_factory=set)

    def reset(self) -> None:
        """RST, as of a firewall that forgot the connection."""
        for client in self.clients:
            with contextlib.suppress(OSError):  # it is closed already
                client.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            client.transport.abort()

    def finish(self) -> None:
        """FIN, as of a server that ends."""
        for client in self.clients:
            client.close()

    def goodbye(self) -> None:
        for client in self.clients:
            client.write(b"* BYE shutting down\r\n")
            client.close()

    def swallow(self) -> None:
        """A black hole: both ends believe in the line, and nothing comes through. `heal` makes new ones work."""
        self.is_swallowing = True

    def heal(self) -> None:
        self.is_swallowing = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += 1
        self.clients.add(writer)
        try:
            server_reader, server_writer = await asyncio.open_connection(LOOPBACK, self.target)
            ways = [self._carry(reader, server_writer), self._carry(server_reader, writer)]
            tasks = [asyncio.create_task(way) for way in ways]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await _stop(tasks)
            server_writer.transport.abort()
        finally:
            self.clients.discard(writer)
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A line that was swallowed once stays dead."""
        is_dead = False
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(CHUNK_BYTES):
                is_dead = is_dead or self.is_swallowing
                if not is_dead:
                    writer.write(data)
                    await writer.drain()


@contextlib.asynccontextmanager
async def proxy_to(target: int) -> AsyncIterator[Proxy]:
    proxy = Proxy(target)
    server = await asyncio.start_server(proxy.serve, LOOPBACK, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.reset()
        await eventually(lambda: not proxy.clients, what="the end of all lines")
        await asyncio.sleep(0)


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
