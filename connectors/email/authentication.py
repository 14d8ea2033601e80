"""What servers say that they checked of a mail's origin: Authentication-Results (RFC 8601)."""

import re
from collections.abc import Iterator

from connectors.email.cleaning import clean_line
from connectors.email.headers import Headers
from connectors.findings import Check, Checks

FIELD, HOP = "authentication-results", "received"
METHODS = frozenset({"spf", "dkim", "dmarc"})
MAXIMUM_FIELDS = 10
MAXIMUM_CHARACTERS = 8_192
MAXIMUM_RESULTS = 20
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|\\.|[()";]|[^"\\();]+', re.DOTALL)
SERVER = re.compile(r"\s*([^\s;]{1,255})")
RESULT = re.compile(r"\s*([a-z][a-z0-9-]{0,30})(?:\s*/\s*\d+)?\s*=\s*([a-z]{1,20})\b", re.IGNORECASE)
ABOUT = re.compile(r"\b(?:header\.(?:from|d|i)|smtp\.(?:mailfrom|helo))\s*=\s*([^\s]{1,320})", re.IGNORECASE)


def checks(headers: Headers) -> tuple[Checks, ...]:
    """The newest first."""
    values = headers.all(FIELD)[:MAXIMUM_FIELDS]
    above = _count_above_route(headers.names)
    found = (_checks(value.decode("utf-8", "replace"), number < above) for number, value in enumerate(values))
    return tuple(each for each in found if each is not None)


def _count_above_route(names: list[str]) -> int:
    """Every server that passes a mail on writes its hop on top of what was there."""
    first_hop = names.index(HOP) if HOP in names else 0
    return names[:first_hop].count(FIELD)


def _checks(value: str, is_above_route: bool) -> Checks | None:
    server, *statements = _statements(value[:MAXIMUM_CHARACTERS])
    match = SERVER.match(server)
    if match is None:
        return None
    results = tuple(_results(statements[:MAXIMUM_RESULTS]))
    return Checks(clean_line(match[1].strip('"')).lower(), results, is_above_route)


def _statements(value: str) -> list[str]:
    """What stands between semicolons, without comments, which may lie in each other."""
    pieces, depth = [""], 0
    for token in TOKEN.findall(value):
        if token in "()":
            depth = max(0, depth + (1 if token == "(" else -1))
        elif depth == 0 and token == ";":
            pieces.append("")
        elif depth == 0:
            pieces[-1] += token
    return pieces


def _results(statements: list[str]) -> Iterator[Check]:
    for statement in statements:
        result = RESULT.match(statement)
        if result and result[1].lower() in METHODS:
            about = ABOUT.search(statement)
            domain = about[1].strip('"<>').rpartition("@")[2] if about else ""
            yield Check(result[1].lower(), result[2].lower(), clean_line(domain).lower())
