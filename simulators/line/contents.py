"""What a user's message is, as the event says it."""

from collections.abc import Callable
from typing import Any

Content = dict[str, Any]

STICKERS = {
    "52002734": ("11537", ["ありがとう", "Thanks"]),
    "52002735": ("11537", ["おはよう", "Good morning"]),
    "52002736": ("11537", ["了解", "OK"]),
    "52002739": ("11537", ["お願いします", "Please"]),
    "52002744": ("11537", ["ごめんなさい", "Sorry"]),
    "52002749": ("11537", ["困った", "Help"]),
    "52002750": ("11537", ["うれしい", "Happy"]),
    "52002768": ("11537", ["おつかれさま", "Good job"]),
}
"""By their id: package and words. They are drawn as their words: nothing is fetched from LINE."""

WITH_QUOTE_TOKEN = ("text", "sticker", "image", "video")
PROVIDED = ("image", "video", "audio")


def content(kind: str, said: dict[str, Any]) -> Content:
    """What a user of the page or of the control API says, made whole; unknown kinds stay as they are said."""
    complete = MAKERS.get(kind, dict)(said)
    return {"type": kind, **complete}


def plain_text(text: str, *, emojis: list[dict[str, Any]], mentionees: list[dict[str, Any]]) -> Content:
    mention = {"mention": {"mentionees": mentionees}} if mentionees else {}
    return {"text": text, **({"emojis": emojis} if emojis else {}), **mention}


def units_before(text: str, index: int) -> int:
    """LINE's positions count UTF-16."""
    return len(text[:index].encode("utf-16-le")) // 2


def _text(said: dict[str, Any]) -> Content:
    text = str(said.get("text", ""))
    return plain_text(text, emojis=said.get("emojis", []), mentionees=said.get("mentionees", []))


def _sticker(said: dict[str, Any]) -> Content:
    sticker = str(said.get("stickerId", next(iter(STICKERS))))
    package, words = STICKERS.get(sticker, ("1", []))
    keywords = said.get("keywords", words)
    return {
        "packageId": str(said.get("packageId", package)),
        "stickerId": sticker,
        "stickerResourceType": said.get("stickerResourceType", "STATIC"),
        **({"keywords": keywords} if keywords else {}),
        **({"text": said["text"]} if "text" in said else {}),
    }


def _image(said: dict[str, Any]) -> Content:
    return {"contentProvider": _provider(said), **_named(said, "imageSet")}


def _played(said: dict[str, Any]) -> Content:
    return {"contentProvider": _provider(said), "duration": said.get("duration", 3000)}


def _file(said: dict[str, Any]) -> Content:
    return {"fileName": said.get("fileName", "資料.pdf"), "fileSize": said.get("fileSize", 0)}


def _location(said: dict[str, Any]) -> Content:
    usual = {"title": "東京駅", "address": "東京都千代田区丸の内1丁目", "latitude": 35.681236, "longitude": 139.767125}
    if "latitude" not in said:
        return usual
    return _named(said, "title", "address", "latitude", "longitude")


def _provider(said: dict[str, Any]) -> Content:
    if "originalContentUrl" in said:
        return {"type": "external", **_named(said, "originalContentUrl", "previewImageUrl")}
    return {"type": "line"}


def _named(said: dict[str, Any], *names: str) -> Content:
    return {name: said[name] for name in names if name in said}


MAKERS: dict[str, Callable[[dict[str, Any]], Content]] = {
    "text": _text,
    "sticker": _sticker,
    "image": _image,
    "video": _played,
    "audio": _played,
    "file": _file,
    "location": _location,
}
