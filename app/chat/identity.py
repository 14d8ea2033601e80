"""What a site says of a visitor who is logged in there: `payload.signature`, both base64url without padding.

The payload is JSON {id, name?, mail?, exp}, the signature the HMAC-SHA256 of its base64url text by the
channel's secret. Pure.
"""

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.core.errors import Invalid
from app.core.i18n import mark

LONGEST = timedelta(hours=24)
SKEW = timedelta(minutes=5)
UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
MAX_TOKEN, MAX_ID, MAX_NAME, MAX_MAIL = 4_000, 200, 200, 320


class BadIdentity(Invalid):
    def __init__(self, reason: str) -> None:
        super().__init__("identity", reason)


@dataclass(frozen=True, slots=True)
class SiteUser:
    id: str
    name: str = ""
    mail: str = ""


def sign(user: dict[str, Any], secret: str) -> str:
    """As a site does it."""
    payload = _encode(json.dumps(user).encode())
    return f"{payload}.{_signature(payload, secret)}"


def read_identity(token: str, secret: str, at: datetime) -> SiteUser:
    """Raises BadIdentity for what that secret did not sign, and for what is over or would hold for too long."""
    payload, _, signature = token[:MAX_TOKEN].partition(".")
    expected = _signature(payload, secret)
    if not secret or not hmac.compare_digest(expected.encode(), signature.rstrip("=").encode("utf-8", "replace")):
        raise BadIdentity(mark("The identity is not signed with this channel's secret."))
    user = _read(payload)
    until = user.get("exp")
    if not isinstance(until, (int, float)) or not at.timestamp() < until <= (at + LONGEST + SKEW).timestamp():
        raise BadIdentity(mark("The identity is over, or holds for more than 24 hours (exp)."))
    site_id = _line(user.get("id"))
    if not site_id or len(site_id) > MAX_ID:
        raise BadIdentity(mark("The identity names nobody (id)."))
    return SiteUser(site_id, _line(user.get("name"))[:MAX_NAME], _mail(user.get("mail")))


def _read(payload: str) -> dict[str, Any]:
    try:
        found = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _line(value: object) -> str:
    """Without what no database keeps: what was signed was looked at by nobody on its way in."""
    return UNWRITABLE.sub("", str(value or "")).strip()


def _mail(value: object) -> str:
    mail = _line(value)
    return mail if "@" in mail and len(mail) <= MAX_MAIL else ""


def _signature(payload: str, secret: str) -> str:
    digest = hmac.digest(secret.encode(), payload.encode("utf-8", "replace"), hashlib.sha256)
    return _encode(digest)


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
