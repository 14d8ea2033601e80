"""One SMTP connection for one message, stopped where the sender wants it stopped.

aiosmtplib's `data` sends the command and the body in one go; here the two are apart, because between the
server's 354 and the first byte of the body the desk must write down that it hands the message over.
"""

import asyncio
import contextlib
import re
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from aiosmtplib.protocol import SMTPProtocol
from aiosmtplib.response import SMTPResponse

from connectors.contracts import ConnectionProblem
from connectors.email.endpoint import smtp_endpoint
from connectors.email.settings import EmailSettings, Security

CHUNK_BYTES = 131_072
LINE_END = re.compile(rb"\r\n|\r|\n")
ENCRYPTION_WANTED = frozenset({523, 530, 538})

Anything = TypeVar("Anything")


class SmtpSession:
    """`open`, `command` for each step, `transfer` for the body, and always `close`."""

    def __init__(self, settings: EmailSettings) -> None:
        self.settings = settings
        self.endpoint = smtp_endpoint(settings)
        self.client = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            timeout=settings.timeout,
            local_hostname="localhost",
            use_tls=settings.smtp_security is Security.TLS,
            start_tls=False,
        )
        self._transport: asyncio.WriteTransport | None = None

    async def open(self) -> None:
        """Connect, upgrade to TLS where wanted, sign in where there is a user. Raises ConnectionProblem."""
        self.client.tls_context = await self.endpoint.tls_context()
        await self.endpoint.reach(self._greet())
        if self.settings.smtp_security is Security.STARTTLS:
            await self._step(self._upgrade())
        if self.settings.smtp_user:
            await self._step(self._sign_in())

    def supports(self, extension: str) -> bool:
        return self.client.supports_extension(extension)

    async def command(self, *words: bytes) -> SMTPResponse:
        """One command within the time; raises SMTPException or OSError when there is no answer to it."""
        async with asyncio.timeout(self.settings.timeout):
            return await self.client.execute_command(*words)

    @property
    def is_connected(self) -> bool:
        return self.client.is_connected

    async def transfer(self, data: bytes) -> SMTPResponse:
        """Send what `dot_stuffed` made and hear the answer, which may come before all is sent."""
        protocol = self.client.protocol
        if protocol is None:
            raise ConnectionResetError("the server closed the connection")
        async with asyncio.timeout(self.settings.transfer_timeout):
            answer = asyncio.ensure_future(protocol.read_response())
            try:
                await asyncio.sleep(0)  # It hears from now on; an answer before that would be lost.
                has_all = await self._write(protocol, data, answer)
                response = await answer
            finally:
                await _discard(answer)
        if response.code < 400 and not has_all:
            raise ConnectionResetError("the server answered before it had the whole message")
        return response

    async def quit(self) -> None:
        """Say goodbye without waiting for an answer: the message is taken already."""
        protocol = self.client.protocol
        if protocol is not None:
            with contextlib.suppress(SMTPException, OSError, RuntimeError):
                protocol.write(b"QUIT\r\n")
                await asyncio.sleep(0)

    def close(self) -> None:
        """At once, without sending what is still in the buffer."""
        transport = _writable(self.client) or self._transport
        self.client.close()
        if transport is not None:
            transport.abort()

    async def _greet(self) -> None:
        await self.client.connect()
        self._transport = _writable(self.client)
        await self.client.ehlo(hostname=self._own_name())

    def _own_name(self) -> str:
        """The address literal of our end (RFC 5321, 4.1.3): looking up a name may take seconds."""
        name: tuple[str, int] | None = self.client.get_transport_info("sockname")
        host = name[0].partition("%")[0] if name else "127.0.0.1"
        return f"[IPv6:{host}]" if ":" in host else f"[{host}]"

    async def _step(self, step: Coroutine[object, object, None]) -> None:
        try:
            async with asyncio.timeout(self.settings.timeout):
                await step
        except (SMTPException, OSError, ValueError) as error:
            raise self.endpoint.diagnose(error) from error

    async def _upgrade(self) -> None:
        if not self.supports("starttls"):
            raise self.endpoint.problem("no_tls", "security", "the server does not offer STARTTLS")
        await self.client.starttls()
        self._transport = _writable(self.client)
        await self.client.ehlo(hostname=self._own_name())

    async def _sign_in(self) -> None:
        try:
            if self.settings.access_token:
                await self.client.auth_xoauth2(self.settings.smtp_user, self.settings.access_token)
            else:
                await self.client.login(self.settings.smtp_user, self.settings.smtp_password)
        except SMTPAuthenticationError as error:
            raise self._sign_in_problem(error) from error
        except SMTPResponseException:
            raise
        except SMTPException as error:
            if isinstance(error, OSError):
                raise
            raise self._no_sign_in(str(error)) from error

    def _sign_in_problem(self, error: SMTPResponseException) -> ConnectionProblem:
        words = f"{error.code} {error.message}"
        if error.code in ENCRYPTION_WANTED:
            return self.endpoint.problem("tls", "security", words)
        return self.endpoint.problem("sign_in", "user", words)

    def _no_sign_in(self, words: str) -> ConnectionProblem:
        """Servers offer AUTH only when the connection is protected, or not at all."""
        if self.settings.smtp_security is Security.NONE:
            return self.endpoint.problem("tls", "security", words)
        return self.endpoint.problem("sign_in", "user", words)

    async def _write(self, protocol: SMTPProtocol, data: bytes, answer: "asyncio.Future[SMTPResponse]") -> bool:
        """In chunks, so that neither TLS nor a slow server holds the loop; stops at an early answer."""
        for start in range(0, len(data), CHUNK_BYTES):
            if answer.done():
                return False
            try:
                protocol.write(data[start : start + CHUNK_BYTES])
            except SMTPServerDisconnected:
                return False
            await _drained(protocol, answer)
        return True


def dot_stuffed(body: bytes) -> bytes:
    """The body as DATA wants it: CRLF only, dots doubled at line starts, the final dot."""
    if not body.count(b"\r\n") == body.count(b"\n") == body.count(b"\r"):
        body = LINE_END.sub(b"\r\n", body)
    stuffed = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
    return stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n")


async def _drained(protocol: SMTPProtocol, answer: asyncio.Future[SMTPResponse]) -> None:
    """Until the transport takes more, or the server has answered."""
    drained = asyncio.ensure_future(protocol._drain_helper())
    either: set[asyncio.Future[Any]] = {drained, answer}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    await _discard(drained)


def _writable(client: SMTP) -> asyncio.WriteTransport | None:
    return cast("asyncio.WriteTransport | None", client.transport)


async def _discard(task: asyncio.Future[Anything]) -> None:
    """End a task and look at its error, so that nobody is told of it later."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
