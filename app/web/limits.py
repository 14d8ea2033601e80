"""How large a request may be."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_REQUEST_BYTES = 30 * 1024 * 1024
"""An attachment of 25 MiB with what surrounds it."""

MAX_TEXT_BYTES = 4 * 1024 * 1024
"""Of everything but files: it is parsed on the event loop, before it is known who asks."""


CHATS, FILES = "/chat/", "/files"


class RequestLimit:
    """Refuses with 413 what is announced as too large, or turns out to be while it is read."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_REQUEST_BYTES) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.max_bytes if _has_files(scope) else min(self.max_bytes, MAX_TEXT_BYTES)
        read = _Reading(receive, left=limit, is_refused=_announced(scope) > limit)
        await self.app(scope, read, send)


class _Reading:
    def __init__(self, receive: Receive, *, left: int, is_refused: bool) -> None:
        self._receive = receive
        self._left = left
        self._is_refused = is_refused

    async def __call__(self) -> Message:
        if self._is_refused:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message


def _has_files(scope: Scope) -> bool:
    """A form with files, or a file alone, which nobody parses."""
    is_file: bool = scope["path"].startswith(CHATS) and scope["path"].endswith(FILES)
    return is_file or Headers(scope=scope).get("content-type", "").lower().startswith("multipart/")


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0
