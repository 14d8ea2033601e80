"""One webhook's body as the bytes of its events, each as it came: read by its brackets alone, so that nothing that is
odd inside of one event, however deep or long, reaches its neighbours. Pure; never raises."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}:,]|[^\s"\[\]{}:,]+', re.DOTALL)
EVENTS, DESTINATION = '"events"', '"destination"'
OPENING, CLOSING = "[{", "]}"


@dataclass(slots=True)
class Body:
    """`destination` is JSON, as it came, or empty; `events` is None where there is no such list."""

    destination: str = ""
    events: list[str] | None = None


def split(text: str) -> Body:
    walk = _Walk(text)
    for match in TOKEN.finditer(text):
        walk.step(match)
    is_whole = walk.depth == 0 and walk.is_object
    return walk.body if is_whole else Body()


@dataclass(slots=True)
class _Walk:
    """Where in the body we are: at depth 1 between the members of its object, at depth 2 in a list of one of them."""

    text: str
    depth: int = 0
    is_object: bool = False
    key: str = ""
    last: str = ""
    start: int = -1
    end: int = -1
    body: Body = field(default_factory=Body)

    def step(self, match: "re.Match[str]") -> None:
        token = match.group()
        if token in CLOSING:
            self._close(match)
        elif token == "," and self.depth == 2:
            self._end_item()
        elif token not in (":", ","):
            self._note(match)
        if token in OPENING:
            self._open(token)
        if self.depth == 1:
            self._follow(token)

    def _open(self, token: str) -> None:
        if self.depth == 0:
            self.is_object = token == "{" and not self.is_object
        if self.depth == 1 and token == "[" and self.key == EVENTS:
            self.body.events = self.body.events or []
            self.start = -1
        self.depth += 1

    def _close(self, match: "re.Match[str]") -> None:
        if self.depth == 2:
            self._end_item()
        self.depth -= 1
        self._reach(match.end())

    def _note(self, match: "re.Match[str]") -> None:
        if self.depth == 2 and self.start < 0:
            self.start = match.start()
        self._reach(match.end())

    def _reach(self, end: int) -> None:
        if self.depth >= 2:
            self.end = end

    def _end_item(self) -> None:
        """Of any list or object at depth 2; only the items of the events are kept."""
        if self.key == EVENTS and self.body.events is not None and self.start >= 0:
            self.body.events.append(self.text[self.start : self.end])
        self.start = -1

    def _follow(self, token: str) -> None:
        if token == ":":
            self.key = self.last
        elif token == ",":
            self.key = ""
        elif self.key == DESTINATION and token.startswith('"'):
            self.body.destination = token
        self.last = token
