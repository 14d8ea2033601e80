"""Whether messages are such as LINE takes."""

import json
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

KINDS = "text textV2 image video audio location sticker imagemap template flex coupon".split()
MAX_MESSAGES = 5
MAX_TEXT_UNITS = 5000
MAX_URL = 2000
MAX_SENDER_NAME = 20
MAX_QUICK_REPLIES = 13
MAX_TITLE = 100
MAX_ALT_TEXT = 1500

Details = Iterator[dict[str, str]]
Message = dict[str, Any]


def objections(messages: object, *, allows_http: bool) -> list[dict[str, str]]:
    """What LINE would list in `details`."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MAX_MESSAGES:
        return [_detail("messages", f"Size must be between 1 and {MAX_MESSAGES}")]
    found: list[dict[str, str]] = []
    for number, message in enumerate(messages):
        found += _objections_to(message, f"messages[{number}]", allows_http=allows_http)
    return found


def text_units(text: str) -> int:
    """LINE counts UTF-16: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _objections_to(message: object, place: str, *, allows_http: bool) -> Details:
    if not isinstance(message, dict) or message.get("type") not in KINDS:
        yield _detail(f"{place}.type", f"Must be one of the following values: [{', '.join(KINDS)}]")
        return
    yield from CHECKS.get(message["type"], _nothing)(message, place)
    for name in ("originalContentUrl", "previewImageUrl"):
        if name in NEEDED_URLS.get(message["type"], ()):
            yield from _address(message.get(name), f"{place}.{name}", allows_http=allows_http)
    yield from _quick_replies(message.get("quickReply"), f"{place}.quickReply")
    yield from _sender(message.get("sender"), f"{place}.sender")


def _text(message: Message, place: str) -> Details:
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        yield _detail(f"{place}.text", "May not be empty")
    elif text_units(text) > MAX_TEXT_UNITS:
        yield _detail(f"{place}.text", f"Length must be between 0 and {MAX_TEXT_UNITS}")
    if not isinstance(message.get("quoteToken", ""), str):
        yield _detail(f"{place}.quoteToken", "Must be a string")


def _sticker(message: Message, place: str) -> Details:
    for name in ("packageId", "stickerId"):
        if not str(message.get(name) or "").isdigit():
            yield _detail(f"{place}.{name}", "Must be a valid sticker")


def _audio(message: Message, place: str) -> Details:
    duration = message.get("duration")
    if not isinstance(duration, int) or isinstance(duration, bool) or duration < 1:
        yield _detail(f"{place}.duration", "Must be greater than 0")


def _location(message: Message, place: str) -> Details:
    for name in ("title", "address"):
        text = message.get(name)
        if not isinstance(text, str) or not text:
            yield _detail(f"{place}.{name}", "May not be empty")
        elif len(text) > MAX_TITLE:
            yield _detail(f"{place}.{name}", f"Length must be between 0 and {MAX_TITLE}")
    for name, limit in (("latitude", 90), ("longitude", 180)):
        value = message.get(name)
        if not isinstance(value, int | float) or not -limit <= value <= limit:
            yield _detail(f"{place}.{name}", f"Must be between -{limit} and {limit}")


def _alt_text(message: Message, place: str) -> Details:
    text = message.get("altText")
    if not isinstance(text, str) or not text:
        yield _detail(f"{place}.altText", "May not be empty")
    elif len(text) > MAX_ALT_TEXT:
        yield _detail(f"{place}.altText", f"Length must be between 0 and {MAX_ALT_TEXT}")


def _nothing(message: Message, place: str) -> Details:
    yield from ()


CHECKS: dict[str, Callable[[Message, str], Details]] = {
    "text": _text,
    "textV2": _text,
    "sticker": _sticker,
    "audio": _audio,
    "location": _location,
    "imagemap": _alt_text,
    "template": _alt_text,
    "flex": _alt_text,
}
NEEDED_URLS = {
    "image": ("originalContentUrl", "previewImageUrl"),
    "video": ("originalContentUrl", "previewImageUrl"),
    "audio": ("originalContentUrl",),
}


def _address(url: object, place: str, *, allows_http: bool) -> Details:
    if not isinstance(url, str) or not url:
        yield _detail(place, "May not be empty")
    elif len(url) > MAX_URL:
        yield _detail(place, f"Length must be between 0 and {MAX_URL}")
    elif not is_fit_address(url, allows_http=allows_http):
        yield _detail(place, "Must be a valid HTTPS URL")


def is_fit_address(url: str, *, allows_http: bool) -> bool:
    """https; where it is allowed, http to this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https" and host:
        return True
    return allows_http and parts.scheme == "http" and is_loopback(host)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _quick_replies(value: object, place: str) -> Details:
    if value is None:
        return
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_QUICK_REPLIES:
        yield _detail(f"{place}.items", f"Size must be between 1 and {MAX_QUICK_REPLIES}")
        return
    for number, item in enumerate(items):
        action = item.get("action") if isinstance(item, dict) else None
        if not isinstance(action, dict) or not action.get("type"):
            yield _detail(f"{place}.items[{number}].action", "May not be empty")
        elif action["type"] != "uri" and not 1 <= len(str(action.get("label") or "")) <= MAX_SENDER_NAME:
            yield _detail(f"{place}.items[{number}].action.label", f"Length must be between 1 and {MAX_SENDER_NAME}")


def _sender(value: object, place: str) -> Details:
    name = value.get("name") if isinstance(value, dict) else None
    if name is not None and not 1 <= len(str(name)) <= MAX_SENDER_NAME:
        yield _detail(f"{place}.name", f"Length must be between 1 and {MAX_SENDER_NAME}")
    if name is not None and "LINE" in str(name).upper().split():
        yield _detail(f"{place}.name", "May not include words that are not allowed")


def _detail(place: str, message: str) -> dict[str, str]:
    return {"message": message, "property": place}


def parsed(body: bytes) -> dict[str, Any]:
    """A body of JSON. Raises ValueError."""
    value = json.loads(body)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
