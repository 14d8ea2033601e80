"""Reading mails, against the standard library's own reading of the same ones (its policy compat32), everything decoded.

The corpus is what the parser's tests are made of, mostly small odd mails, and as many ordinary Japanese ones.
"""

import email
import email.header
import email.policy
import email.utils
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.message import Message
from pathlib import Path

from benchmarks import mails
from benchmarks.report import Report
from connectors.email.parser import parse

CORPUS = Path(__file__).parent.parent / "tests" / "support" / "mail"
HEADERS = ("Subject", "From", "To", "Cc", "Reply-To", "Message-ID", "In-Reply-To", "References", "Date")
ADDRESSES = ("From", "To", "Cc", "Reply-To")
ROUNDS = 5


def measure(report: Report) -> None:
    odd = [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]
    ordinary = [mails.build(number) for number in range(len(odd))]
    for name, raws in (("the corpus", odd), ("ordinary mails", ordinary)):
        ours, theirs = _best(parse, raws), _best(_read_as_compat32, raws)
        report.add(f"parsing {name}", ours / len(raws) * 1000, "ms a mail")
        report.add(f"parsing {name}, of compat32", ours / theirs, "times (<= 1.5)")


def _best(read: Callable[[bytes], object], raws: Sequence[bytes]) -> float:
    """Seconds of this process for all of them, in the quickest of some rounds."""
    return min(_seconds(read, raws) for _ in range(ROUNDS))


def _seconds(read: Callable[[bytes], object], raws: Sequence[bytes]) -> float:
    began = time.process_time()
    for raw in raws:
        read(raw)
    return time.process_time() - began


def _read_as_compat32(raw: bytes) -> list[object]:
    """As much as our own reading gives: headers and names decoded, addresses and date taken apart, all bodies."""
    mail = email.message_from_bytes(raw, policy=email.policy.compat32)
    found: list[object] = [_decoded(value) for name in HEADERS for value in mail.get_all(name, ())]
    found += email.utils.getaddresses([str(value) for name in ADDRESSES for value in mail.get_all(name, ())])
    with suppress(ValueError, TypeError):
        found.append(email.utils.parsedate_to_datetime(str(mail["Date"])))
    return found + [_body(part) for part in mail.walk() if not part.is_multipart()]


def _decoded(value: object) -> str:
    with suppress(LookupError, ValueError, email.errors.HeaderParseError):
        return str(email.header.make_header(email.header.decode_header(str(value))))
    return str(value)


def _body(part: Message) -> object:
    name, data = _decoded(part.get_filename() or ""), part.get_payload(decode=True)
    if part.get_content_maintype() != "text" or not isinstance(data, bytes):
        return name, data
    with suppress(LookupError):
        return name, data.decode(part.get_content_charset() or "utf-8", "replace")
    return name, data
