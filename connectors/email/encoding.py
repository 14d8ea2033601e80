"""Header text on the way out: RFC 2047 words cut at character borders, RFC 2231 names, safe addresses."""

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from connectors.contracts import Address
from connectors.email import addresses
from connectors.email.charsets_out import UTF_8, Charset

CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
IDENTIFIER = re.compile(r"[!-;=?-~]{1,900}")
LINE_WIDTH = 76
WORD_OVERHEAD = len("=??B??=")
EXTENDED_WIDTH = 60


class Unsendable(ValueError):
    """The message cannot become a mail; `field` says where, `reason` why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def unstructured(name: str, text: str, charset: Charset = UTF_8) -> str:
    """A whole folded header, such as the subject."""
    _refuse_controls(name.lower(), text)
    if _is_plain(text) and len(name) + len(text) + 2 <= LINE_WIDTH:
        return f"{name}: {text}"
    return f"{name}: " + "\r\n ".join(encoded_words(text, charset, used=len(name) + 2))


def address_list(field: str, recipients: Sequence[Address], charset: Charset = UTF_8) -> str:
    return ",\r\n ".join(_mailbox(field, recipient, charset) for recipient in recipients)


def identifier(field: str, text: str) -> str:
    if not is_identifier(text):
        raise Unsendable(field, "not a message id")
    return text


def is_identifier(text: str) -> bool:
    return IDENTIFIER.fullmatch(text) is not None


def encoded_words(text: str, charset: Charset = UTF_8, *, used: int = 1) -> Iterator[str]:
    """Words of at most a line each; `used` is how much of the first line is taken."""
    chunk, room = "", _room(used, charset)
    for character in text:
        if chunk and len(charset.encode(chunk + character)) > room:
            yield _word(chunk, charset)
            chunk, room = "", _room(1, charset)
        chunk += character
    yield _word(chunk, charset)


def parameter(name: str, value: str, charset: Charset = UTF_8) -> str:
    """`name="…"` with RFC 2047 words inside: against the standard, and what Japanese Outlook reads."""
    if _is_plain(value):
        return f"{name}={_quoted(value)}"
    return f'{name}="' + "\r\n ".join(encoded_words(value, charset, used=len(name) + 3)) + '"'


def extended_parameter(name: str, value: str, charset: Charset = UTF_8) -> str:
    """RFC 2231, in numbered sections when it is long."""
    if _is_plain(value):
        return f"{name}={_quoted(value)}"
    sections = list(_sections(value, charset))
    if len(sections) == 1:
        return f"{name}*={charset.name}''{sections[0]}"
    first, *others = sections
    rest = "".join(f";\r\n {name}*{number}*={text}" for number, text in enumerate(others, 1))
    return f"{name}*0*={charset.name}''{first}{rest}"


def _mailbox(field: str, mailbox: Address, charset: Charset) -> str:
    _refuse_controls(field, mailbox.name)
    if not addresses.is_deliverable(mailbox.address):
        raise Unsendable(field, f"not an address: {mailbox.address!r}")
    address = addresses.ascii_domain(mailbox.address)
    if not mailbox.name:
        return address
    if not _is_plain(mailbox.name) or len(mailbox.name) > EXTENDED_WIDTH:
        return "\r\n ".join([*encoded_words(mailbox.name, charset, used=len(field) + 2), f"<{address}>"])
    name = mailbox.name if ATOMS.fullmatch(mailbox.name) else _quoted(mailbox.name)
    return f"{name} <{address}>"


def _refuse_controls(field: str, text: str) -> None:
    if CONTROL.search(text):
        raise Unsendable(field, "line ends and control characters cannot be in a header")


def _is_plain(text: str) -> bool:
    return text.isascii() and "=?" not in text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _room(used: int, charset: Charset) -> int:
    """How many bytes a word may hold so that its line keeps to the width."""
    return (LINE_WIDTH - WORD_OVERHEAD - len(charset.name) - used) // 4 * 3


def _word(text: str, charset: Charset) -> str:
    return f"=?{charset.name}?B?{b64encode(charset.encode(text)).decode('ascii')}?="


def _sections(value: str, charset: Charset) -> Iterator[str]:
    """Each begins and ends in ASCII: some readers decode them one by one."""
    section = ""
    for character in value:
        if section and len(_quoted_bytes(section + character, charset)) > EXTENDED_WIDTH:
            yield _quoted_bytes(section, charset)
            section = ""
        section += character
    yield _quoted_bytes(section, charset)


def _quoted_bytes(text: str, charset: Charset) -> str:
    return quote(charset.encode(text), safe="")
