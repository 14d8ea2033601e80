from datetime import UTC, datetime
from typing import Any

from app.channels.models import Channel
from app.outbox.models import OutboxEntry

Document = dict[str, Any]


def entry_document(entry: OutboxEntry, *, subject: str, channel: Channel) -> Document:
    return {
        "id": entry.id,
        "state": entry.state,
        "ticket": {"number": entry.ticket_id, "subject": subject},
        "message_id": entry.message_id,
        "channel": {"id": channel.id, "name": channel.name, "key": channel.key, "kind": channel.kind},
        "error": entry.error or None,
        "attempts": entry.attempts,
        "is_scheduled": entry.is_scheduled,
        "created_at": _instant(entry.created_at),
        "not_before": _instant(entry.not_before),
        "settled_at": _instant(entry.settled_at),
    }


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if at else None
