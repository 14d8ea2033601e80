"""The one way to fetch what a stranger names: from public addresses alone, so that nobody reaches the inside by it."""

import asyncio
import ipaddress
from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.core.errors import AppError
from app.core.i18n import mark

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IsAllowed = Callable[[IPAddress], bool]

PORTS = frozenset((80, 443))
SECONDS = 10.0
AT_ONCE = 8
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 behind NAT64 (RFC 6052)."""


UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is given out to the public (RFC 4291); what else there is translates, or is for somebody's inside."""


class OutsideUnreachable(AppError):
    status_code = 502
    code = "outside_unreachable"
    message = mark("This could not be fetched from outside.")


@dataclass(frozen=True, slots=True)
class Fetched:
    data: bytes
    content_type: str


class Outside:
    """`is_allowed` and `ports` are others in tests alone."""

    def __init__(self, *, is_allowed: IsAllowed | None = None, ports: Collection[int] = PORTS) -> None:
        self._is_allowed = is_allowed or is_public
        self._ports = ports
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, url: str, *, max_bytes: int, accept: str) -> Fetched:
        """Without cookies and without telling who asks. Raises OutsideUnreachable, for what is too large too."""
        from app.core.outside_client import fetch  # noqa: PLC0415 (memory that many processes never need)

        try:
            async with self._turns, asyncio.timeout(SECONDS):
                return await fetch(url, self._is_allowed, self._ports, max_bytes=max_bytes, accept=accept)
        except (OSError, ValueError) as error:
            raise OutsideUnreachable from error


def is_public(address: IPAddress) -> bool:
    """Whether it belongs to nobody's inside, in whichever clothes it comes."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address not in UNICAST:
            return False
    return address.is_global and not address.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None
