"""What is at hand when stories are written down as rows: ids, looked up once, and the story that is being written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.demo.cast import Cast
from app.demo.entries import Entry
from app.demo.received import Received
from app.demo.stories import Arrival, Story
from app.tickets.history_models import Actor
from connectors.contracts import Attachment

Opener: TypeAlias = Callable[[Story, Arrival, Sequence[str]], Received]
"""Opens an arrival; the ids are the Message-IDs of its thread so far."""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer's id, and that of the identity that they write or call with."""

    customer_id: int
    identity_id: int


@dataclass(frozen=True, slots=True)
class Office:
    """`teams` are each agent's, in the order of their ids; `mentioned` are ids by e-mail address, for each box."""

    cast: Cast
    audiences: Mapping[str, int]
    teams: Mapping[str, tuple[int, ...]]
    mentioned: Mapping[str, Mapping[str, int]]
    open_mail: Opener
    keep_files: Callable[[Sequence[Attachment]], Sequence[str]]
    """Their SHA-256."""
    new_mail_id: Callable[[], str]

    def agent(self, name: str) -> Actor:
        return Actor.agent(self.cast.agents[name])


@dataclass(slots=True)
class Page:
    """One story on its way into an entry, the Message-IDs so far, and the subject that is answered."""

    office: Office
    story: Story
    known: Known
    thread: list[str] = field(default_factory=list)
    subject: str = ""
    entry: Entry = field(init=False)
