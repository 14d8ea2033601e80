r"""Merge fields in a text: `{{会社名}}`, `{{customer.company}}`, `{{会社名?}}` where it may be empty. Pure.

`\{{` is two braces and no field. What a field cannot be filled with stays as it is written, for people to see.
Full-width braces are braces: they are what an input method types.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from app.letters.fields import COMPANY, DEPARTMENT, TO_COMPANIES, Values, is_by_hand, key_of

BRACES = "[{｛]{2}"
TOKEN = re.compile(rf"\\(?P<escaped>{BRACES})|{BRACES}(?:(?P<name>[^{{}}｛｝\n]*)[}}｝]{{2}})?")
MAX_SHOWN = 24
GAP = "\0"
BLANKS = "[ \u3000]"
GAPS = re.compile(f"{BLANKS}*(?:{GAP}{BLANKS}*)+")
MAY_BE_EMPTY = ("?", "？")


@dataclass(slots=True)
class Merged:
    """A text with its fields filled. `empty` and `unknown` are those that stayed, as they are written."""

    text: str = ""
    empty: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.empty and not self.unknown


Show = Callable[[str], str]
"""How a value is written into the text."""


def fill(text: str, values: Values) -> Merged:
    """For going on writing: braces in a value are escaped, and escapes stay, so that filling again changes nothing."""
    return _Filling(values, escape, keeps_escapes=True).fill(text)


def complete(text: str, values: Values) -> Merged:
    """For sending: escapes become what they stand for. Lines that quote somebody are left as they came."""
    return _Filling(values, str, skips_quotes=True).fill(text)


def complete_html(text: str, values: Values) -> Merged:
    return _Filling(values, lambda value: html.escape(value).replace("\n", "<br>")).fill(text)


def escape(text: str) -> str:
    """So that it comes out of `complete` as it is."""
    return re.sub(BRACES, lambda found: f"\\{found[0]}", text)


def unknown_fields(text: str) -> list[str]:
    """What stands in braces and is no field: refused when a template is saved."""
    return fill(text, {}).unknown


class _Filling:
    def __init__(self, values: Values, show: Show, *, keeps_escapes: bool = False, skips_quotes: bool = False) -> None:
        self._values, self._show = values, show
        self._keeps_escapes, self._skips_quotes = keeps_escapes, skips_quotes
        self._merged = Merged()

    def fill(self, text: str) -> Merged:
        lines: list[str] = []
        for line in text.split("\n"):
            self._add(lines, line)
        self._merged.text = "\n".join(lines)
        return self._merged

    def _add(self, lines: list[str], line: str) -> None:
        """A line whose fields may all be empty goes with them; 御中 alone goes behind the company above it."""
        if self._skips_quotes and line.startswith(">"):
            lines.append(line)
            return
        filled = TOKEN.sub(self._replace, line.replace(GAP, ""))
        shown = GAPS.sub(_close, filled)
        if GAP not in filled or shown.strip():
            if GAP in filled and shown.strip() == TO_COMPANIES and self._ends_with_company(lines):
                lines[-1] += f" {TO_COMPANIES}"
            else:
                lines.append(shown)

    def _ends_with_company(self, lines: list[str]) -> bool:
        names = [self._values.get(key, "") for key in (COMPANY, DEPARTMENT)]
        return bool(lines) and any(name and lines[-1].rstrip().endswith(self._show(name)) for name in names)

    def _replace(self, found: re.Match[str]) -> str:
        if found["escaped"]:
            return found[0] if self._keeps_escapes else found["escaped"]
        name = found["name"]
        if name is None:
            self._note(self._merged.unknown, found.string[found.start() :].strip()[:MAX_SHOWN])
            return found[0]
        return self._value(found[0], name.strip())

    def _value(self, written: str, name: str) -> str:
        may_be_empty = name.endswith(MAY_BE_EMPTY)
        name = name[:-1] if may_be_empty else name
        key = key_of(name)
        value = self._values.get(key, "") if key else ""
        if value:
            return self._show(value)
        if key and may_be_empty:
            return GAP
        self._note(self._merged.empty if key or is_by_hand(name) else self._merged.unknown, written)
        return written

    def _note(self, kind: list[str], written: str) -> None:
        if written not in kind:
            kind.append(written)


def _close(gap: re.Match[str]) -> str:
    """What is left of the blanks beside fields that fell out: one of them in the middle, none at either end."""
    is_at_end = gap.start() == 0 or gap.end() == len(gap.string)
    return "" if is_at_end else gap[0].replace(GAP, "")[:1]
