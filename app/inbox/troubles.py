"""What everybody has to know about the desk itself, and leads about mailboxes, above its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.channels.models import FAILED_POLLS
from app.channels.trying import explain
from app.core.room import Room
from app.core.rows import AnyRow

SENDING_PAUSED = "sending-paused"
DISK_FULL = "disk-full"


def troubles_of(room: Room, *, is_sending_paused: bool) -> list[str]:
    troubles = {DISK_FULL: room.is_short, SENDING_PAUSED: is_sending_paused}
    return [name for name, is_there in troubles.items() if is_there]


@dataclass(frozen=True, slots=True)
class MailboxTrouble:
    """A mailbox that could not be fetched several times in a row, or on whose server there is more than here (A2).

    Of an account whose platform sends to us: webhooks that were refused in a row, and the percentage of the month's
    messages of which people are warned (0: of none).
    """

    channel_id: int
    kind: str
    name: str
    failures: int
    missing: int
    last_success_at: datetime | None
    error: str
    advice: str
    quota_warned_at: int = 0
    is_quota_exhausted: bool = False


def mailbox_troubles(channels: Sequence[AnyRow]) -> tuple[MailboxTrouble, ...]:
    """A paused one is meant to stand still."""
    troubled = {each.id: _trouble(each) for each in channels if not each.is_paused and _is_troubled(each)}
    return tuple(troubled.values())


def _is_troubled(channel: AnyRow) -> bool:
    is_failing = (channel.failures or 0) >= FAILED_POLLS or (channel.missing or 0) > 0
    return is_failing or bool(channel.quota_warned_at or channel.is_quota_exhausted or channel.quota_error)


def _trouble(channel: AnyRow) -> MailboxTrouble:
    failures = (channel.failures or 0) if (channel.failures or 0) >= FAILED_POLLS else 0
    words, advice = explain(channel.error or "" if failures else channel.quota_error or "")
    return MailboxTrouble(
        channel.id,
        channel.kind,
        channel.name,
        failures,
        int(channel.missing or 0),
        channel.last_success_at,
        words,
        advice,
        channel.quota_warned_at or 0,
        bool(channel.is_quota_exhausted),
    )
