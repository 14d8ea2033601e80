"""A folder of a mailbox in memory, as a `Receiver` reads it; things happen to it between two commands."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from connectors.contracts import FolderState, RawBatch, RawMessage

FIRST_CAME_AT = datetime(2025, 4, 1, 3, tzinfo=UTC)


@dataclass
class FakeMailbox:
    """`refused` are UIDs that it lists and does not give out. `happens` is called, with the name, after a command."""

    mails: dict[int, RawMessage] = field(default_factory=dict)
    uidvalidity: int = 7
    refused: set[int] = field(default_factory=set)
    happens: Callable[[str], None] = lambda command: None
    problem: Exception | None = None

    def deliver(self, raw: bytes, *, at: datetime = FIRST_CAME_AT) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = RawMessage(uid, raw, at)
        return uid

    @property
    def state(self) -> FolderState:
        return FolderState(self.uidvalidity, len(self.mails))

    async def connect(self) -> FolderState:
        if self.problem is not None:
            raise self.problem
        return self.state

    async def wait(self, seconds: float) -> None: ...

    async def close(self) -> None: ...

    async def fetch(
        self, *, uidvalidity: int | None, after_uid: int, is_patient: bool = True
    ) -> AsyncGenerator[RawBatch, None]:
        start = after_uid if uidvalidity == self.uidvalidity else 0
        uids = [uid for uid in self.mails if uid > start]
        async for batch in self.fetch_again(uidvalidity=self.uidvalidity, uids=uids):
            yield batch

    async def fetch_again(self, *, uidvalidity: int, uids: Sequence[int]) -> AsyncGenerator[RawBatch, None]:
        found = tuple(self._give(uid) for uid in uids if uid in self.mails)
        if uidvalidity == self.uidvalidity and found:
            yield RawBatch(self.state, found)
        self.happens("fetch_again")

    def _give(self, uid: int) -> RawMessage:
        mail = self.mails[uid]
        return RawMessage(uid, None, mail.received_at, refusal="no") if uid in self.refused else mail

    async def list_dated(self, *, since: date, before: date) -> tuple[FolderState, list[int]]:
        found = [uid for uid, mail in self.mails.items() if since <= mail.received_at.date() < before]
        state = self.state
        self.happens("list_dated")
        return state, found

    async def list_uids(self, *, up_to: int) -> tuple[FolderState, frozenset[int]]:
        state, found = self.state, frozenset(uid for uid in self.mails if uid <= up_to)
        self.happens("list_uids")
        return state, found
