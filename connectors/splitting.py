"""A long text in as many messages as it needs, cut where a reader would. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterator

URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
PARAGRAPH = re.compile(r"\n[ \t　]*\n")
LINE_END = re.compile(r"\n")
SENTENCE = re.compile(r"[。！？!?…]+[」』）)\]】”\"']*|\.(?=\s)")
SPACE = re.compile(r"[ 　\t]")
JOINER = "\u200d"
MARKS = frozenset(("Mn", "Me", "Mc"))
CLINGING = frozenset("\ufe0e\ufe0f\u20e3ﾞﾟ")
SKIN = range(0x1F3FB, 0x1F400)
TAGS = range(0xE0020, 0xE0080)
FLAGS = range(0x1F1E6, 0x1F200)


class TooLong(Exception):
    """It does not fit; `units` is what there is, `most` what would go."""

    def __init__(self, units: int, most: int) -> None:
        super().__init__(f"{units} of {most}")
        self.units, self.most = units, most


def count_units(text: str) -> int:
    """UTF-16 code units, as LINE and browsers count."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, *, most: int, limit: int) -> tuple[str, ...]:
    """In order, none empty, each of at most `limit` units. Raises TooLong where it needs more than `most`."""
    rest = text.strip()
    units, parts = count_units(rest), list[str]()
    while rest:
        if len(parts) == most:
            raise TooLong(units, most * limit)
        head, rest = _cut(rest, limit, parts_left=most - len(parts))
        parts.append(head)
    return tuple(parts)


def _cut(text: str, limit: int, *, parts_left: int) -> tuple[str, str]:
    units = count_units(text)
    if units <= limit:
        return text, ""
    end = _prefix(text, limit)
    must = _prefix(text, max(units - (parts_left - 1) * limit, limit // 2))
    at = _best(text, min(must, end), end)
    return text[:at].rstrip(), text[at:].lstrip()


def _prefix(text: str, limit: int) -> int:
    """How many characters fit."""
    units = 0
    for index, character in enumerate(text):
        units += 1 + (character > "\uffff")
        if units > limit:
            return index
    return len(text)


def _best(text: str, first: int, last: int) -> int:
    """The last fitting place of the best kind between these two, else the last where nothing is torn."""
    is_whole = _wholeness(text, last)
    for pattern in (PARAGRAPH, LINE_END, SENTENCE, SPACE):
        ends = [match.end() for match in pattern.finditer(text, 0, last) if match.end() >= first]
        found = next((end for end in reversed(ends) if is_whole(end)), None)
        if found:
            return found
    return next((at for at in range(last, 0, -1) if is_whole(at)), None) or _between_signs(text, last)


def _between_signs(text: str, last: int) -> int:
    """An address that is longer than a message has to be cut; one sign never, unless it is as long itself."""
    return next((at for at in range(last, 0, -1) if not is_inside_sign(text, at)), last)


def _wholeness(text: str, last: int) -> Callable[[int], bool]:
    addresses = list(_addresses(text, last))
    return lambda at: not is_inside_sign(text, at) and not any(begin < at < end for begin, end in addresses)


def _addresses(text: str, last: int) -> Iterator[tuple[int, int]]:
    """Of what begins before `last`."""
    for match in URL.finditer(text):
        if match.start() >= last:
            return
        yield match.span()


def is_inside_sign(text: str, at: int) -> bool:
    """Whether a cut there would tear what is read as one sign: an emoji of several parts, a letter and its mark."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    return JOINER in (before, after) or _clings(after) or _is_flag_torn(text, at)


def _clings(character: str) -> bool:
    code = ord(character)
    return character in CLINGING or code in SKIN or code in TAGS or unicodedata.category(character) in MARKS


def _is_flag_torn(text: str, at: int) -> bool:
    if ord(text[at]) not in FLAGS:
        return False
    begin = at
    while begin > 0 and ord(text[begin - 1]) in FLAGS:
        begin -= 1
    return (at - begin) % 2 == 1
