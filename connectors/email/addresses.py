"""Address headers: every address in them is found, also where the header breaks the rules.

Japanese mailers and carriers leave commas, `|` and brackets unquoted and write `foo..bar.@docomo.ne.jp`.
"""

import re
import unicodedata
from collections.abc import Iterator

from connectors.contracts import Address
from connectors.email.cleaning import clean_line
from connectors.email.words import decode_words, raw_text

TOKEN = re.compile(
    r"""
      (?P<word>=\?[^?\s=]{1,60}\?[bBqQ]\?[^?]*\?=)
    | (?P<quoted>"(?:[^"\\]|\\.){0,300}"(?:@[^\s<>,;"]+)?)
    | (?P<angle><[^<>]*(?:>|$))
    | (?P<border>[,:;])
    | (?P<space>\s+)
    | (?P<other>[^\s<>,:;"=]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
BARE = re.compile(r"\"(?:[^\"\\]|\\.){1,100}\"@[^\s<>,;:\"]+|[^\s<>()\[\]\"',;:]+")
IN_BRACKETS = re.compile(r"\((.*)\)", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
MAXIMUM_ADDRESSES = 2_000
MAXIMUM_ADDRESS_CHARACTERS = 998

LOCAL_PART = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f-\xa0]{1,128}|\"[^@<>\"\\\x00-\x1f\x7f\s]{1,126}\"")
LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def parse(value: bytes) -> tuple[Address, ...]:
    """All addresses of a header in their order; groups are opened, their names dropped."""
    text = raw_text(value)
    found = tuple(_addresses(text))
    if not found and "=?" in text:
        found = tuple(_addresses(decode_words(text)))
    return found[:MAXIMUM_ADDRESSES]


def is_deliverable(address: str) -> bool:
    """Whether SMTP can deliver there: one local part, one domain, nothing that could hide another."""
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 254 or not address.isprintable():
        return False
    is_full_width = unicodedata.normalize("NFKC", local) != local
    return not is_full_width and LOCAL_PART.fullmatch(local) is not None and _is_domain(domain)


def ascii_domain(address: str) -> str:
    """The address with its domain as DNS knows it (punycode); ValueError if the domain has no such form."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _is_domain(domain: str) -> bool:
    try:
        ascii_form = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = ascii_form.split(".")
    return len(ascii_form) <= 253 and all(LABEL.fullmatch(label) for label in labels)


def _addresses(text: str) -> Iterator[Address]:
    """A piece without any address is the first half of the name of the next: `Yamada, Taro <taro@…>`."""
    name: list[str] = []
    has_groups = ";" in text
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if kind == "angle":
            yield from _in_angles(name, token)
            name = []
        elif kind == "border" and _ends_piece(token, name, has_groups=has_groups):
            yield from _bare("".join(name))
            name = []
        else:
            name.append(token)
    yield from _bare("".join(name))


def _ends_piece(token: str, name: list[str], *, has_groups: bool) -> bool:
    """A comma ends an address, but not the family name before it; a colon ends the name of a group."""
    has_address = any("@" in piece for piece in name)
    if token == ":":
        return has_groups and not has_address
    return token == ";" or has_address


def _in_angles(name: list[str], token: str) -> Iterator[Address]:
    address = re.sub(r"\s+", "", decode_words(token.strip("<>")))
    if address.startswith("@"):
        address = address.rpartition(":")[2]
    if address:
        yield _address("".join(name), address)
    else:
        yield from _bare("".join(name))


def _bare(text: str) -> Iterator[Address]:
    """Addresses without angle brackets; the one name that may belong to them is a comment."""
    found = [piece for piece in BARE.findall(text) if "@" in piece[1:-1]] if "@" in text else []
    comment = IN_BRACKETS.search(text) if len(found) == 1 else None
    for address in found:
        yield _address(comment[1] if comment else "", address)


def _address(name: str, address: str) -> Address:
    return Address(_display_name(name), clean_line(address)[:MAXIMUM_ADDRESS_CHARACTERS])


def _display_name(text: str) -> str:
    text = text.strip().strip(",").strip()
    if len(text) >= 2 and text[0] in "\"'" and text[0] == text[-1]:
        text = ESCAPED.sub(r"\1", text[1:-1])
    return decode_words(text)
