"""By what talks and their messages are known again: hashes, since what a platform calls them may be anything."""

import hashlib


def talk_key(channel_id: int, kind: str, address: str) -> str:
    """Of a conversation: `key_hash`."""
    return _hash(f"{channel_id}\0{kind}\0{address}")


def message_key(channel_kind: str, provider_id: str) -> str:
    """Of a message, ours or theirs: `id_hash`."""
    return _hash(f"{channel_kind}\0{provider_id}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
