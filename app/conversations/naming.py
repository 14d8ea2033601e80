"""What a message of a talk is, where it has no words of its own: a sticker, a picture, a place."""

from collections.abc import Mapping
from typing import Any

from app.core.i18n import gettext, mark

MEDIA = {"image": mark("Picture"), "video": mark("Video"), "audio": mark("Voice message"), "file": mark("File")}
STICKER = mark("Sticker")
PLACE = mark("Place")
POSTBACK = mark("A button was pressed")
UNKNOWN = mark("LINE sent something that this version does not know")
UNSENT = mark("(a message that was unsent)")
MESSAGE = mark("Message")
MAX_WORDS = 60


def name_of(extras: Mapping[str, Any] | None) -> str:
    """In the reader's language, or, where it is kept, in the installation's."""
    said = extras or {}
    if "sticker" in said:
        words = str(said["sticker"].get("words", ""))[:MAX_WORDS]
        return f"{gettext(STICKER)}: {words}" if words else gettext(STICKER)
    if media := MEDIA.get(str(said.get("media"))):
        return gettext(media)
    for name, words in (("place", PLACE), ("postback", POSTBACK), ("unknown", UNKNOWN)):
        if name in said:
            return gettext(words)
    return gettext(MESSAGE)
