"""The marks that mailers set around quotes and signatures, in Japanese and English.

There are two kinds of quote. A prefixed one has `>` before each line, perhaps with "… wrote:" above it, and
ends where the prefix ends. An open one (Outlook, phones) is a header block and then the old mail as it was; it
reaches to the end of the text.
"""

from collections.abc import Iterator, Sequence

from connectors.email.quote_patterns import (
    CONTACT,
    DATED,
    FIELD,
    FORM_FIELD,
    FORWARDED,
    INTRODUCTION,
    ORIGINAL,
    PREFIX,
    RULE,
    SENDER_FIELDS,
    SENT_FROM,
    SIGNATURE_MARK,
    STRONG_INTRODUCTION,
)

INTRODUCTION_LINES = 4
HEADER_BLOCK_LINES = 8

NEW, QUOTED = "n", "q"


def quoted_lines(lines: Sequence[str]) -> list[str]:
    """For each line whether it is new or quoted, introductions and blank lines inside quotes included."""
    kinds = [QUOTED if PREFIX.match(line) else NEW for line in lines]
    start = open_quote(lines, kinds)
    kinds[start:] = [QUOTED] * (len(kinds) - start)
    for index in range(len(kinds)):
        if kinds[index] == QUOTED and (index == 0 or kinds[index - 1] == NEW):
            first = introduction(lines, kinds, index)
            kinds[first:index] = [QUOTED] * (index - first)
    _bridge(lines, kinds)
    return kinds


def open_quote(lines: Sequence[str], kinds: Sequence[str]) -> int:
    """Where a quote without prefixes starts, or the end.

    With nothing new above it, it is no quote but what the mail is about.
    """
    has_new = False
    for index, line in enumerate(lines):
        if kinds[index] == QUOTED or not line.strip():
            continue
        if has_new and _opens(lines, kinds, index):
            return index
        has_new = has_new or not (RULE.fullmatch(line) or ORIGINAL.fullmatch(line) or FORWARDED.fullmatch(line))
    return len(lines)


def introduction(lines: Sequence[str], kinds: Sequence[str], quote: int) -> int:
    """The first line of what introduces the prefixed quote at `quote`, or `quote` itself."""
    end = quote
    while end > max(0, quote - 2) and not lines[end - 1].strip():
        end -= 1
    candidates = [start for start in _starts_above(lines, kinds, end) if _is_introduction(lines, start, end)]
    if candidates:
        dated = [start for start in candidates if DATED.search(lines[start])]
        return _with_marker(lines, (dated or candidates)[0])
    return _header_lines_above(lines, end) if end > 0 and FIELD.match(lines[end - 1]) else quote


def _starts_above(lines: Sequence[str], kinds: Sequence[str], end: int) -> Iterator[int]:
    """Where an introduction of one line, of two, and so on would start; it has no blank line in it."""
    for start in range(end - 1, max(-1, end - 1 - INTRODUCTION_LINES), -1):
        if kinds[start] == QUOTED or not lines[start].strip():
            return
        yield start


def _is_introduction(lines: Sequence[str], start: int, end: int) -> bool:
    passage = lines[start:end]
    return bool(INTRODUCTION.fullmatch(" ".join(passage)) or ORIGINAL.fullmatch(passage[0]))


def signature_start(lines: Sequence[str], start: int, end: int) -> int:
    """The first line of the signature within these lines, or `end`."""
    for index in range(start, end):
        if SIGNATURE_MARK.fullmatch(lines[index]):
            return index
    rule = next((index for index in range(start, end) if _starts_signature(lines, index, end)), end)
    sent_from = next((i for i in range(max(start, end - 3), end) if SENT_FROM.fullmatch(lines[i])), end)
    return min(rule, sent_from)


def _starts_signature(lines: Sequence[str], index: int, end: int) -> bool:
    """A rule with somebody's contact data below it; a form's fields are what the mail is about."""
    if not RULE.fullmatch(lines[index]):
        return False
    below = lines[index + 1 : end]
    return any(CONTACT.search(line) for line in below) and not any(FORM_FIELD.match(line) for line in below)


def _opens(lines: Sequence[str], kinds: Sequence[str], index: int) -> bool:
    line = lines[index]
    if ORIGINAL.fullmatch(line):
        return not _is_followed_by_prefix(kinds, lines, index + 1)
    if FIELD.match(line) or RULE.fullmatch(line):
        return _is_header_block(lines, index)
    return any(_introduces(lines, kinds, index, count) for count in (1, 2))


def _introduces(lines: Sequence[str], kinds: Sequence[str], index: int, count: int) -> bool:
    passage = "".join(lines[index : index + count])
    if not passage.rstrip().endswith((":", "：")) or not STRONG_INTRODUCTION.fullmatch(passage):
        return False
    return not _is_followed_by_prefix(kinds, lines, index + count)


def _is_followed_by_prefix(kinds: Sequence[str], lines: Sequence[str], index: int) -> bool:
    following = (kinds[i] for i in range(index, min(index + 4, len(lines))) if lines[i].strip())
    return next(following, NEW) == QUOTED


def _is_header_block(lines: Sequence[str], index: int) -> bool:
    """From with at least two fields more, a rule perhaps above; not what stands below a forwarding mark."""
    if any(FORWARDED.fullmatch(line) for line in lines[max(0, index - 2) : index]):
        return False
    if RULE.fullmatch(lines[index]):
        index += 1
    names = set()
    for line in lines[index : index + HEADER_BLOCK_LINES]:
        match = FIELD.match(line)
        if match is None and line.strip():
            break
        names.add(match["name"].lower() if match else "")
    return len(names - {""}) >= 3 and not names.isdisjoint(SENDER_FIELDS)


def _with_marker(lines: Sequence[str], index: int) -> int:
    """One line more where a marker stands above the introduction."""
    return index - 1 if index > 0 and ORIGINAL.fullmatch(lines[index - 1]) else index


def _header_lines_above(lines: Sequence[str], end: int) -> int:
    """`From:`, `Subject:`, `Date:` as some Japanese mailers set them above a prefixed quote."""
    start = end
    while start > 0 and end - start < HEADER_BLOCK_LINES and FIELD.match(lines[start - 1]):
        start -= 1
    return _with_marker(lines, start)


def _bridge(lines: Sequence[str], kinds: list[str]) -> None:
    """Blank lines between two quoted ones, and below the last, belong to the quote."""
    last_quoted = -1
    for index in range(len(lines) + 1):
        is_end = index == len(lines)
        if is_end or kinds[index] == QUOTED:
            if last_quoted >= 0:
                kinds[last_quoted + 1 : index] = [QUOTED] * (index - last_quoted - 1)
            last_quoted = index
        elif lines[index].strip():
            last_quoted = -1
