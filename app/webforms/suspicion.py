"""What tells a program from a person: a field that nobody sees, and how fast all of it was filled in."""

from datetime import UTC, datetime, timedelta

from app.core.clock import now
from app.core.crypto import SecretBox

HONEYPOT = "extra_note"
"""Out of sight and out of reach of the keyboard; programs fill in whatever there is."""
STAMP = "opened"
PURPOSE = "form opened"
FASTEST = timedelta(seconds=2)
"""From the first page to the sending: nobody writes and reads it through in less."""


def stamp(box: SecretBox, key: str, at: datetime | None = None) -> str:
    """When the form was opened, signed, for the page."""
    text = str(int((at or now()).timestamp() * 1000))
    return f"{text}.{box.sign(PURPOSE, f'{key} {text}')}"


def opened_at(box: SecretBox, key: str, stamped: str) -> datetime | None:
    """None for what we did not sign."""
    text, _, signature = stamped.partition(".")
    if not text.isdecimal() or not text.isascii() or not box.is_signed(PURPOSE, f"{key} {text}", signature):
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def is_suspicious(opened: datetime | None, honeypot: str) -> bool:
    return bool(honeypot) or opened is None or now() - opened < FASTEST
