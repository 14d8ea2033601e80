"""Signing in to mail servers by consent instead of a password: the authorisation-code flow with PKCE (RFC 6749, 7636).

Each organisation registers this desk with its provider and enters what it was given there; a consent is kept fresh
by the background half, so that whoever connects finds a token that works.
"""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from app.channels.errors import ConsentRefused, ConsentUnreachable
from app.core.clock import now

SECONDS = 20.0
DEFAULT_LIFE = timedelta(hours=1)
MAX_WORDS = 300
TENANT = "{tenant}"
FIRST_SERVER_ERROR = 500
PASSING_STATUSES = (408, 429)
PASSING_ERRORS = ("temporarily_unavailable", "server_error", "slow_down", "rate_limit_exceeded")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where to ask for a consent, where to get tokens for it, and for what."""

    authorize_url: str
    token_url: str
    scope: str
    extra: tuple[tuple[str, str], ...] = ()


GOOGLE = Provider(
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    "https://mail.google.com/",
    (("access_type", "offline"), ("prompt", "consent")),
)
MICROSOFT = Provider(
    f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/authorize",
    f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token",
    "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
)


@dataclass(frozen=True, slots=True)
class Client:
    """This desk, as its provider knows it."""

    provider: Provider
    client_id: str
    client_secret: str

    def authorize_url(self, *, redirect_uri: str, state: str, verifier: str, address: str) -> str:
        values = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.provider.scope,
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            "login_hint": address,
            **dict(self.provider.extra),
        }
        separator = "&" if "?" in self.provider.authorize_url else "?"
        return f"{self.provider.authorize_url}{separator}{urlencode(values)}"

    async def exchange(self, code: str, *, redirect_uri: str, verifier: str) -> "Tokens":
        """Raises ConsentRefused and ConsentUnreachable."""
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return await self._ask({**grant, "code_verifier": verifier})

    async def refresh(self, refresh_token: str) -> "Tokens":
        """With the same refresh token unless the provider gives another one. Raises as `exchange` does."""
        return await self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token}, known=refresh_token)

    async def _ask(self, grant: dict[str, str], *, known: str = "") -> "Tokens":
        import httpx  # noqa: PLC0415 (memory that most installations never need)

        body = {**grant, "client_id": self.client_id, "client_secret": self.client_secret}
        try:
            async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
                answer = await client.post(self.provider.token_url, data=body, headers={"Accept": "application/json"})
                said = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ConsentUnreachable(str(error)[:MAX_WORDS]) from error
        if not isinstance(said, dict) or _is_passing(answer.status_code, said):
            raise ConsentUnreachable(f"HTTP {answer.status_code}")
        return _read(said, known)


@dataclass(frozen=True, slots=True)
class Tokens:
    access_token: str
    refresh_token: str
    expires_at: datetime


def client_of(settings: dict[str, Any], secret: str) -> Client:
    return Client(_provider(settings), str(settings["oauth_client_id"]), secret)


def _provider(settings: dict[str, Any]) -> Provider:
    if settings["sign_in"] == "google":
        return GOOGLE
    if settings["sign_in"] == "microsoft":
        tenant = str(settings["oauth_tenant"]) or "common"
        return Provider(
            MICROSOFT.authorize_url.replace(TENANT, tenant),
            MICROSOFT.token_url.replace(TENANT, tenant),
            MICROSOFT.scope,
        )
    return Provider(settings["oauth_authorize_url"], settings["oauth_token_url"], settings["oauth_scope"])


def _is_passing(status: int, said: dict[str, Any]) -> bool:
    """Trouble of the provider's own, and no word about the consent."""
    return status >= FIRST_SERVER_ERROR or status in PASSING_STATUSES or said.get("error") in PASSING_ERRORS


def _read(said: dict[str, Any], known: str) -> Tokens:
    access, refresh = said.get("access_token"), said.get("refresh_token") or known
    if not isinstance(access, str) or not access or not isinstance(refresh, str) or not refresh:
        words = f"{said.get('error', '')} {said.get('error_description', '')}".strip()
        raise ConsentRefused(words[:MAX_WORDS] or "no tokens were given")
    seconds = said.get("expires_in")
    life = timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else DEFAULT_LIFE
    return Tokens(access, refresh, now() + life)


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
