"""Locks and drafts as the API tells them."""

from collections.abc import Sequence
from typing import Any

from app.core.clock import rfc3339
from app.outbox.parting import Contents, TooLong, abilities_for, count_units, room_of, split_text
from app.replies.characters import Lost
from app.replies.models import Draft, HeldLock

Document = dict[str, Any]


def lock_document(lock: HeldLock) -> Document:
    return {
        "token": lock.token,
        "holder": {"id": lock.holder.id, "name": lock.holder.name},
        "taken_at": rfc3339(lock.taken_at),
        "expires_at": rfc3339(lock.expires_at),
    }


def characters_document(charset: str, lost: Sequence[Lost]) -> Document:
    found = [{"character": each.character, "instead": each.instead, "fields": each.fields} for each in lost]
    return {"charset": charset, "lost": found}


def parts_document(kind: str, text: str, contents: Contents) -> Document:
    """On a channel of this kind, in UTF-16 units."""
    abilities = abilities_for(kind)
    units, most = count_units(text.strip()), room_of(abilities, contents)
    try:
        parts = list(split_text(text, abilities, contents))
    except TooLong:
        return {"fits": False, "units": units, "most": most, "parts": []}
    return {"fits": True, "units": units, "most": most, "parts": parts}


def draft_document(draft: Draft) -> Document:
    return {**draft.body, "base_version": draft.base_version, "saved_at": rfc3339(draft.saved_at)}
