"""Reading one folder without changing anything in it."""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from connectors.contracts import ConnectionProblem, FolderState
from connectors.email import folders, imap_responses
from connectors.email.cleaning import clean_line
from connectors.email.identifiers import MONTHS
from connectors.email.imap_connection import ImapConnection
from connectors.email.imap_responses import Listed
from connectors.email.imap_wire import Response

BATCH_COUNT = 100
BATCH_BYTES = 16 * 1024 * 1024
MAXIMUM_MESSAGE_BYTES = 50 * 1024 * 1024
"""Of one that is read in one go."""
LARGEST_BYTES = 512 * 1024 * 1024
PIECE_BYTES = 4 * 1024 * 1024
LONGEST_FOLDER_LIST = 2_000
UIDS_AT_ONCE = 500

Item = TypeVar("Item")


@dataclass(slots=True)
class Given:
    """What a server gave out of a batch, and its words where it would not.

    An empty answer for a message that has a size is no message: it is refused.
    """

    batch: Sequence[Listed]
    found: dict[int, bytes] = field(default_factory=dict)
    last_words: str = ""
    _words: dict[int, str] = field(default_factory=dict)

    @property
    def missing(self) -> list[int]:
        """What may be asked for and was not given out yet."""
        return [each.uid for each in self.batch if is_fetchable(each) and each.uid not in self.found]

    def note(self, bodies: Mapping[int, bytes], words: str) -> None:
        sizes = {each.uid: each.size for each in self.batch}
        self.found.update({uid: data for uid, data in bodies.items() if data or not sizes.get(uid)})
        self.last_words = words or self.last_words
        self._words.update(dict.fromkeys(self.missing, self.last_words))

    def refusal(self, uid: int) -> str:
        return self._words.get(uid, "")


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


async def listing(connection: ImapConnection, uid_set: bytes) -> list[Listed]:
    """These messages, in order, with what is to be known before one asks for them."""
    return await _ask(connection, uid_set, b"(UID RFC822.SIZE INTERNALDATE)", read=imap_responses.listed)


async def dates(connection: ImapConnection, uid_set: bytes) -> list[Listed]:
    """For those whose size a server cannot tell: of any."""
    return await _ask(connection, uid_set, b"(UID INTERNALDATE)", read=imap_responses.dated)


async def uids(connection: ImapConnection, uid_set: bytes) -> list[int]:
    """Which of these messages there are. No server has to open a message for it."""
    return await _ask(connection, uid_set, b"(UID)", read=imap_responses.uid)


async def dated(connection: ImapConnection, since: date, before: date) -> list[int]:
    """The UIDs of what came from `since` up to the day before `before`, in no order."""
    words = b"UID SEARCH", b"SINCE", _day(since), b"BEFORE", _day(before)
    status, found = await connection.command(*words, read=imap_responses.searched, seconds=_transfer(connection))
    _require_ok(connection, status)
    return [uid for uids in found for uid in uids]


def _day(day: date) -> bytes:
    return f"{day.day}-{MONTHS[day.month - 1]}-{day.year:04}".encode()


async def _ask(
    connection: ImapConnection, uid_set: bytes, items: bytes, *, read: Callable[[Response], Item | None]
) -> list[Item]:
    if connection.message_count == 0:
        return []
    words = b"UID FETCH", uid_set, items
    status, found = await connection.command(*words, read=read, seconds=_transfer(connection))
    _require_ok(connection, status)
    return found


def above(after_uid: int) -> bytes:
    """`n:*` names the last message even when it lies below n."""
    return f"{after_uid + 1}:*".encode()


def sets(uids: Sequence[int]) -> Iterator[list[int]]:
    """Servers take no command line without end."""
    return (list(uids[first : first + UIDS_AT_ONCE]) for first in range(0, len(uids), UIDS_AT_ONCE))


def written(uids: Sequence[int]) -> bytes:
    return ",".join(map(str, uids)).encode()


async def bodies(connection: ImapConnection, uids: Sequence[int]) -> tuple[dict[int, bytes], str]:
    """The raw messages that the server gives out, by UID, and its words when it refuses: it may keep some, or all."""
    if not uids:
        return {}, ""
    words = b"UID FETCH", written(uids), b"(UID BODY.PEEK[])"
    status, found = await connection.command(*words, read=imap_responses.body, seconds=_transfer(connection))
    return dict(found), "" if status.startswith(b"OK") else clean_line(status.decode("utf-8", "replace"))


async def pieces(connection: ImapConnection, message: Listed) -> AsyncGenerator[bytes]:
    """One message in order: the server is asked for the next piece when the last one is taken.

    It may be longer or shorter than the server said, but what ends in the middle is refused.
    """
    offset, piece = 0, b""
    while (offset < message.size or len(piece) == PIECE_BYTES) and offset < LARGEST_BYTES:
        piece = await _piece(connection, message, offset)
        if not piece:
            return
        yield piece
        offset += len(piece)


async def _piece(connection: ImapConnection, message: Listed, offset: int) -> bytes:
    """Empty after the end. No answer about it is none: a message may be refused, or deleted, while it is read."""
    words = f"{message.uid}".encode(), f"(UID BODY.PEEK[]<{offset}.{PIECE_BYTES}>)".encode()
    status, found = await connection.command(
        b"UID FETCH", *words, read=imap_responses.body, seconds=_transfer(connection)
    )
    piece = dict(found).get(message.uid)
    is_ok = status.startswith(b"OK")
    if offset < message.size and (not is_ok or piece is None or not (piece or offset)):
        raise gives_nothing(connection, "" if is_ok else clean_line(status.decode("utf-8", "replace")))
    return piece or b""


def gives_nothing(connection: ImapConnection, words: str) -> ConnectionProblem:
    """It is the server that has trouble, and not one message: the cursor must not pass what it keeps."""
    detail = words or "the server gives out none of its messages"
    return connection.endpoint.problem("protocol", "folder", detail)


def batches(messages: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Neighbours, few enough in number and bytes; a large message stands alone."""
    batch: list[Listed] = []
    size = 0
    for message in messages:
        cost = message.size if message.size <= LARGEST_BYTES else 0
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
