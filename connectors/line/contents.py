"""What a message of LINE's says, by its kind: words, files, and what it has beside them. Pure; never raises."""

import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.talks import RemoteFile
from connectors.values import Json, list_of, number_of, object_of, text_of, whole_of, without_nothing, word_of

MAX_URL = 2_000
MAX_MARKS = 500
UNKNOWN_TYPE = "application/octet-stream"
TYPES = mimetypes.MimeTypes()
MEDIA = {"image": ("image/jpeg", ".jpg"), "video": ("video/mp4", ".mp4"), "audio": ("audio/mp4", ".m4a")}


@dataclass(frozen=True, slots=True)
class Content:
    text: str = ""
    files: tuple[RemoteFile, ...] = ()
    extras: dict[str, Any] = field(default_factory=dict)


def content_of(message: Json) -> Content:
    """Of a kind that this version does not know only that."""
    kind = word_of(message.get("type"))
    read = READERS.get(kind)
    if read is None:
        return Content(extras={"unknown": {"type": kind}})
    content = read(message)
    quoted = word_of(message.get("quotedMessageId"))
    return Content(content.text, content.files, {**content.extras, **without_nothing(quoted_id=quoted)})


def _text(message: Json) -> Content:
    text = text_of(message.get("text"))
    places = _Places(text)
    mentions = [
        places.mark(each) | _mentioned(each) for each in _marks(object_of(message.get("mention")), "mentionees")
    ]
    emojis = [places.mark(each) | _emoji(each) for each in _marks(message, "emojis")]
    return Content(text, extras=without_nothing(mentions=_placed(mentions), emojis=_placed(emojis)))


def _sticker(message: Json) -> Content:
    """Its own words, or those by which it is found."""
    words = text_of(message.get("text")).strip() or "、".join(
        filter(None, (text_of(each).strip() for each in list_of(message.get("keywords"))))
    )
    sticker = without_nothing(
        package_id=word_of(message.get("packageId")),
        sticker_id=word_of(message.get("stickerId")),
        resource_type=word_of(message.get("stickerResourceType")),
        words=words[:200],
    )
    return Content(extras={"sticker": sticker})


def _media(message: Json) -> Content:
    content_type, ending = MEDIA[word_of(message.get("type"))]
    image_set = object_of(message.get("imageSet"))
    parts = without_nothing(
        id=word_of(image_set.get("id")),
        index=whole_of(image_set.get("index")),
        total=whole_of(image_set.get("total")),
    )
    extras = without_nothing(
        set=parts if "id" in parts else None, media=message.get("type"), duration_ms=whole_of(message.get("duration"))
    )
    address = _elsewhere(object_of(message.get("contentProvider")))
    name = f"line-{word_of(message.get('id'))}{ending}"
    return Content(files=_file(message, address, name, content_type), extras=extras)


def _file(message: Json, address: str, name: str, content_type: str) -> tuple[RemoteFile, ...]:
    if address:
        return (RemoteFile(address, name, content_type, is_elsewhere=True),)
    message_id = word_of(message.get("id"))
    return (RemoteFile(message_id, name, content_type),) if message_id else ()


def _elsewhere(provider: Json) -> str:
    """Where a picture or film lies that is not with LINE."""
    url = text_of(provider.get("originalContentUrl"))
    is_address = url.startswith(("https://", "http://")) and len(url) <= MAX_URL
    return url if provider.get("type") == "external" and is_address else ""


def _any_file(message: Json) -> Content:
    name = text_of(message.get("fileName")).strip()[:200] or f"line-{word_of(message.get('id'))}"
    content_type = TYPES.guess_type(name, strict=False)[0] or UNKNOWN_TYPE
    extras = without_nothing(media="file", size=whole_of(message.get("fileSize")))
    return Content(files=_file(message, "", name, content_type), extras=extras)


def _location(message: Json) -> Content:
    """Its name and address are its words too, so that they are found and printed."""
    title, address = text_of(message.get("title")).strip(), text_of(message.get("address")).strip()
    latitude, longitude = number_of(message.get("latitude")), number_of(message.get("longitude"))
    is_on_earth = latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180
    place: dict[str, Any] = {"title": title, "address": address, "latitude": None, "longitude": None}
    if is_on_earth:
        place |= {"latitude": latitude, "longitude": longitude}
    return Content("\n".join(filter(None, (title, address))), extras={"place": place})


READERS: dict[str, Callable[[Json], Content]] = {
    "text": _text,
    "sticker": _sticker,
    "image": _media,
    "video": _media,
    "audio": _media,
    "file": _any_file,
    "location": _location,
}


def _marks(holder: Json, name: str) -> Sequence[Json]:
    return [object_of(each) for each in list_of(holder.get(name))[:MAX_MARKS]]


def _mentioned(mark: Json) -> dict[str, Any]:
    return without_nothing(
        kind=word_of(mark.get("type")), address=word_of(mark.get("userId")), is_self=mark.get("isSelf") is True or None
    )


def _emoji(mark: Json) -> dict[str, Any]:
    return without_nothing(product_id=word_of(mark.get("productId")), emoji_id=word_of(mark.get("emojiId")))


def _placed(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [mark for mark in marks if "index" in mark]


class _Places:
    """LINE counts UTF-16 units, we count characters."""

    def __init__(self, text: str) -> None:
        self._starts: dict[int, int] = {}
        unit = 0
        for number, character in enumerate(text):
            self._starts[unit] = number
            unit += 2 if ord(character) > 0xFFFF else 1
        self._starts[unit] = len(text)

    def mark(self, mark: Json) -> dict[str, Any]:
        """Nothing for what lies outside of the text, or across half a character."""
        index, length = whole_of(mark.get("index")), whole_of(mark.get("length"))
        if index is None or length is None or length <= 0:
            return {}
        start, end = self._starts.get(index), self._starts.get(index + length)
        return {} if start is None or end is None else {"index": start, "length": end - start}
