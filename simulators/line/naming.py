"""Ids and tokens, in the shapes that LINE gives them."""

import secrets
from hashlib import sha256
from itertools import count
from typing import Literal

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TIME_CHARACTERS = 10
RANDOM_CHARACTERS = 16
FIRST_MESSAGE = 560_000_000_000_000_000

Kind = Literal["U", "C", "R"]
"""A user, a group, a room."""

_message_numbers = count(FIRST_MESSAGE + secrets.randbelow(10**15))


def steady_id(kind: Kind, name: str) -> str:
    """The same name has the same id at every start."""
    return kind + sha256(f"simulators.line:{name}".encode()).hexdigest()[:32]


def new_id(kind: Kind) -> str:
    return kind + secrets.token_hex(16)


def is_id(text: object, kinds: str = "UCR") -> bool:
    if not isinstance(text, str) or len(text) != 33 or text[0] not in kinds:
        return False
    return all(character in "0123456789abcdef" for character in text[1:])


def message_id() -> str:
    """Digits; later ones are greater, and no two starts of the simulator give out the same."""
    return str(next(_message_numbers))


def event_id(milliseconds: int) -> str:
    """A ULID: 48 bits of time, 80 of chance."""
    number, head = milliseconds, ""
    for _ in range(TIME_CHARACTERS):
        number, place = divmod(number, 32)
        head = CROCKFORD[place] + head
    return head + "".join(secrets.choice(CROCKFORD) for _ in range(RANDOM_CHARACTERS))


def token() -> str:
    """Of replying, quoting and marking as read: nothing can be read from it."""
    return secrets.token_urlsafe(32)


def request_id() -> str:
    parts = secrets.token_hex(16)
    return f"{parts[:8]}-{parts[8:12]}-{parts[12:16]}-{parts[16:20]}-{parts[20:]}"
