"""What LINE hands out with an event, to be brought back once or more often."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from simulators.line import naming
from simulators.line.problems import INVALID_REPLY_TOKEN, LineProblem

KEPT_TOKENS = 50_000

Value = TypeVar("Value")


class Bounded(OrderedDict[str, Value], Generic[Value]):
    """Forgets the oldest."""

    def __setitem__(self, key: str, value: Value) -> None:
        super().__setitem__(key, value)
        while len(self) > KEPT_TOKENS:
            self.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Reply:
    chat_id: str
    expires_at: float


class Tokens:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._replies: Bounded[Reply] = Bounded()
        self._messages: Bounded[str] = Bounded()

    def for_reply(self, chat_id: str, *, seconds: float) -> str:
        token = naming.token()
        self._replies[token] = Reply(chat_id, self._clock() + seconds)
        return token

    def chat_to_reply_to(self, token: object) -> str:
        """Raises LineProblem where the token is unknown, used or too old."""
        reply = self._replies.get(token) if isinstance(token, str) else None
        if reply is None or reply.expires_at <= self._clock():
            raise LineProblem(400, INVALID_REPLY_TOKEN)
        return reply.chat_id

    def use(self, token: str) -> None:
        """Good once."""
        self._replies.pop(token, None)

    def for_message(self, message_id: str) -> str:
        """Names this message in a quote, or when it is marked as read."""
        token = naming.token()
        self._messages[token] = message_id
        return token

    def message_of(self, token: object) -> str | None:
        return self._messages.get(token) if isinstance(token, str) else None
