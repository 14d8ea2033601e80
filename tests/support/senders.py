"""Senders with a memory, that fail the way they are told."""

import asyncio
from dataclasses import dataclass, field

from connectors.contracts import CommitPoint, DeliveryError, OutboundMessage, Receipt


class WorkerKilled(BaseException):
    """The process died; nothing of it cleans up. Raised where it happens."""


@dataclass
class RecordingSender:
    """`sent` is what a provider has; `offered` counts attempts. A failure is used up by each attempt."""

    failures: list[Exception | BaseException] = field(default_factory=list)
    failures_after_commit_point: list[Exception | BaseException] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    sent: list[OutboundMessage] = field(default_factory=list)
    offered: int = 0
    may_commit: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    is_offered: asyncio.Event = field(default_factory=asyncio.Event)
    is_handed_over: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_commit.set()
        self.may_answer.set()

    def fail(self, reason: str = "451 try later", *, is_permanent: bool = False, times: int = 1) -> None:
        self.failures += [DeliveryError(reason, is_permanent=is_permanent) for _ in range(times)]

    async def send(self, message: OutboundMessage, *, before_commit_point: CommitPoint) -> Receipt:
        self.offered += 1
        self.is_offered.set()
        if self.failures:
            raise self.failures.pop(0)
        await self.may_commit.wait()
        await before_commit_point()
        self.sent.append(message)
        self.is_handed_over.set()
        if self.failures_after_commit_point:
            raise self.failures_after_commit_point.pop(0)
        await self.may_answer.wait()
        return Receipt(detail="250 queued", refused=self.refused)

    @property
    def ids(self) -> list[str]:
        return [message.message_id for message in self.sent]
