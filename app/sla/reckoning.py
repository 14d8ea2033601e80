"""What we owe a customer, and until when, from what happened on a ticket. Pure.

A reply is owed from the customer's first word after our last one that left, and not from before the ticket was last
reopened. Resolution is owed from the arrival or the last reopening; its clock stands still while the next word is the
customer's. A ticket that is done, spam, in the trash or merged away owes nothing; an imported one only what it was
reopened for (MODEL 11).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.channels.business_time import Calendar
from app.sla.models import DeadlineKind, Reckoned

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Word:
    """`is_ours`: an answer that the customer has."""

    at: datetime
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """In which it was our turn; still so while there is no end."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """`words` are those since our last answer by mail or message, in their order."""

    created_at: datetime
    is_open: bool
    is_imported: bool
    has_first_reply: bool
    reopened_at: datetime | None
    words: Sequence[Word]
    turns: Sequence[Stretch]

    @property
    def begun_at(self) -> datetime | None:
        """When the present round began; none for what was imported and lay still since."""
        return self.reopened_at or (None if self.is_imported else self.created_at)

    def turns_since(self, begin: datetime) -> list[Stretch]:
        later = (turn for turn in self.turns if turn.end is None or turn.end > begin)
        return [replace(turn, begin=max(turn.begin, begin)) for turn in later]


@dataclass(frozen=True, slots=True)
class Terms:
    """How much time there is; `calendar` is empty where every hour counts."""

    seconds: int
    warn_share: int | None
    raise_seconds: int | None
    calendar: Calendar | None
    warn_seconds: int | None = None

    @property
    def warned_after(self) -> int | None:
        """Seconds, by what comes first; who has less time than that is not warned by it."""
        by_share = None if self.warn_share is None else self.seconds * self.warn_share // HUNDRED
        before = None if self.warn_seconds is None else self.seconds - self.warn_seconds
        return min((each for each in (by_share, before) if each is not None and each > 0), default=None)

    def after(self, begin: datetime, seconds: int) -> datetime | None:
        """None where nobody will ever have worked so long."""
        if self.calendar is None:
            return begin + timedelta(seconds=seconds)
        try:
            return self.calendar.after(begin, seconds)
        except ValueError:
            return None

    def between(self, begin: datetime, end: datetime) -> int:
        if self.calendar is None:
            return int((end - begin).total_seconds())
        return self.calendar.business_seconds(begin, end)


def owed(inquiry: Inquiry) -> dict[DeadlineKind, datetime]:
    """Each promise that is open now, with when it began."""
    begun_at = inquiry.begun_at
    if not inquiry.is_open or begun_at is None:
        return {}
    found = {DeadlineKind.RESOLUTION: begun_at}
    asked_at = _unanswered_since(inquiry.words)
    if asked_at is not None:
        kind = DeadlineKind.NEXT_REPLY if inquiry.has_first_reply else DeadlineKind.FIRST_REPLY
        found[kind] = max(asked_at, inquiry.reopened_at or asked_at)
    return found


def turns_of(inquiry: Inquiry, kind: DeadlineKind, begun_at: datetime) -> list[Stretch]:
    """In which its clock runs: who waits for a reply waits without a pause."""
    return inquiry.turns_since(begun_at) if kind is DeadlineKind.RESOLUTION else [Stretch(begun_at, None)]


def reckon(turns: Sequence[Stretch], terms: Terms) -> Reckoned:
    due_at, left = _reach(turns, terms.seconds, terms)
    warn_at = None
    if terms.warned_after is not None:
        warn_at, _ = _reach(turns, terms.warned_after, terms)
    raise_at = None
    if due_at is not None and terms.raise_seconds is not None:
        raise_at = terms.after(due_at, terms.raise_seconds)
    return Reckoned(due_at, None if due_at else left, warn_at, raise_at)


def _unanswered_since(words: Sequence[Word]) -> datetime | None:
    since: datetime | None = None
    for word in words:
        since = None if word.is_ours else since or word.at
    return since


def _reach(turns: Sequence[Stretch], seconds: int, terms: Terms) -> tuple[datetime | None, int]:
    """The instant at which so much of our own time had passed; else none, and what is left."""
    left = seconds
    for turn, used in _used(turns, terms):
        if used is None or used >= left:
            return terms.after(turn.begin, left), left
        left -= used
    return None, left


def _used(turns: Sequence[Stretch], terms: Terms) -> Iterator[tuple[Stretch, int | None]]:
    for turn in turns:
        yield turn, None if turn.end is None else terms.between(turn.begin, turn.end)
