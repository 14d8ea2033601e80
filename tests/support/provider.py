"""A provider of consents (OAuth 2.0) of our own: it consents, gives tokens, and tells mail servers whose they are."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.support.network import LOOPBACK

CLIENT_ID, CLIENT_SECRET = "madoguchi.client", "the client's secret"
Values = dict[str, str]


class Provider:
    """Everybody who comes consents, as the one user that it knows, until `withdraw`."""

    def __init__(self, port: int, user: str) -> None:
        self.user = user
        self.life_seconds = 3600
        self.is_away = False
        self.is_busy = False
        self.granted = 0
        self._codes: dict[str, Values] = {}
        self._refresh_tokens: set[str] = set()
        self._access_tokens: set[str] = set()
        self._server = ThreadingHTTPServer((LOOPBACK, port), _handler_of(self))

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}"

    @property
    def settings(self) -> Values:
        """Of a mailbox that is signed in to by its consent."""
        return {
            "sign_in": "other",
            "oauth_client_id": CLIENT_ID,
            "oauth_client_secret": CLIENT_SECRET,
            "oauth_authorize_url": f"{self.url}/authorize",
            "oauth_token_url": f"{self.url}/token",
            "oauth_scope": "imap smtp",
        }

    def withdraw(self) -> None:
        self._refresh_tokens.clear()
        self._access_tokens.clear()

    def end_access(self) -> None:
        """As when the hour is over: only what is renewed is good."""
        self._access_tokens.clear()

    def knows(self, token: str) -> bool:
        return token in self._access_tokens

    def authorize(self, asked: Values) -> str:
        """Where the browser is sent back to."""
        if asked["client_id"] != CLIENT_ID:
            return f"{asked['redirect_uri']}?{urlencode({'error': 'unauthorized_client', 'state': asked['state']})}"
        code = secrets.token_urlsafe(12)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def grant(self, asked: Values) -> tuple[int, dict[str, Any]]:
        if self.is_away:
            return 503, {}
        if self.is_busy:
            return 429, {"error": "too_many_requests", "error_description": "Come again later."}
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        if not self._is_due(asked):
            return 400, {"error": "invalid_grant", "error_description": "It was used, or taken back."}
        access, refresh = (secrets.token_urlsafe(12) for _ in range(2))
        self._access_tokens.add(access)
        self._refresh_tokens.add(refresh)
        self.granted += 1
        return 200, {"access_token": access, "refresh_token": refresh, "expires_in": self.life_seconds}

    def _is_due(self, asked: Values) -> bool:
        """Each code and each refresh token once."""
        if asked["grant_type"] == "refresh_token":
            is_known = asked["refresh_token"] in self._refresh_tokens
            self._refresh_tokens.discard(asked["refresh_token"])
            return is_known
        begun = self._codes.pop(asked["code"], None)
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        if begun is None:
            return False
        return (begun["code_challenge"], begun["redirect_uri"]) == (challenge, asked["redirect_uri"])

    @contextmanager
    def serving(self) -> Iterator["Provider"]:
        thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join(10)


def _handler_of(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(where.query).items()}
            if where.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            is_known = provider.knows(asked.get("access_token", ""))
            self._say(200 if is_known else 400, {"email": provider.user} if is_known else {"error": "invalid_token"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*provider.grant({name: values[0] for name, values in parse_qs(body).items()}))

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def _say(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
