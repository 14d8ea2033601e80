"""What templates may not have, read from their source: Jinja is taken out, the HTML that stays is walked."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

JINJA_SILENT = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
JINJA_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
MACRO = re.compile(r"\{%-?\s*macro\b.*?\bendmacro\s*-?%\}", re.DOTALL)
UNSAFE = re.compile(r"\|\s*safe\b|\bautoescape\s+false\b")
HANDLER = re.compile(r"^(on[a-z]+|hx-on.*)$")
NEEDS_NONCE = {"script", "style"}
DATA = "application/json"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Walker(HTMLParser):
    """Every element with its depth, and the text outside of all elements."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.depth = 0
        self.elements: list[tuple[int, int, str, dict[str, str | None]]] = []
        self.loose_text = ""
        self.feed(JINJA_VALUE.sub("x", JINJA_SILENT.sub(_same_lines, source)))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((self.depth, self.getpos()[0], tag, dict(attrs)))
        if tag not in VOID:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((self.depth, self.getpos()[0], tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID

    def handle_data(self, data: str) -> None:
        if self.depth == 0:
            self.loose_text += data.strip()


def _same_lines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def roots(source: str) -> Iterator[str]:
    """A fragment is swapped by its id, so it is one element."""
    walker = Walker(MACRO.sub("", source))
    found = [(tag, attributes) for depth, _, tag, attributes in walker.elements if depth == 0]
    if walker.loose_text or len(found) != 1:
        yield f"one root element, not {[tag for tag, _ in found]} and {walker.loose_text[:20]!r}"
    elif not found[0][1].get("id"):
        yield f"the root element <{found[0][0]}> has no id"


def inline_code(source: str) -> Iterator[str]:
    """The content security policy would refuse it, silently for the person at the screen."""
    for _, line, tag, attributes in Walker(source).elements:
        for name in attributes:
            if name == "style" or HANDLER.match(name):
                yield f"{line}: {name}= on <{tag}>"
        if tag in NEEDS_NONCE and "nonce" not in attributes and attributes.get("type") != DATA:
            yield f"{line}: <{tag}> without nonce"


def unescaped(source: str) -> Iterator[str]:
    for number, line in enumerate(source.splitlines(), start=1):
        if UNSAFE.search(line):
            yield f"{number}: not escaped"
