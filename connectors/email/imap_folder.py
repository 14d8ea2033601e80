"""Reading one folder without changing anything in it."""

import re
from collections.abc import Iterator, Sequence

from connectors.contracts import ConnectionProblem, FolderState
from connectors.email import folders, imap_responses
from connectors.email.cleaning import clean_line
from connectors.email.imap_connection import ImapConnection
from connectors.email.imap_responses import Listed

BATCH_COUNT = 100
BATCH_BYTES = 16 * 1024 * 1024
MAXIMUM_MESSAGE_BYTES = 50 * 1024 * 1024
LONGEST_FOLDER_LIST = 2_000
NOT_NOW = re.compile(
    rb"\[(?:UNAVAILABLE|INUSE|LIMIT)\]|unavailable|throttl|too many|try (?:again|later)", re.IGNORECASE
)
"""RFC 5530, and what large providers say when they are asked too much."""


class NotNow(ConnectionProblem):
    """The server refuses for the moment: what it keeps is no broken message, and the cursor must not pass it."""


async def examine(connection: ImapConnection, folder: str) -> FolderState:
    """Open the folder for reading only: SELECT would take the Recent flags away."""
    connection.message_count = 0
    name = folders.quoted(folders.encode(folder))
    status, found = await connection.command(b"EXAMINE", name, read=imap_responses.uidvalidity)
    if not status.startswith(b"OK"):
        raise await _no_folder(connection, status)
    if not found:
        raise connection.endpoint.problem("protocol", "folder", "the folder has no UIDVALIDITY")
    connection.has_news = False
    return FolderState(found[0], connection.message_count)


async def listing(connection: ImapConnection, after_uid: int) -> list[Listed]:
    """All messages above a UID, in order. `n:*` names the last message even when it lies below n."""
    if connection.message_count == 0:
        return []
    words = b"UID FETCH", f"{after_uid + 1}:*".encode(), b"(UID RFC822.SIZE INTERNALDATE)"
    status, found = await connection.command(*words, read=imap_responses.listed, seconds=_transfer(connection))
    _require_ok(connection, status)
    by_uid = {message.uid: message for message in found if message.uid > after_uid}
    return [by_uid[uid] for uid in sorted(by_uid)]


async def bodies(connection: ImapConnection, uids: Sequence[int]) -> dict[int, bytes]:
    """The raw messages that the server gives out, by UID; it may keep some, or refuse all with a NO.

    Raises NotNow when it says that it would give them out at another time.
    """
    if not uids:
        return {}
    words = b"UID FETCH", ",".join(map(str, uids)).encode(), b"(UID BODY.PEEK[])"
    status, found = await connection.command(*words, read=imap_responses.body, seconds=_transfer(connection))
    if not status.startswith(b"OK") and NOT_NOW.search(status):
        raise not_now(connection, clean_line(status.decode("utf-8", "replace")))
    return dict(found)


def not_now(connection: ImapConnection, words: str) -> NotNow:
    return NotNow("protocol", field=f"{connection.endpoint.protocol}_folder", detail=words)


def batches(messages: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Neighbours, few enough in number and bytes; a large message stands alone."""
    batch: list[Listed] = []
    size = 0
    for message in messages:
        cost = message.size if is_fetchable(message) else 0
        if batch and (len(batch) >= BATCH_COUNT or size + cost > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += cost
    if batch:
        yield batch


def is_fetchable(message: Listed) -> bool:
    return message.size <= MAXIMUM_MESSAGE_BYTES


def _transfer(connection: ImapConnection) -> float:
    return connection.endpoint.transfer_timeout


def _require_ok(connection: ImapConnection, status: bytes) -> None:
    if not status.startswith(b"OK"):
        raise connection.endpoint.problem("protocol", "folder", clean_line(status.decode("utf-8", "replace")))


async def _no_folder(connection: ImapConnection, status: bytes) -> ConnectionProblem:
    _, names = await connection.command(b"LIST", b'""', b'"*"', read=imap_responses.folder_name)
    said = clean_line(status.decode("utf-8", "replace"))
    detail = f"{said}; the folders are: {', '.join(names)}"
    return connection.endpoint.problem("no_folder", "folder", detail[:LONGEST_FOLDER_LIST])
