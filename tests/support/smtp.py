"""An SMTP server in a thread of its own that keeps what it got and fails when told to."""

import asyncio
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatch

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.certificates import Certificate
from tests.support.network import LOOPBACK, PATIENCE_SECONDS, eventually, find_free_ports

SIZE_LIMIT = 60 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message whose final dot arrived. Without an answer its sender cannot know that."""

    mail_from: str
    rcpt_tos: list[str]
    raw: bytes
    was_accepted: bool


@dataclass(slots=True)
class Behaviour:
    """How the server answers from now on; a fresh one is a server without trouble."""

    login: tuple[str, str] | None = None
    is_token_good: Callable[[str, str], bool] | None = None
    refused_recipients: list[tuple[str, str]] = field(default_factory=list)
    answer_to_data: str | None = None
    is_dropping_after_data: bool = False
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)


class RecordingSmtpServer:
    """`port` is plain and offers STARTTLS unless told not to; `tls_port` is TLS from the first byte."""

    def __init__(self, certificate: Certificate) -> None:
        self.host = LOOPBACK
        self.port, self.tls_port = find_free_ports(2)
        self.ca_file = certificate.ca_file
        self.offers_starttls = True
        self.received: list[Delivery] = []
        self.connection_count = 0
        self._context = certificate.server_context()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp server", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._connections: list[SMTP] = []
        self.reset()

    def require_login(self, user: str, password: str) -> None:
        self._behaviour.login = (user, password)

    def require_token(self, is_good: Callable[[str, str], bool]) -> None:
        """XOAUTH2: asked with a user and an access token."""
        self._behaviour.is_token_good = is_good

    def refuse_recipients(self, pattern: str, answer: str = "550 5.1.1 User unknown") -> None:
        """`pattern` as of a shell: `*@gone.test`."""
        self._behaviour.refused_recipients.append((pattern, answer))

    def refuse_data(self, answer: str = "554 5.7.1 Message refused") -> None:
        """After the final dot. A code of 4xx asks to come again."""
        self._behaviour.answer_to_data = answer

    def drop_after_data(self) -> None:
        """The message is taken, and the line goes dead before the answer."""
        self._behaviour.is_dropping_after_data = True

    def hold_answer(self) -> None:
        """The message is taken, and the answer waits for `release_answer`."""
        self._call(self._behaviour.may_answer.clear)

    def release_answer(self) -> None:
        self._call(self._behaviour.may_answer.set)

    def reset(self) -> None:
        """No more trouble; what was received stays."""
        self._behaviour = Behaviour()
        self._behaviour.may_answer.set()

    async def wait_for(self, count: int, *, seconds: float = PATIENCE_SECONDS) -> list[Delivery]:
        await eventually(lambda: len(self.received) >= count, what=f"message {count}", seconds=seconds)
        return self.received

    def start(self) -> None:
        """On the same ports as before."""
        if not self._thread.is_alive():
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(PATIENCE_SECONDS)

    def pause(self) -> None:
        """Nothing listens any more and every connection is cut; `start` brings it back."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(PATIENCE_SECONDS)

    def stop(self) -> None:
        self.pause()
        self._call(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's hook
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        is_closed = self._behaviour.login is not None or self._behaviour.is_token_good is not None
        if is_closed and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for pattern, answer in self._behaviour.refused_recipients:
            if fnmatch(address, pattern):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        behaviour = self._behaviour
        answer = behaviour.answer_to_data or "250 2.0.0 Queued"
        self.received.append(_delivery(envelope, was_accepted=answer.startswith("2")))
        await behaviour.may_answer.wait()
        if behaviour.is_dropping_after_data:
            _cut(server)
            raise ConnectionResetError
        return answer

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802 - aiosmtpd's hook
        """As providers do, it says what is wrong in a challenge, and refuses when that was heard."""
        said = b64decode(words[1]).decode().rstrip("\x01").split("\x01")
        user, token = said[0].removeprefix("user="), said[1].removeprefix("auth=Bearer ")
        is_good = self._behaviour.is_token_good
        if is_good is not None and is_good(user, token):
            return AuthResult(success=True, auth_data=user)
        await server.challenge_auth(b'{"status":"400","schemes":"Bearer"}')
        return AuthResult(success=False, handled=False)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        login = self._behaviour.login
        is_right = isinstance(data, LoginPassword) and login == (data.login.decode(), data.password.decode())
        return AuthResult(success=is_right, handled=False, auth_data=data if is_right else None)

    async def _listen(self) -> None:
        for port, context in ((self.port, None), (self.tls_port, self._context)):
            server = await self._loop.create_server(self._connection, self.host, port, ssl=context)
            self._servers.append(server)

    def _connection(self) -> SMTP:
        self.connection_count += 1
        connection = SMTP(
            self,
            hostname="smtp.example.jp",
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            tls_context=self._context if self.offers_starttls else None,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=self._loop,
        )
        self._connections.append(connection)
        return connection

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in self._connections:
            _cut(connection)
        self._servers.clear()
        self._connections.clear()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    def _call(self, function: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(function)


def _cut(connection: SMTP) -> None:
    if isinstance(connection.transport, asyncio.WriteTransport):
        connection.transport.abort()


def _delivery(envelope: Envelope, *, was_accepted: bool) -> Delivery:
    raw = envelope.original_content
    assert raw is not None
    return Delivery(envelope.mail_from or "", list(envelope.rcpt_tos), raw, was_accepted)
