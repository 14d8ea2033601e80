"""From settings to a signed-in IMAP connection, each failure with the setting at fault."""

import asyncio
import ssl
from base64 import b64encode

from connectors.contracts import ConnectionProblem
from connectors.email.cleaning import clean_line
from connectors.email.endpoint import Endpoint, imap_endpoint
from connectors.email.imap_connection import ImapConnection, string
from connectors.email.imap_responses import capabilities
from connectors.email.imap_wire import ImapWire
from connectors.email.settings import EmailSettings, Security


async def open_connection(settings: EmailSettings) -> ImapConnection:
    """Connect, upgrade to TLS where wanted, sign in. After a ConnectionProblem nothing is open."""
    endpoint = imap_endpoint(settings)
    context = await endpoint.tls_context()
    connection = await endpoint.reach(_greeted(endpoint, context))
    try:
        await _read_capabilities(connection)
        if settings.imap_security is Security.STARTTLS:
            await _upgrade(connection, context)
        await _sign_in(connection, settings)
    except BaseException:
        connection.wire.abort()
        raise
    return connection


async def _greeted(endpoint: Endpoint, context: ssl.SSLContext) -> ImapConnection:
    wire = ImapWire()
    try:
        await asyncio.get_running_loop().create_connection(
            lambda: wire,
            endpoint.host,
            endpoint.port,
            ssl=context if endpoint.security is Security.TLS else None,
        )
        greeting = await wire.response()
        if not greeting.text.upper().startswith((b"* OK", b"* PREAUTH")):
            raise endpoint.problem(*_odd_greeting(greeting.text))
    except BaseException:
        wire.abort()
        raise
    return ImapConnection(endpoint, wire)


def _odd_greeting(text: bytes) -> tuple[str, str, str]:
    """A server that hangs up at once (too many connections), or something that is no IMAP server."""
    words = clean_line(text.decode("utf-8", "replace"))
    return ("refused", "host", words) if text.upper().startswith(b"* BYE") else ("protocol", "port", words)


async def _upgrade(connection: ImapConnection, context: ssl.SSLContext) -> None:
    endpoint = connection.endpoint
    is_offered = "STARTTLS" in connection.capabilities
    if not is_offered or not (await connection.ask(b"STARTTLS")).startswith(b"OK"):
        raise endpoint.problem("no_tls", "security", "the server does not offer STARTTLS")
    try:
        async with asyncio.timeout(endpoint.timeout):
            transport = await asyncio.get_running_loop().start_tls(
                connection.wire.transport, connection.wire, context, server_hostname=endpoint.host
            )
    except (OSError, ValueError) as error:
        raise endpoint.diagnose(error) from error
    connection.wire.upgraded(transport)
    await _read_capabilities(connection)


async def _sign_in(connection: ImapConnection, settings: EmailSettings) -> None:
    endpoint = connection.endpoint
    if "LOGINDISABLED" in connection.capabilities:
        raise endpoint.problem("tls", "security", "the server lets nobody sign in without TLS")
    if any("\0" in text for text in (settings.imap_user, settings.imap_password)):
        raise endpoint.problem("sign_in", "user", "no user or password holds a NUL")
    status = await _introduce(connection, settings)
    if not status.startswith(b"OK"):
        raise _sign_in_problem(endpoint, status)
    await _read_capabilities(connection)


async def _introduce(connection: ImapConnection, settings: EmailSettings) -> bytes:
    if settings.access_token:
        said = f"user={settings.imap_user}\x01auth=Bearer {settings.access_token}\x01\x01"
        return await connection.authenticate(b"XOAUTH2", b64encode(said.encode()))
    return await connection.ask(b"LOGIN", string(settings.imap_user.encode()), string(settings.imap_password.encode()))


def _sign_in_problem(endpoint: Endpoint, status: bytes) -> ConnectionProblem:
    words = clean_line(status.decode("utf-8", "replace"))
    if b"PRIVACYREQUIRED" in status.upper():
        return endpoint.problem("tls", "security", words)
    return endpoint.problem("sign_in", "user", words)


async def _read_capabilities(connection: ImapConnection) -> None:
    """Asked for at each stage: they differ before TLS, after it, and once signed in."""
    _, found = await connection.command(b"CAPABILITY", read=capabilities)
    connection.capabilities = frozenset().union(*found)
