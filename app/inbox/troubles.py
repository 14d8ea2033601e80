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
    """A mailbox that could not be fetched several times in a row, or on whose server there is more than here (A2)."""

    channel_id: int
    name: str
    failures: int
    missing: int
    last_success_at: datetime | None
    error: str
    advice: str


def mailbox_troubles(channels: Sequence[AnyRow]) -> tuple[MailboxTrouble, ...]:
    """A paused one is meant to stand still."""
    troubled = {each.id: _trouble(each) for each in channels if not each.is_paused and _is_troubled(each)}
    return tuple(troubled.values())


def _is_troubled(channel: AnyRow) -> bool:
    return (channel.failures or 0) >= FAILED_POLLS or (channel.missing or 0) > 0


def _trouble(channel: AnyRow) -> MailboxTrouble:
    failures = (channel.failures or 0) if (channel.failures or 0) >= FAILED_POLLS else 0
    words, advice = explain(channel.error or "") if failures else ("", "")
    return MailboxTrouble(
        channel.id, channel.name, failures, int(channel.missing or 0), channel.last_success_at, words, advice
    )
