"""Argon2id, in threads of its own: never on the event loop, never inside a transaction, never many at once."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash

HASHES_AT_ONCE = 4
"""Each takes 64 MiB."""

_hasher = PasswordHash.recommended()
_threads = ThreadPoolExecutor(HASHES_AT_ONCE, thread_name_prefix="password")


async def hash_password(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads, _hash, password)


async def verify_password(password: str, stored: str) -> bool:
    """False for an empty `stored` too, after the same time: whoever asks cannot tell who exists."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password, stored)


def _hash(password: str) -> str:
    return _hasher.hash(_folded(password))


def _verify(password: str, stored: str) -> bool:
    is_right = _hasher.verify(_folded(password), stored or _hash_of_nobody())
    return is_right and bool(stored)


def _folded(password: str) -> str:
    """The same word typed with a full-width keyboard is the same password."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("nobody has this password")
