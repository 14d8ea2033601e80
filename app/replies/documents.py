"""Locks and drafts as the API tells them."""

from datetime import UTC, datetime
from typing import Any

from app.replies.models import Draft, HeldLock

Document = dict[str, Any]


def lock_document(lock: HeldLock) -> Document:
    return {
        "token": lock.token,
        "holder": {"id": lock.holder.id, "name": lock.holder.name},
        "taken_at": _instant(lock.taken_at),
        "expires_at": _instant(lock.expires_at),
    }


def draft_document(draft: Draft) -> Document:
    return {**draft.body, "base_version": draft.base_version, "saved_at": _instant(draft.saved_at)}


def _instant(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
