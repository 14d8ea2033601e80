"""A story is one inquiry as it went: who did what, and when. It says nothing of how it is written down."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from app.tickets.models import Priority
from connectors.contracts import Attachment


@dataclass(frozen=True, slots=True)
class Person:
    """A customer. `name` is what stands in their mails, `surname` what they are called by."""

    name: str
    surname: str
    address: str
    phone: str
    company: str = ""

    @property
    def called(self) -> str:
        return f"{self.company}\n{self.surname}様" if self.company else f"{self.surname}様"


class Nature(StrEnum):
    """What a mail is: a person's, written by a machine, or nothing that anybody can read."""

    PERSONAL = "personal"
    AUTOMATIC = "automatic"
    UNREADABLE = "unreadable"


class Ending(StrEnum):
    """What becomes of an answer on its way out."""

    SENT = "sent"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail of the customer's comes in; the first one opens the ticket."""

    at: datetime
    subject: str
    text: str
    html: str = ""
    files: tuple[Attachment, ...] = ()
    nature: Nature = Nature.PERSONAL


@dataclass(frozen=True, slots=True)
class CallTaken:
    """An agent writes down what was said on the phone; it opens the ticket."""

    at: datetime
    by: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Noted:
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What is named is changed; `status` is a status's key."""

    at: datetime
    by: str
    team: str | None = None
    assignee: str | None = None
    category: str | None = None
    priority: Priority | None = None
    is_complaint: bool | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """An agent takes the reply lock."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was begun is laid aside, the words so far kept."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was begun is sent."""

    at: datetime
    by: str
    text: str
    next_status: str
    files: tuple[Attachment, ...] = ()
    ending: Ending = Ending.SENT


@dataclass(frozen=True, slots=True)
class Writing:
    """An agent is at it at this very moment."""

    at: datetime
    by: str
    text: str


Act: TypeAlias = Arrival | CallTaken | Noted | Changed | Begun | Drafted | Answered | Writing


@dataclass(slots=True)
class Story:
    box: str
    person: Person
    acts: list[Act] = field(default_factory=list)
