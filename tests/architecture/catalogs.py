"""The texts for people that code and templates use, and those that the catalogs have."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.architecture.sources import ROOT

LOCALES = ROOT / "app" / "locale"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
Text = str | tuple[str, ...]


def used_texts(root: Path = ROOT) -> set[Text]:
    """As `pybabel extract` finds them; a plural is a pair."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call] # Babel's own
    return {text for _, _, text, _, _ in extract_from_dir(root, methods, options, KEYWORDS)}


def read_catalog(locale: str) -> Catalog:
    path = LOCALES / locale / "LC_MESSAGES" / "madoguchi.po"
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale=locale)


def shortcomings(catalog: Catalog, used: set[Text], *, must_be_translated: bool) -> Iterator[str]:
    known = {message.id: message for message in catalog if message.id}
    yield from (f"not there: {text!r}" for text in sorted(used - known.keys(), key=str))
    yield from (f"nobody uses: {text!r}" for text in sorted(known.keys() - used, key=str))
    for message in known.values():
        if message.fuzzy or (must_be_translated and not _is_translated(message)):
            yield f"not translated: {message.id!r}"


def _is_translated(message: Message) -> bool:
    translation = message.string
    return bool(translation) if isinstance(translation, str) else all(translation or [""])
