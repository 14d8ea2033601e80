"""A copy of what was sent, in the mailbox's own folder of sent mail (RFC 6154), where other programs look for it."""

import asyncio
import re
from collections.abc import Sequence

from connectors.contracts import OutboundMessage
from connectors.email import composer, folders, imap_responses
from connectors.email.cleaning import clean_line
from connectors.email.imap_connection import ImapConnection
from connectors.email.imap_opening import open_connection
from connectors.email.imap_wire import Response
from connectors.email.settings import EmailSettings

IS_SENT = re.compile(rb"\* LIST \([^)]*\\Sent\b", re.IGNORECASE)


class ImapSentFolder:
    """Implements contracts.SentKeeper. Without a name it is the folder that the server calls the one for sent mail."""

    def __init__(self, settings: EmailSettings, folder: str = "") -> None:
        self.settings = settings
        self.folder = folder

    async def keep(self, message: OutboundMessage) -> None:
        """One copy, however often it is asked for. Raises ConnectionProblem."""
        data = await asyncio.to_thread(composer.compose, message)
        connection = await open_connection(self.settings)
        try:
            folder = folders.quoted(folders.encode(self.folder or await _named_by_server(connection)))
            if not await _has(connection, folder, message.message_id):
                await _append(connection, folder, data)
        finally:
            await connection.close()


async def _named_by_server(connection: ImapConnection) -> str:
    which = [b"(SPECIAL-USE)"] if "SPECIAL-USE" in connection.capabilities else []
    _, found = await connection.command(b"LIST", *which, b'""', b'"*"', read=_sent_folder)
    if not found:
        raise connection.endpoint.problem("no_folder", "folder", "the server names no folder for sent mail")
    return found[0]


def _sent_folder(response: Response) -> str | None:
    return imap_responses.folder_name(response) if IS_SENT.match(response.text) else None


async def _has(connection: ImapConnection, folder: bytes, mail_id: str) -> bool:
    """A worker may have died between the copy and the note that it is there."""
    _require_ok(connection, await connection.ask(b"EXAMINE", folder))
    words: Sequence[bytes] = (b"UID SEARCH", b"HEADER", b"Message-ID", folders.quoted(mail_id.encode()))
    status, found = await connection.command(
        *words, read=imap_responses.searched, seconds=connection.endpoint.transfer_timeout
    )
    _require_ok(connection, status)
    return any(found)


async def _append(connection: ImapConnection, folder: bytes, data: bytes) -> None:
    literal = b"{%d}\r\n" % len(data) + data
    words: Sequence[bytes] = (b"APPEND", folder, rb"(\Seen)", literal)
    status, _ = await connection.command(*words, read=lambda _: None, seconds=connection.endpoint.transfer_timeout)
    _require_ok(connection, status)


def _require_ok(connection: ImapConnection, status: bytes) -> None:
    if not status.startswith(b"OK"):
        words = clean_line(status.decode("utf-8", "replace"))
        raise connection.endpoint.problem("no_folder", "folder", words)
