"""Words out of HTML, for reading, search and previews. Call it off the event loop."""

import re
from html import unescape

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml.etree import ParserError

from app.core.mail_html import is_bounded

MAX_CRUDE_LENGTH = 2_000_000

_CONFIG = ParserConfig(css=CSS_PROFILES["strict"], display_images=False, display_links=False)
_BLANK_LINES = re.compile(r"\n{3,}")
_HIDDEN = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]*>")


def to_text(html: str) -> str:
    """The text that a reader would see; never raises. HTML out of bounds is only stripped of its tags."""
    if not html.strip():
        return ""
    try:
        text = get_text(html, _CONFIG) if is_bounded(html) else _strip_tags(html)
    except (ParserError, ValueError, RecursionError):
        text = _strip_tags(html)
    lines = (line.rstrip() for line in text.replace("\0", "").splitlines())
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _strip_tags(html: str) -> str:
    return unescape(_ANY_TAG.sub(" ", _HIDDEN.sub(" ", html[:MAX_CRUDE_LENGTH])))
