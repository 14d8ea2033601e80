"""The HTTP client of `outside`.

Names are resolved here and the connection goes to the address that was looked at, so that no second answer of a name
server leads elsewhere; each redirect is looked at as the first address was.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Collection
from functools import cache

import httpx

from app.core.outside import Fetched, IPAddress, IsAllowed, OutsideUnreachable

MAX_REDIRECTS = 3
STEP_SECONDS = 5.0
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; Madoguchi)", "Accept-Encoding": "identity"}


async def fetch(url: str, is_allowed: IsAllowed, ports: Collection[int], *, max_bytes: int, accept: str) -> Fetched:
    """Raises OutsideUnreachable, OSError and ValueError."""
    transport = _GuardedTransport(is_allowed, ports, await asyncio.to_thread(_trusted))
    client = httpx.AsyncClient(
        transport=transport,
        headers={**HEADERS, "Accept": accept},
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        timeout=STEP_SECONDS,
        trust_env=False,
    )
    try:
        async with client, client.stream("GET", url) as response:
            return Fetched(await _read(response, max_bytes), response.headers.get("content-type", ""))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutsideUnreachable from error


@cache
def _trusted() -> ssl.SSLContext:
    """Read once, and off the event loop: it is a long list."""
    return httpx.create_ssl_context(trust_env=False)


async def _read(response: httpx.Response, max_bytes: int) -> bytes:
    """What is packed may unpack to anything, so it is not taken."""
    if response.status_code != httpx.codes.OK or "content-encoding" in response.headers:
        raise OutsideUnreachable
    data = bytearray()
    async for piece in response.aiter_raw():
        data += piece
        if len(data) > max_bytes:
            raise OutsideUnreachable
    return bytes(data)


class _GuardedTransport(httpx.AsyncBaseTransport):
    """Sees each request, those of redirects too, before anything is connected."""

    def __init__(self, is_allowed: IsAllowed, ports: Collection[int], trusted: ssl.SSLContext) -> None:
        self._is_allowed = is_allowed
        self._ports = ports
        self._inner = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        if url.scheme not in ("http", "https") or port not in self._ports:
            raise OutsideUnreachable
        address = await self._resolve(url.host, port)
        return await self._inner.handle_async_request(
            httpx.Request(
                request.method,
                url.copy_with(host=str(address)),
                headers=request.headers,
                extensions={**request.extensions, "sni_hostname": url.host},
            )
        )

    async def _resolve(self, host: str, port: int) -> IPAddress:
        """One that leads inside spoils them all: whoever made the name meant no good."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not addresses or not all(map(self._is_allowed, addresses)):
            raise OutsideUnreachable
        return addresses[0]

    async def aclose(self) -> None:
        await self._inner.aclose()
