"""From a message of ours to LINE's message objects. Pure."""

from collections.abc import Sequence
from typing import Any

from connectors.contracts import OutboundMessage
from connectors.splitting import TooLong, count_units, split
from connectors.talks import Abilities, Answer, Media

MAX_SENDER_NAME = 20
MAX_LABEL = 20
DEFAULT_DURATION_MS = 1_000
ABILITIES = Abilities(
    max_units=5_000,
    most=5,
    files_in_one=12,  # links: of each there are 400 units, more than an address of ours has
    has_stickers=True,
    can_quote=True,
    has_quick_replies=True,
    has_rights=True,
    fetches_files=True,
    has_profiles=True,
)
LIMIT = ABILITIES.max_units

Json = dict[str, Any]


def build(message: OutboundMessage) -> list[Json]:
    """In the order in which they are read: words, pictures and sounds, links to files, the sticker.

    Raises TooLong where the words do not fit beside the rest.
    """
    answer = message.answer
    if answer is None:
        raise ValueError("there is no talk to answer in")
    others = [*_shown(answer.media), *_links(answer.media), *_stickers(answer)]
    texts = split(message.text, most=ABILITIES.most - len(others), limit=LIMIT)
    return _finished([*({"type": "text", "text": each} for each in texts), *others], answer)


def _shown(media: Sequence[Media]) -> list[Json]:
    return [_medium(each) for each in media if each.kind in ("image", "video", "audio")]


def _medium(media: Media) -> Json:
    shown: Json = {"type": media.kind, "originalContentUrl": media.url}
    if media.kind == "audio":
        return {**shown, "duration": media.duration_ms or DEFAULT_DURATION_MS}
    return {**shown, "previewImageUrl": media.preview_url}


def _links(media: Sequence[Media]) -> list[Json]:
    """Many files in one message, every one of them."""
    files = [each for each in media if each.kind == "file"]
    in_one = ABILITIES.files_in_one
    some = [files[first : first + in_one] for first in range(0, len(files), in_one)]
    return [{"type": "text", "text": _lines(each)} for each in some]


def _lines(files: Sequence[Media]) -> str:
    """With their names where there is room for those. Raises TooLong."""
    named, bare = "\n\n".join(f"{each.name}\n{each.url}" for each in files), "\n".join(each.url for each in files)
    lines = named if count_units(named) <= LIMIT else bare
    if count_units(lines) > LIMIT:
        raise TooLong(count_units(lines), LIMIT)
    return lines


def _stickers(answer: Answer) -> list[Json]:
    if answer.sticker is None:
        return []
    package_id, sticker_id = answer.sticker
    return [{"type": "sticker", "packageId": package_id, "stickerId": sticker_id}]


def _finished(messages: list[Json], answer: Answer) -> list[Json]:
    """The first that can quote does, the last offers the quick replies, each bears the name."""
    quoting = next((each for each in messages if each["type"] in ("text", "sticker")), None)
    if answer.quote_token and quoting is not None:
        quoting["quoteToken"] = answer.quote_token
    if answer.quick_replies and messages:
        messages[-1]["quickReply"] = {"items": [_choice(each) for each in answer.quick_replies]}
    if answer.sender_name:
        for each in messages:
            each["sender"] = {"name": answer.sender_name[:MAX_SENDER_NAME]}
    return messages


def _choice(text: str) -> Json:
    return {"type": "action", "action": {"type": "message", "label": text[:MAX_LABEL], "text": text}}
