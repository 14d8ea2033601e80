"""What becomes of a message in a talk after an attempt (MODEL 21). Pure.

A reply's right is used up by the platform that takes it: asked once more, it tells whether it was taken. A push has a
key by which the platform knows it again for a day, so that it may be tried as often as need be until then.
"""

from datetime import datetime, timedelta

from app.core.i18n import gettext, mark
from app.outbox.models import OutboxEntry, Way
from app.outbox.outcomes import Again, NotTaken, Outcome, Refusal, Sent, Unclear

REPLY_LIFE = timedelta(seconds=50)
"""Of the minute or so that the platform gives."""
PUSH_LIFE = timedelta(hours=23)
"""Of the day for which the platform knows a key."""
ASK_AGAIN_AFTER = timedelta(seconds=1)
QUOTA_PAUSE = timedelta(hours=1)
NO_QUOTA = mark("The month's messages are used up.")
PAUSES = (
    timedelta(seconds=2),
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
)

Fate = Outcome | Again


def is_fresh(issued_at: datetime | None, at: datetime) -> bool:
    """Whether the platform must know a right to reply, unless it was used."""
    return issued_at is not None and at - issued_at < REPLY_LIFE


def is_too_late(entry: OutboxEntry, at: datetime) -> bool:
    """Whether the platform may have forgotten the key of a push."""
    return entry.first_try_at is not None and at - entry.first_try_at >= PUSH_LIFE


def fate_of(
    entry: OutboxEntry, outcome: Outcome, *, at: datetime, issued_at: datetime | None, next_month: datetime
) -> Fate:
    """`issued_at` is of the right to reply that the entry has, `next_month` when there is a new quota."""
    if isinstance(outcome, Sent):
        return outcome
    if isinstance(outcome, NotTaken) and outcome.refusal is Refusal.QUOTA_GONE:
        return _without_quota(entry, outcome, at, next_month)
    if entry.way is Way.REPLY:
        return _of_reply(entry, outcome, at, is_fresh(issued_at, at))
    return _of_push(entry, outcome, at)


def _of_reply(entry: OutboxEntry, outcome: NotTaken | Unclear, at: datetime, has_right: bool) -> Fate:
    if entry.was_unclear:
        return _of_second_reply(entry, outcome, at, has_right)
    if isinstance(outcome, Unclear):
        return Again(outcome.reason, at + ASK_AGAIN_AFTER, Way.REPLY, was_unclear=True)
    if outcome.refusal is Refusal.RIGHT_GONE:
        return Again(outcome.reason, at, Way.PUSH, was_unclear=False)
    return _later(entry, outcome, at)


def _of_second_reply(entry: OutboxEntry, outcome: NotTaken | Unclear, at: datetime, has_right: bool) -> Fate:
    """A right that is gone before its time was used by the first attempt. It never leaves by push any more."""
    if isinstance(outcome, Unclear) or not has_right:
        return Unclear(outcome.reason)
    if outcome.refusal is Refusal.RIGHT_GONE:
        return Sent()
    if outcome.is_permanent:
        return Unclear(outcome.reason)
    return Again(outcome.reason, at + PAUSES[0], Way.REPLY, was_unclear=True)


def _of_push(entry: OutboxEntry, outcome: NotTaken | Unclear, at: datetime) -> Fate:
    """Refused under its key, it was not taken under it before either."""
    if isinstance(outcome, NotTaken):
        return _later(entry, outcome, at)
    if is_too_late(entry, at):
        return outcome
    return Again(outcome.reason, at + _pause(entry), Way.PUSH, was_unclear=True)


def _later(entry: OutboxEntry, outcome: NotTaken, at: datetime) -> Fate:
    if outcome.is_permanent or outcome.refusal is Refusal.RIGHT_GONE:
        return NotTaken(outcome.reason, is_permanent=True)
    if is_too_late(entry, at):
        return Unclear(outcome.reason) if entry.was_unclear else NotTaken(outcome.reason, is_permanent=True)
    return Again(outcome.reason, at + (outcome.pause or _pause(entry)), entry.way, was_unclear=entry.was_unclear)


def _without_quota(entry: OutboxEntry, outcome: NotTaken, at: datetime, next_month: datetime) -> Fate:
    """It waits, as long as it takes; only what may have been taken before cannot wait longer than its key."""
    if entry.was_unclear and (entry.way is Way.REPLY or is_too_late(entry, at)):
        return Unclear(outcome.reason)
    reason = f"{gettext(NO_QUOTA)} ({outcome.reason})"
    return Again(reason, min(at + QUOTA_PAUSE, next_month), entry.way, was_unclear=entry.was_unclear, counts=False)


def _pause(entry: OutboxEntry) -> timedelta:
    return PAUSES[min(entry.attempts, len(PAUSES)) - 1] if entry.attempts else PAUSES[0]
