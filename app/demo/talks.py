"""Talks on LINE, read from `texts/line.toml`: who speaks with the shop, and what is said line after line."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.demo.scripts import TEXTS

STICKERS = {"ありがとう": "52002734", "お願いします": "52002739"}
STICKER_PACKAGE = "11537"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A LINE user; `id` is the same in every demo, and in the simulator that is started beside it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A group that the account was invited to."""

    id: str
    name: str
    members: Sequence[Speaker]


@dataclass(frozen=True, slots=True)
class Line:
    """`kind` is what happens; `value` what is said with it, `by` the member of a group that says it."""

    kind: str
    value: Any
    minutes: float
    status: str
    by: Speaker


@dataclass(frozen=True, slots=True)
class Talk:
    speaker: Speaker
    circle: Circle | None
    agent: str
    hours_ago: float
    category: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Talks:
    speakers: Mapping[str, Speaker]
    circles: Mapping[str, Circle]
    talks: Sequence[Talk]


KINDS = ("says", "sticker", "place", "answers", "notes", "unsends", "follows", "blocks", "joins", "closes")
A_MOMENT = 3


@cache
def load_talks() -> Talks:
    read = tomllib.loads((TEXTS / "line.toml").read_text(encoding="utf-8"))
    speakers = {each["key"]: Speaker(_id("U", each["key"]), each["name"]) for each in read["person"]}
    circles = {
        each["key"]: Circle(_id("C", each["key"]), each["name"], [speakers[key] for key in each["members"]])
        for each in read["group"]
    }
    return Talks(speakers, circles, [_talk(each, speakers, circles) for each in read["talk"]])


def _talk(entry: dict[str, Any], speakers: Mapping[str, Speaker], circles: Mapping[str, Circle]) -> Talk:
    circle = circles.get(entry["who"])
    speaker = circle.members[0] if circle else speakers[entry["who"]]
    lines = [_line(each, speaker, speakers) for each in entry["lines"]]
    return Talk(speaker, circle, entry["by"], entry["ago"], entry["category"], lines)


def _line(entry: dict[str, Any], speaker: Speaker, speakers: Mapping[str, Speaker]) -> Line:
    kind = next(name for name in KINDS if name in entry)
    by = speakers[entry["by"]] if "by" in entry else speaker
    return Line(kind, entry[kind], entry.get("after", A_MOMENT), entry.get("status", "in_progress"), by)


def _id(letter: str, key: str) -> str:
    return letter + hashlib.sha256(f"demo {key}".encode()).hexdigest()[:32]
