"""Plain text with what one can follow in it as links: web addresses, and telephone numbers as Japan writes them."""

import re
import unicodedata
from collections.abc import Iterator

from markupsafe import Markup, escape

URL = r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
URL_TAIL = ".,:;!?'"
DASH = r"[-‐‑–ー−－]"
DIGIT = r"[0-9０-９]"
PHONE = (
    rf"[+＋]{DIGIT}{{1,3}}(?:[ {DASH[1:-1]}]?{DIGIT}){{7,12}}"
    rf"|[0０]{DIGIT}{{1,4}}(?:{DASH}{DIGIT}{{1,4}}{DASH}|[(（]{DIGIT}{{1,4}}[)）]){DIGIT}{{3,4}}"
    rf"|[(（][0０]{DIGIT}{{1,4}}[)）]{DIGIT}{{1,4}}{DASH}{DIGIT}{{3,4}}"
    rf"|[0０][5-9５-９][0０]{DIGIT}{{8}}|[0０][1１][2２][0０]{DIGIT}{{6}}"
)
FOLLOWED = re.compile(rf"(?P<url>{URL})|(?<![0-9０-９A-Za-z.,/_-])(?P<phone>{PHONE})(?![0-9０-９A-Za-z_-])")
SHORTEST, LONGEST = 9, 15
"""Digits: the shortest of Japan, the longest of the world (E.164)."""


def linkify(text: str) -> Markup:
    """Everything else is escaped."""
    return Markup("").join(_linked_parts(text))


def _linked_parts(text: str) -> Iterator[Markup]:
    end = 0
    for match in FOLLOWED.finditer(text):
        shown = match.group() if match["phone"] else _without_tail(match.group())
        yield escape(text[end : match.start()])
        yield _call(shown) if match["phone"] else _visit(shown)
        end = match.start() + len(shown)
    yield escape(text[end:])


def _visit(url: str) -> Markup:
    return Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(url)


def _call(written: str) -> Markup:
    number = "".join(each for each in unicodedata.normalize("NFKC", written) if each.isdigit() or each == "+")
    if not SHORTEST <= len(number.removeprefix("+")) <= LONGEST:
        return escape(written)
    return Markup('<a href="tel:{}">{}</a>').format(number, written)


def _without_tail(url: str) -> str:
    """Without the full stop or the closing bracket that belongs to the sentence."""
    url = url.rstrip(URL_TAIL)
    if url.endswith(")") and url.count("(") < url.count(")"):
        return _without_tail(url[:-1])
    return url
