"""What is fetched from a provider: raw messages, the place they lay in, and how it is read."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a folder's server says now: its UIDVALIDITY and how many messages it holds."""

    uidvalidity: int
    on_server: int


Pieces = Callable[[], AsyncGenerator[bytes]]


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One raw message and the place it lay in. `data` is None when the server would not give it out.

    One too large for the memory has `read` instead, which yields it piece by piece, and has to be called before the
    next batch is asked for. It raises ConnectionProblem.
    """

    uid: int
    data: bytes | None
    received_at: datetime
    """The server's INTERNALDATE, aware UTC."""
    refusal: str = ""
    """Without data: the server's own words, as far as it had any."""
    read: Pieces | None = None


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Raw messages in ascending UID order with the state of the folder they were read from."""

    folder: FolderState
    messages: tuple[RawMessage, ...]


class Receiver(Protocol):
    """Reads one folder of one channel. Nothing on the server is changed, flags included.

    Where the provider is no mail server, its messages need numbers that only rise, and a UIDVALIDITY that never
    changes; what it calls a folder is whatever the setting `folder` names.

    Every method raises ConnectionProblem; after that the receiver is thrown away with `close`.
    """

    async def connect(self) -> FolderState: ...

    def fetch(self, *, uidvalidity: int | None, after_uid: int, is_patient: bool = True) -> AsyncGenerator[RawBatch]:
        """Yield what lies above `after_uid`; everything when the folder's UIDVALIDITY is another one.

        A message that is refused comes without data. Where a server gives out none of several, it is the server
        that has trouble: then the patient raise, and nothing is passed over.
        """
        ...

    def fetch_again(self, *, uidvalidity: int, uids: Sequence[int]) -> AsyncGenerator[RawBatch]:
        """Yield those of these messages that are still there; none when the UIDVALIDITY is another one."""
        ...

    async def list_dated(self, *, since: date, before: date) -> tuple[FolderState, list[int]]:
        """The UIDs, ascending, of what came from `since` up to the day before `before`, by the server's calendar."""
        ...

    async def list_uids(self, *, up_to: int) -> tuple[FolderState, frozenset[int]]:
        """What lies in the folder now, up to and with this UID."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when the server tells of news, or after `seconds`."""
        ...

    async def close(self) -> None: ...
