"""Header text: RFC 2047 encoded words as they occur, and raw eight-bit or ISO-2022-JP text beside them."""

import binascii
import re
from collections.abc import Iterator
from itertools import groupby

from connectors.email import charsets
from connectors.email.cleaning import clean_line

ENCODED_WORD = re.compile(
    r"=\?(?P<charset>[^?\s=]{1,60})\?"
    r"(?:(?P<b>[bB])\?(?P<base64>[^?]*)|[qQ]\?(?P<quoted>[^?]*(?:\?(?!=)[^?]*){0,8}))(?:\?=|\Z)"
)
EIGHT_BIT_WORD = re.compile(rb"(=\?[^?\s=]{1,60}\?[qQ]\?)([^?]++)(?=\?=)")
HIGH_BYTE = re.compile(rb"[\x80-\xff]")
MAXIMUM_CHARACTERS = 262_144

Word = tuple[str, str, str]
"""Canonical charset, `b` or `q`, payload; plain text between words has the charset ''."""


def decode(value: bytes, hint: str = "") -> str:
    """One unstructured header, such as a subject, on one line."""
    return decode_words(raw_text(value, hint))


def raw_text(value: bytes, hint: str = "") -> str:
    """A header with its encoded words still in it; structure is looked for in this, never in bytes."""
    value = value[:MAXIMUM_CHARACTERS]
    if value.isascii() and b"\x1b" not in value:
        return value.decode("ascii")
    return charsets.decode(EIGHT_BIT_WORD.sub(_escaped, value), hint=hint)


def _escaped(word: re.Match[bytes]) -> bytes:
    """Raw bytes within an encoded word are in the word's charset, not in that of the rest."""
    return word[1] + HIGH_BYTE.sub(lambda byte: b"=%02X" % byte[0][0], word[2])


def decode_words(text: str) -> str:
    if "=?" not in text:
        return clean_line(text)
    runs = groupby(_words(text), key=lambda word: word[0])
    return clean_line("".join(_run(charset, list(words)) for charset, words in runs))


def _words(text: str) -> Iterator[Word]:
    """Words and the text between them; white space between two words belongs to neither (RFC 2047, 6.2)."""
    position = 0
    for match in ENCODED_WORD.finditer(text):
        between = text[position : match.start()]
        if between.strip() or (between and position == 0):
            yield "", "", between
        position = match.end()
        kind, payload = ("b", match["base64"]) if match["b"] else ("q", match["quoted"])
        yield charsets.canonical_name(match["charset"]) or "us-ascii", kind, payload
    if position < len(text):
        yield "", "", text[position:]


def _run(charset: str, words: list[Word]) -> str:
    """Neighbouring words of one charset are one stream of bytes: some mailers cut inside a character."""
    if not charset:
        return "".join(text for _, _, text in words)
    text = charsets.decode(b"".join(map(_bytes, _merged(words))), charset)
    if "\ufffd" not in text or len(words) == 1:
        return text
    apart = [_bytes(word) for word in words]
    others = (
        charsets.decode(b"".join(apart), charset),
        "".join(charsets.decode(chunk, charset) for chunk in apart),
    )
    return min(text, *others, key=lambda candidate: candidate.count("\ufffd"))


def _merged(words: list[Word]) -> Iterator[Word]:
    """Base64 that ends on no boundary of its own goes on in the next word."""
    unfinished = ""
    for charset, kind, payload in words:
        if kind == "b" and len(unfinished + payload) % 4 and not payload.endswith("="):
            unfinished += payload
        else:
            if unfinished and kind == "q":
                yield charset, "b", unfinished
                unfinished = ""
            yield charset, kind, unfinished + payload
            unfinished = ""
    yield "", "b", unfinished


def _bytes(word: Word) -> bytes:
    _, kind, payload = word
    return _base64(payload) if kind == "b" else _quoted(payload)


def _base64(payload: str) -> bytes:
    letters = re.sub(r"[^A-Za-z0-9+/]", "", payload)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


def _quoted(payload: str) -> bytes:
    return binascii.a2b_qp(payload.replace(" ", "_").encode("utf-8", "replace"), header=True)
