"""A text in as many messages as a channel makes of it, for those who may not know connectors."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.channels.registry import abilities_of
from connectors.splitting import TooLong, count_units, split
from connectors.talks import Abilities

__all__ = ["Abilities", "Contents", "TooLong", "abilities_for", "count_units", "fits", "room_of", "split_text"]

PLAIN = Abilities()


@dataclass(frozen=True, slots=True)
class Contents:
    """What there is beside words, in kinds that become messages."""

    shown: int = 0
    files: int = 0
    has_sticker: bool = False


def abilities_for(kind: str) -> Abilities:
    """What can be said on a kind of channel that is one of talks."""
    return abilities_of(kind) or PLAIN


def fits(abilities: Abilities, contents: Contents) -> bool:
    """Whether it goes at once, without any words."""
    return _beside(abilities, contents) <= abilities.most


def room_of(abilities: Abilities, contents: Contents) -> int:
    """For how many units of text there is room beside so much else."""
    return _room(abilities, contents) * abilities.max_units


def split_text(text: str, abilities: Abilities, contents: Contents) -> Sequence[str]:
    """The messages that a text becomes beside so much else. Raises TooLong."""
    return split(text, most=_room(abilities, contents), limit=abilities.max_units)


def _room(abilities: Abilities, contents: Contents) -> int:
    return max(abilities.most - _beside(abilities, contents), 0)


def _beside(abilities: Abilities, contents: Contents) -> int:
    return abilities.count_beside(shown=contents.shown, files=contents.files, has_sticker=contents.has_sticker)
