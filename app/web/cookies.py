"""The cookie that a browser's session is known by.

Over https it is a `__Host-` cookie alone. On a loopback address the same token goes into a plain one too: programs
and some browsers send no Secure cookie over http, even there. On plain http in a LAN there is only the plain one.
"""

from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request, Response

from app.core.log import get_logger
from app.core.settings import Settings

SECURE_NAME = "__Host-madoguchi"
PLAIN_NAME = "madoguchi"
LIFE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep any; when a session ends is decided by its row."""

log = get_logger(__name__)


def session_cookie(request: Request) -> str:
    return next((request.cookies[name] for name in _names(request) if name in request.cookies), "")


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    for name in _names(request):
        is_secure = name == SECURE_NAME
        response.set_cookie(name, token, max_age=LIFE_SECONDS, httponly=True, samesite="lax", secure=is_secure)
    if request.url.scheme == "http" and not _is_loopback(request.url.hostname or ""):
        _warn_of_plain_http()


def clear_session_cookie(request: Request, response: Response) -> None:
    for name in _names(request):
        response.delete_cookie(name, httponly=True, samesite="lax", secure=name == SECURE_NAME)


def _names(request: Request) -> tuple[str, ...]:
    settings: Settings = request.app.state.settings
    base = urlsplit(settings.base_url)
    if "https" in (base.scheme, request.url.scheme):
        return (SECURE_NAME,)
    return (SECURE_NAME, PLAIN_NAME) if _is_loopback(base.hostname or "") else (PLAIN_NAME,)


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@cache
def _warn_of_plain_http() -> None:
    """Once a process."""
    log.warning("somebody signed in over plain http: passwords and sessions can be read on the network; use https")
