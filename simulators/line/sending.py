"""Reply and push: what LINE checks, in which order, and what it remembers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from simulators.line import naming, problems
from simulators.line.ledger import Accepted, Ledger
from simulators.line.people import People
from simulators.line.problems import LineProblem, bad_property, bad_request
from simulators.line.rules import Rules
from simulators.line.talks import ACCOUNT, Bubble, Talks, Way
from simulators.line.tokens import Bounded, Tokens
from simulators.line.validation import objections

QUOTABLE = ("text", "textV2", "sticker", "image", "video")


@dataclass(frozen=True, slots=True)
class Taken:
    """A push with a retry key."""

    request_id: str
    at: float
    sent: list[dict[str, str]]


class Counter:
    """Calls in the running second."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._second, self._count = 0, 0

    def count(self) -> int:
        second = int(self._clock())
        self._second, self._count = second, self._count + 1 if second == self._second else 1
        return self._count


@dataclass(slots=True)
class Post:
    """The account's side of all talks."""

    people: People
    talks: Talks
    tokens: Tokens
    ledger: Ledger
    clock: Callable[[], float]
    keys: Bounded[Taken]

    def reply(self, body: dict[str, Any], rules: Rules, *, request_id: str) -> list[dict[str, str]]:
        """Free, once for each token, within its life. Raises LineProblem."""
        messages = _fit_messages(body, rules)
        chat_id = self.tokens.chat_to_reply_to(body.get("replyToken"))
        self.tokens.use(body["replyToken"])
        return self._accept(messages, "reply", chat_id, request_id=request_id, reply_token=body["replyToken"])

    def push(
        self, body: dict[str, Any], rules: Rules, *, request_id: str, retry_key: str | None
    ) -> list[dict[str, str]]:
        """Counts towards the quota, by those whom it reaches. Raises LineProblem."""
        self._refuse_known(retry_key, rules)
        messages = _fit_messages(body, rules)
        chat_id = self._receiver(body.get("to"))
        cost = len(self.people.listeners(chat_id))
        if rules.quota.limit is not None and rules.quota.used + cost > rules.quota.limit:
            raise LineProblem(429, problems.MONTHLY_LIMIT)
        rules.quota.used += cost
        sent = self._accept(messages, "push", chat_id, request_id=request_id, retry_key=retry_key)
        if retry_key:
            self.keys[retry_key] = Taken(request_id, self.clock(), sent)
        return sent

    def _refuse_known(self, key: str | None, rules: Rules) -> None:
        if key is None:
            return
        if not _is_uuid(key):
            raise LineProblem(400, "Invalid retry key")
        taken = self.keys.get(key)
        if taken and self.clock() - taken.at < rules.retry_key_seconds:
            raise LineProblem(
                409,
                problems.ALREADY_ACCEPTED,
                more={"sentMessages": taken.sent},
                headers={"x-line-accepted-request-id": taken.request_id},
            )

    def _receiver(self, to: object) -> str:
        if not naming.is_id(to):
            raise bad_property("to")
        chat_id = str(to)
        is_left = chat_id in self.people.groups and not self.people.groups[chat_id].has_account
        if is_left or not self.people.knows(chat_id):
            raise LineProblem(400, problems.NOT_SENT)
        return chat_id

    def _accept(
        self,
        messages: list[dict[str, Any]],
        way: Way,
        chat_id: str,
        *,
        request_id: str,
        retry_key: str | None = None,
        reply_token: str | None = None,
    ) -> list[dict[str, str]]:
        shown_to = self.people.listeners(chat_id)
        sent = []
        for message in messages:
            number, at = naming.message_id(), int(self.clock() * 1000)
            quoted = self.tokens.message_of(message.get("quoteToken"))
            self.ledger.add(Accepted(number, request_id, at, way, chat_id, shown_to, message, retry_key, reply_token))
            self.talks.add(Bubble(number, chat_id, ACCOUNT, message, at, way, shown_to, quoted))
            quote = {"quoteToken": self.tokens.for_message(number)} if message["type"] in QUOTABLE else {}
            sent.append({"id": number, **quote})
        return sent


def _fit_messages(body: dict[str, Any], rules: Rules) -> list[dict[str, Any]]:
    messages = body.get("messages")
    if details := objections(messages, allows_http=rules.allows_http):
        raise bad_request(details)
    return list(messages or [])


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
