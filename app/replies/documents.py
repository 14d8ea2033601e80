"""Locks and drafts as the API tells them."""

from typing import Any

from app.core.clock import rfc3339
from app.replies.models import Draft, HeldLock

Document = dict[str, Any]


def lock_document(lock: HeldLock) -> Document:
    return {
        "token": lock.token,
        "holder": {"id": lock.holder.id, "name": lock.holder.name},
        "taken_at": rfc3339(lock.taken_at),
        "expires_at": rfc3339(lock.expires_at),
    }


def draft_document(draft: Draft) -> Document:
    return {**draft.body, "base_version": draft.base_version, "saved_at": rfc3339(draft.saved_at)}
