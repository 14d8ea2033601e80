"""Which characters a mailbox's charset cannot carry, for those who may not know connectors."""

from collections.abc import Iterable

from app.channels.models import ISO_2022_JP
from connectors.email import charsets_out


def lost_in(charset: str, texts: Iterable[str]) -> tuple[str, ...]:
    return charsets_out.lost(texts) if charset == ISO_2022_JP else ()


def as_read(text: str) -> str:
    """As the one or the other reader gives it back: characters that share a cell are the same."""
    return charsets_out.as_read(text)


def look_alike(character: str) -> str:
    """What may stand in its place, '' if nothing says the same."""
    return charsets_out.look_alike(character)
