"""Text for people: gettext catalogs with English ids. Japanese is the default and complete."""

from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALES = ("ja", "en")
LOCALE_DIR = Path(__file__).parents[1] / "locale"

_locale: ContextVar[str] = ContextVar("locale", default="ja")


def mark(text: str) -> str:
    """Marks a catalog id where it is defined; it is translated where it is shown."""
    return text


def use_locale(locale: str) -> None:
    """The language of everything translated from here on in this task."""
    _locale.set(locale if locale in LOCALES else "ja")


def current_locale() -> str:
    return _locale.get()


def gettext(text: str, **params: object) -> str:
    translated = catalog(current_locale()).gettext(text)
    return translated.format(**params) if params else translated


def ngettext(singular: str, plural: str, count: int, **params: object) -> str:
    translated = catalog(current_locale()).ngettext(singular, plural, count)
    return translated.format(count=count, **params)


@cache
def catalog(locale: str) -> Translations:
    with (LOCALE_DIR / locale / "LC_MESSAGES" / "madoguchi.po").open("rb") as po:
        compiled = BytesIO()
        write_mo(compiled, read_po(po, locale=locale))
    compiled.seek(0)
    return Translations(compiled)
