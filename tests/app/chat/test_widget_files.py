"""What the widget costs a visitor: all that is ever loaded in one language, as it is built and sent."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

from app.chat.widget_routes import FOLDER, version
from tests.support.chat_stand_in import StandIn
from tests.support.fixtures_web import Clients

WIDGET = Path("app/static/widget")
PAGE_VIEW = 7_900
WHOLE = 20_480
"""In bytes, compressed."""
STATIC = re.compile(r'import\{[^}]*\}from"\./([\w-]+\.js)"')
KEY = re.compile(r"^  (\w+): ", re.MULTILINE)
SENT = re.compile(r'"(\w+)":')
FORBIDDEN = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", ".style")


def test_a_page_view_loads_little_and_the_rest_comes_when_it_is_opened() -> None:
    first = _reached("main.js") | set(_names("words_ja-*.js"))
    whole = set(_names("*.js")) - set(_names("words_en-*.js"))

    assert [each for each in first if each.startswith("opened")] == []
    assert (len(first), len(whole - first)) == (2, 1)
    assert _weight(first) <= PAGE_VIEW
    assert _weight(whole) <= WHOLE


async def test_a_file_is_sent_compressed_to_who_takes_that(clients: Clients) -> None:
    nobody = await clients.nobody()
    (name,) = _names("opened-*.js")
    source = (FOLDER / name).read_bytes()
    path = f"/chat/assets/{version()}/{name}"

    packed = await nobody.get(path, headers={"Accept-Encoding": "br, gzip"})
    plain = await nobody.get(path, headers={"Accept-Encoding": "identity"})
    other = await nobody.get(f"/chat/assets/{version()}/nothing.js")

    assert packed.content == plain.content == source
    assert (packed.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == ("gzip", False)
    assert int(packed.headers["Content-Length"]) < len(source) / 2
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Cache-Control"].endswith("immutable")
    assert packed.headers["Access-Control-Allow-Origin"] == "*"
    assert other.status_code == 404


def test_each_word_is_there_in_both_languages() -> None:
    japanese, english = (KEY.findall((WIDGET / f"words_{each}.js").read_text()) for each in ("ja", "en"))
    code = "".join(path.read_text() for path in WIDGET.glob("*.js") if not path.name.startswith("words_"))

    assert japanese == english
    assert [each for each in japanese if not re.search(rf"(?:words\.|[{{,] ){each}\b", code)] == []
    assert [each for each in re.findall(r"\bwords\.(\w+)", code) if each not in japanese] == []


def test_names_that_are_made_short_are_nobody_else_s() -> None:
    """Those of own_names.txt, and all in capitals. What the desk answers is looked up by names that nobody shortens."""
    own = set((WIDGET / "own_names.txt").read_text().split())
    desk = StandIn()
    desk.say("何か")
    sent = set(SENT.findall(json.dumps([desk.config, desk.sync()])))

    assert own & sent == set()
    assert [each for each in sent if each.isupper()] == []
    assert [each for each in own if re.search(rf"window\.{each}|document\.{each}|event\.{each}\b", _code())] == []


def test_nothing_of_the_widget_makes_markup_of_words() -> None:
    assert [each for each in FORBIDDEN if each in _code()] == []


def test_the_files_of_the_widget_are_small() -> None:
    assert [path.name for path in WIDGET.iterdir() if len(path.read_text().splitlines()) > 200] == []


def _code() -> str:
    return "".join(path.read_text() for path in WIDGET.glob("*.js"))


def _names(pattern: str) -> list[str]:
    return [path.name for path in FOLDER.glob(pattern)]


def _reached(name: str) -> set[str]:
    """With everything that it imports, and what that imports."""
    found, waiting = set[str](), [name]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += STATIC.findall((FOLDER / each).read_text())
    return found


def _weight(names: Iterable[str]) -> int:
    return sum(len(gzip.compress((FOLDER / name).read_bytes(), 9)) for name in names)
