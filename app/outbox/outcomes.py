"""What an attempt at sending ended with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.outbox.models import Way
from connectors.talks import SentPart


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it; `refused` names whom it would not take, in its words. `note` is shown with it."""

    refused: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    parts: tuple[SentPart, ...] = ()


class Refusal(StrEnum):
    """What a provider of talks has against a message, where something follows from it."""

    NONE = ""
    RIGHT_GONE = "right_gone"
    QUOTA_GONE = "quota_gone"
    NOT_ADMITTED = "not_admitted"


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The provider certainly does not have it."""

    reason: str
    is_permanent: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal = Refusal.NONE
    pause: timedelta | None = None
    """For how long the provider wants to be left alone."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether the provider has it; a person decides (C7)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unspoken:
    """Nothing speaks the channel's kind now: it was not tried, and waits as long as it takes."""

    reason: str


@dataclass(frozen=True, slots=True)
class Again:
    """It waits until `at`, and is tried by this way. `counts` is whether it was a try at all."""

    reason: str
    at: datetime
    way: Way
    was_unclear: bool
    counts: bool = True


Outcome = Sent | NotTaken | Unclear
Result = Outcome | Unspoken
