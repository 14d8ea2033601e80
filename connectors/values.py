"""Values of foreign JSON, taken for what they ought to be; whatever they are instead is nothing. Pure; never raises."""

import json
import re
from collections.abc import Mapping
from typing import Any

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"
MAX_WORD = 1_000
MAX_WHOLE = 2**53

Json = Mapping[str, Any]


def loads(text: str) -> Any:
    """None for what is no JSON, or too deep, or has numbers too long to read."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def text_of(value: object) -> str:
    """Without lone surrogates and NUL, each of which keeps its place."""
    return UNSTORABLE.sub(REPLACEMENT, value) if isinstance(value, str) else ""


def word_of(value: object) -> str:
    """An id or a key; a number stands for its digits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_WHOLE:
        return str(value)
    return text_of(value)[:MAX_WORD]


def whole_of(value: object) -> int | None:
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_WHOLE
    return int(value) if is_whole and isinstance(value, int) else None


def number_of(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    is_bounded = -MAX_WHOLE < value < MAX_WHOLE  # not so for NaN either
    return float(value) if is_bounded else None


def object_of(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def without_nothing(**values: object) -> dict[str, Any]:
    """Those that say something."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
