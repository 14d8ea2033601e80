"""What customers ask and how it is answered, read from `texts/`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from app.demo.wording import Wording
from app.tickets.models import Priority

TEXTS = Path(__file__).parent / "texts"
FILES = ("goods", "orders", "returns", "business", "phone")
PHONE_BOX = "phone"
RISE = 6
"""How much more often a rising matter comes up of late."""


@dataclass(frozen=True, slots=True)
class Script:
    """One matter: the question, the answer, and perhaps a second round of both."""

    category: str
    box: str
    subject: Wording
    asks: Wording
    answers: Wording
    more: Wording | None
    closes: Wording
    notes: tuple[Wording, ...]
    files: tuple[str, ...]
    more_files: tuple[str, ...]
    reply_files: tuple[str, ...]
    weight: int
    is_rising: bool
    is_html: bool
    is_complaint: bool
    priority: Priority


@dataclass(frozen=True, slots=True)
class Library:
    scripts: Sequence[Script]
    weights: Sequence[int]
    late_weights: Sequence[int]

    def choose(self, random: Random, *, is_late: bool) -> Script:
        return random.choices(self.scripts, self.late_weights if is_late else self.weights)[0]

    @property
    def categories(self) -> list[str]:
        """Each once, as a path, in the order in which they are first named."""
        return list(dict.fromkeys(script.category for script in self.scripts))


@cache
def load_library() -> Library:
    scripts = [script for name in FILES for script in _read(TEXTS / f"{name}.toml")]
    late = [script.weight * (RISE if script.is_rising else 1) for script in scripts]
    return Library(scripts, [script.weight for script in scripts], late)


def _read(path: Path) -> list[Script]:
    return [_script(entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["story"]]


def _script(entry: dict[str, Any]) -> Script:
    return Script(
        category=entry["category"],
        box=entry["box"],
        subject=Wording.of(entry["subject"]),
        asks=Wording.of(entry["asks"]),
        answers=Wording.of(entry.get("answers", "")),
        more=Wording.of(entry["more"]) if "more" in entry else None,
        closes=Wording.of(entry.get("closes", "")),
        notes=tuple(map(Wording.of, entry.get("notes", ()))),
        files=tuple(entry.get("files", ())),
        more_files=tuple(entry.get("more_files", ())),
        reply_files=tuple(entry.get("reply_files", ())),
        weight=entry["weight"],
        is_rising=entry.get("rising", False),
        is_html=entry.get("html", False),
        is_complaint=entry.get("complaint", False),
        priority=Priority(entry.get("priority", "normal")),
    )
