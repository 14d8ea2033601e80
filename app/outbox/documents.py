from typing import Any

from app.channels.models import Channel
from app.core.clock import rfc3339
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
        "way": entry.way or None,
        "created_at": rfc3339(entry.created_at),
        "not_before": rfc3339(entry.not_before),
        "settled_at": rfc3339(entry.settled_at),
    }
