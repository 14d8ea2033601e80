"""Reaching a server, and saying precisely which setting is wrong when it cannot be reached."""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from connectors.contracts import ConnectionProblem
from connectors.email.settings import EmailSettings, Security

SILENCE_BEFORE_PROBE = 2.0
PROBE_SECONDS = 3.0
HOST_ERRORS = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL})

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server of a mailbox; `protocol` (imap, smtp) is the prefix of the settings' names."""

    protocol: str
    host: str
    port: int
    security: Security
    timeout: float
    transfer_timeout: float
    ca_file: str | None

    def problem(self, code: str, setting: str, detail: object = "") -> ConnectionProblem:
        return ConnectionProblem(code, field=f"{self.protocol}_{setting}", detail=str(detail))

    async def tls_context(self) -> ssl.SSLContext:
        """Off the loop: reading the system's certificates takes 20 ms and more."""
        try:
            return await asyncio.to_thread(_tls_context, self.ca_file)
        except OSError as error:
            raise self.problem("tls", "security", error) from error

    async def reach(self, connecting: Coroutine[object, object, Result]) -> Result:
        """Connect and hear the greeting in time; a plain connection to a TLS port is noticed early."""
        task = asyncio.ensure_future(connecting)
        try:
            async with asyncio.timeout(self.timeout):
                if self.security is not Security.TLS:
                    await self._notice_tls(task)
                return await task
        except BaseException as error:
            await _stop(task)
            if isinstance(error, Exception):
                raise self.diagnose(error) from error
            raise

    def diagnose(self, error: BaseException) -> ConnectionProblem:
        """What an error while connecting says about the settings."""
        if isinstance(error, ConnectionProblem):
            return error
        cause = _root(error)
        if isinstance(cause, ssl.SSLError):
            return self._tls_problem(cause)
        if isinstance(cause, (socket.gaierror, UnicodeError, ValueError)):
            return self.problem("unknown_host", "host", cause)
        if isinstance(cause, TimeoutError):
            return self.problem("timeout", "port", "no answer in time")
        return self._network_problem(cause)

    def _network_problem(self, cause: BaseException) -> ConnectionProblem:
        if isinstance(cause, (ConnectionResetError, ConnectionAbortedError, EOFError)):
            return self.problem("protocol", "port", "the server closed the connection")
        if isinstance(cause, OSError):
            is_about_host = cause.errno in HOST_ERRORS
            return self.problem("refused", "host" if is_about_host else "port", cause)
        if isinstance(cause, OverflowError):
            return self.problem("refused", "port", cause)
        return self.problem("protocol", "port", cause)

    def _tls_problem(self, error: ssl.SSLError) -> ConnectionProblem:
        """An answer that is no TLS at all means a plain port; everything else is trouble with TLS itself."""
        if error.reason in {
            "WRONG_VERSION_NUMBER",
            "HTTP_REQUEST",
            "PACKET_LENGTH_TOO_LONG",
            "UNKNOWN_PROTOCOL",
        }:
            return self.problem("no_tls", "security", "the port does not speak TLS")
        return self.problem("tls", "security", getattr(error, "verify_message", "") or error)

    async def _notice_tls(self, task: "asyncio.Task[Result]") -> None:
        await asyncio.wait({task}, timeout=SILENCE_BEFORE_PROBE)
        if not (task.done() and task.exception() is None) and await self._speaks_tls():
            raise self.problem("tls", "security", "the port expects TLS from the first byte")

    async def _speaks_tls(self) -> bool:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with contextlib.suppress(OSError, ValueError, EOFError):
            async with asyncio.timeout(PROBE_SECONDS):
                _, writer = await asyncio.open_connection(self.host, self.port, ssl=context)
            writer.transport.abort()
            return True
        return False


def imap_endpoint(settings: EmailSettings) -> Endpoint:
    return Endpoint(
        "imap",
        settings.imap_host,
        settings.imap_port,
        settings.imap_security,
        settings.timeout,
        settings.transfer_timeout,
        settings.ca_file,
    )


def smtp_endpoint(settings: EmailSettings) -> Endpoint:
    return Endpoint(
        "smtp",
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.timeout,
        settings.transfer_timeout,
        settings.ca_file,
    )


@lru_cache(maxsize=8)
def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


def _root(error: BaseException) -> BaseException:
    """The operating system's own error below a library's."""
    cause = error.__cause__
    return _root(cause) if isinstance(cause, (OSError, UnicodeError, ValueError, EOFError)) else error


async def _stop(task: "asyncio.Task[Result]") -> None:
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
