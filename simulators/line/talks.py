"""What stands in each talk, as its members see it."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, Field

from simulators.line.naming import message_id

KEPT_MESSAGES = 50_000
ACCOUNT = "account"
DELIVERIES, PEOPLE = "deliveries", "people"
"""What pages are told of besides talks."""

Way = Literal["user", "reply", "push"]


@dataclass(slots=True)
class Bubble:
    """A message in a talk. `message` is as it was sent, by the user or by the account."""

    id: str
    chat_id: str
    author: str
    message: dict[str, Any]
    at: int
    """In milliseconds."""
    way: Way = "user"
    shown_to: list[str] = field(default_factory=list)
    quoted_id: str | None = None
    is_unsent: bool = False
    is_read: bool = False
    """By the account."""

    def seen_by(self, user_id: str) -> dict[str, Any] | None:
        """None where this user does not see it."""
        if self.author != user_id and user_id not in self.shown_to:
            return None
        message = {} if self.is_unsent else self.message
        names = ("id", "author", "at", "way", "quoted_id", "is_unsent", "is_read")
        return {**{name: getattr(self, name) for name in names}, "message": message}


class SaidForm(BaseModel):
    """What stood in a talk before the simulator began. `author` is a user's id or `account`."""

    chat: str
    author: str
    message: dict[str, Any]
    at: int
    id: str = Field(default_factory=message_id)
    is_unsent: bool = False


class Talks:
    """A bounded memory: the oldest messages are forgotten first."""

    def __init__(self) -> None:
        self._bubbles: OrderedDict[str, Bubble] = OrderedDict()
        self._loading: dict[str, float] = {}
        self._listeners: set[asyncio.Queue[str]] = set()

    def add(self, bubble: Bubble) -> None:
        self._bubbles[bubble.id] = bubble
        while len(self._bubbles) > KEPT_MESSAGES:
            self._bubbles.popitem(last=False)
        if bubble.author == ACCOUNT:
            self._loading.pop(bubble.chat_id, None)
        self.tell(bubble.chat_id)

    def clear(self) -> None:
        chats = {bubble.chat_id for bubble in self._bubbles.values()}
        self._bubbles.clear()
        self._loading.clear()
        for chat_id in chats:
            self.tell(chat_id)

    def find(self, message_id: str) -> Bubble | None:
        return self._bubbles.get(message_id)

    def of(self, chat_id: str) -> Iterator[Bubble]:
        return (bubble for bubble in self._bubbles.values() if bubble.chat_id == chat_id)

    def mark_read(self, chat_id: str, *, until: str | None = None) -> None:
        """All that users wrote there, or what was there when the message `until` came."""
        for bubble in self.of(chat_id):
            bubble.is_read = bubble.is_read or bubble.author != ACCOUNT
            if bubble.id == until:
                break
        self.tell(chat_id)

    def unsend(self, bubble: Bubble) -> None:
        bubble.is_unsent = True
        self.tell(bubble.chat_id)

    def load(self, chat_id: str, *, until: float) -> None:
        """The three dots of somebody who is about to answer."""
        self._loading[chat_id] = until
        self.tell(chat_id)

    def loading_until(self, chat_id: str) -> float:
        return self._loading.get(chat_id, 0)

    def listen(self) -> asyncio.Queue[str]:
        """Gets the id of each talk that changes, until `leave`."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        self._listeners.discard(queue)

    def tell(self, chat_id: str) -> None:
        for queue in self._listeners:
            queue.put_nowait(chat_id)
