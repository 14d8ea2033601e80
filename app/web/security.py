"""Headers that every answer carries, and the check that an unsafe request comes from our own pages."""

import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import Forbidden
from app.core.i18n import mark
from app.core.settings import Settings
from app.web.unit_of_work import SAFE_METHODS

NONCE_BYTES = 16
CSRF_PURPOSE = "csrf"
OWN_SITES = ("same-origin", "none")
# The frame of a mail inherits this policy: the sanitised `style` attributes in it are what style-src-attr is for.
PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
HARMLESS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
"""Of what others sent us and we give out: whatever it is in truth, it runs nothing."""


class CsrfFailed(Forbidden):
    code = "forbidden"
    message = mark("This page is too old. Reload it and try again; what you wrote is kept.")


class SecurityHeaders:
    """Pure ASGI, so that a stream passes through it unbuffered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        scope.setdefault("state", {})["csp_nonce"] = nonce

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), nonce)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _add_headers(headers: MutableHeaders, nonce: str) -> None:
    headers.setdefault("Content-Security-Policy", PAGE_POLICY.format(nonce=nonce))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")


def policy_in_frames(nonce: str, sites: Sequence[str]) -> str:
    """Of a page that these sites may show in a frame. Browsers ask X-Frame-Options only where no policy says so."""
    ancestors = " ".join(["frame-ancestors", *sites] if sites else ["frame-ancestors 'none'"])
    return PAGE_POLICY.format(nonce=nonce).replace("frame-ancestors 'none'", ancestors)


def require_same_origin(request: Request) -> None:
    """Raises CsrfFailed when a browser says that another site made it ask. Programs say nothing and may go on."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in OWN_SITES:
        raise CsrfFailed
    origin = request.headers.get("origin")
    if site is None and origin is not None and urlsplit(origin).netloc not in _own_hosts(request):
        raise CsrfFailed


async def require_own_page(request: Request, *, expected: str) -> None:
    """Raises CsrfFailed for an unsafe request with a cookie that no page of ours made."""
    if request.method in SAFE_METHODS:
        return
    require_same_origin(request)
    given = request.headers.get("x-csrf-token") or str((await request.form()).get("csrf_token", ""))
    if not secrets.compare_digest(given.encode(), expected.encode()):
        raise CsrfFailed


def _own_hosts(request: Request) -> set[str]:
    """A proxy may have changed the Host."""
    settings: Settings = request.app.state.settings
    return {request.headers.get("host", ""), urlsplit(settings.base_url).netloc}
