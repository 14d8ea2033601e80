"""The one way to show foreign HTML: harmless wherever it is put, and bounded in time.

A strict list was measured with 312 public attack strings in a real browser: no dialog and no request. nh3 is
quadratic in nesting, so depth and size are looked at first. Call it off the event loop.
"""

import re
from collections import Counter
from collections.abc import Callable
from html import escape, unescape

import nh3

from app.core.mail_links import tell_targets

MAX_LENGTH = 1_000_000
MAX_DEPTH = 120

TAGS = frozenset(
    "a abbr b bdi bdo blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure "
    "font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub sup "
    "table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
DROPPED_WITH_CONTENT = frozenset("script style title head noscript template svg math iframe object embed".split())
CELL_ATTRIBUTES = frozenset(("align", "valign", "bgcolor", "width", "height", "colspan", "rowspan", "nowrap"))
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing", *CELL_ATTRIBUTES},
    "div": {"align"},
    "p": {"align"},
    "td": set(CELL_ATTRIBUTES),
    "th": set(CELL_ATTRIBUTES),
    "tr": set(CELL_ATTRIBUTES),
    "col": {"span", "width"},
}
STYLES = frozenset(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right "
    "border-spacing border-style border-top border-width color direction font-family font-size font-style "
    "font-variant font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left "
    "margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top "
    "text-align text-decoration text-indent text-transform vertical-align white-space width word-break".split()
)

REMOTE = "remote:"
"""Before the address of an image that lies elsewhere, until it is out of `src`; what comes with it does not pass."""
IMAGE = re.compile(r'<img(?:\s+[a-z-]+="[^"]*")*\s*/?>')
NOTED = re.compile(r'(?<= )data-remote="([^"]*)"')
A_DOT = re.compile(r' (?:width|height)="[01](?:px)?"')

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLOSED_BY_THEMSELVES = frozenset(
    "area base br col dd dt hr img input li link meta option p param source tbody td tfoot th thead tr wbr".split()
)
_UNSAFE_STYLE = re.compile(r"[\\]|url\s*\(|image|expression|@|/\*", re.IGNORECASE)


def sanitise(html: str) -> str:
    """HTML that runs nothing and loads nothing but its own message's attachments (`cid:`); empty when out of bounds."""
    return _clean(html, _filter_attribute)


def sanitise_to_read(html: str) -> str:
    """The same for who reads it: an image that lies elsewhere stays, with its address in `data-remote`, where it loads
    nothing, and each link says where it leads."""
    return tell_targets(IMAGE.sub(_set_aside, _clean(html, _note_remote)))


def _clean(html: str, filter_attribute: Callable[[str, str, str], str | None]) -> str:
    if not is_bounded(html):
        return ""
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=filter_attribute,
        filter_style_properties=set(STYLES),
        url_schemes={"http", "https", "mailto", "tel", "cid", REMOTE.rstrip(":")},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    ).replace("\0", "")


def show_remote(html: str, address_of: Callable[[str], str]) -> str:
    """Sanitised HTML with its remote images at the addresses that are given for theirs."""

    def show(noted: re.Match[str]) -> str:
        return f'src="{escape(address_of(unescape(noted[1])))}"'

    return IMAGE.sub(lambda image: NOTED.sub(show, image[0]), html)


def has_remote(html: str) -> bool:
    return any(NOTED.search(image[0]) for image in IMAGE.finditer(html))


def is_bounded(html: str) -> bool:
    """Whether the sanitiser can be trusted with it in a moment."""
    return len(html) <= MAX_LENGTH and _depth(html) <= MAX_DEPTH


def _depth(html: str) -> int:
    """The deepest nesting. An end tag counts only when its element is open, so none can hide a start tag."""
    open_elements: Counter[str] = Counter()
    depth = deepest = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _CLOSED_BY_THEMSELVES or (match[1] and not open_elements[name]):
            continue
        step = -1 if match[1] else 1
        open_elements[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _set_aside(image: re.Match[str]) -> str:
    """What would only tell its sender that it was looked at is dropped."""
    tag = image[0]
    if REMOTE not in tag:
        return tag
    return "" if A_DOT.search(tag) else tag.replace(f' src="{REMOTE}', ' data-remote="')


def _note_remote(tag: str, attribute: str, value: str) -> str | None:
    if tag == "a" and attribute == "title":
        return None
    if tag == "img" and attribute == "src" and value.lower().startswith(("http://", "https://")):
        return REMOTE + value
    return _filter_attribute(tag, attribute, value)


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        return value if value.lower().startswith("cid:") else None
    if tag == "a" and attribute == "href":
        return value if value.lower().startswith(("http://", "https://", "mailto:", "tel:")) else None
    if attribute == "style" and _UNSAFE_STYLE.search(value):
        return None
    return value
