"""What servers report of a mail of ours: not delivered, read, complained of (RFC 3464, 8098, 5965)."""

import re
from collections.abc import Iterator

from connectors.email import headers, identifiers, transfer
from connectors.email.cleaning import clean_line
from connectors.email.headers import Headers
from connectors.email.mime import Part, leaves
from connectors.findings import RecipientReport, Report

DELIVERY = frozenset({"message/delivery-status", "message/global-delivery-status"})
DISPOSITION = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
FEEDBACK = frozenset({"message/feedback-report"})
RETURNED = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"}
)

GROUP_BORDER = re.compile(rb"\r?\n[ \t]*\r?\n")
TYPED = re.compile(r"^\s*[\w-]+\s*;\s*")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
ADDRESS = re.compile(r"(?<![^\s<>()\[\]\",;:])[^\s<>()\[\]\",;:]{1,128}@[^\s<>()\[\]\",;:]{1,253}")
QUOTED_ID = re.compile(r"^[>| \t]*message-id:\s*<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE)
NAMED_IN_TEXT = re.compile(
    r"^[ \t>]*(?:(?:final|original)-recipient:[ \t]*+(?:rfc822;)?[ \t]*+)?"
    r"<?([^\s<>,;:\"()]{1,128}@[\w.-]{1,253})>?(?=\s*(?::|$|\.\.\.|：))",
    re.MULTILINE | re.IGNORECASE,
)
NAMED_AFTER_WORDS = re.compile(
    r"(?:delivered to|deliver(?: this message)? to|rcpt to|recipient|user|宛先|送信先|あて先)[^\n@<]{0,20}?[<:\s]"
    r"([^\s<>,;:\"()]{1,128}@[\w.-]{1,253}\w)",
    re.IGNORECASE,
)
QUOTED_TO = re.compile(r"^[>| \t]*to:([^\n]{1,500})", re.IGNORECASE | re.MULTILINE)
MAXIMUM_RECIPIENTS = 500
MAXIMUM_BYTES = 524_288
LETTERS_LOOKED_AT = 65_536
DISPLAYED = "displayed"


def of_parts(root: Part) -> Report | None:
    """By the standard's parts; None when there are none."""
    parts = {part.kind: part for part in leaves(root)}
    about = next((part for kind, part in parts.items() if kind in DELIVERY | DISPOSITION | FEEDBACK), None)
    if about is None:
        return None
    groups = list(_groups(transfer.data(about)))
    returned = _returned(part for kind, part in parts.items() if kind in RETURNED)
    if about.kind in DELIVERY:
        found = [_recipient(group) for group in groups if "final-recipient" in group or "original-recipient" in group]
        return Report(_message_id(groups, returned), tuple(found))
    return Report(_message_id(groups, returned), tuple(_others(groups)))


def of_text(root: Part, text: str) -> Report:
    """From the words of a server that knows no standard, as far as they can be told from others."""
    text = text[:LETTERS_LOOKED_AT]
    returned = _returned(part for part in leaves(root) if part.kind in RETURNED)
    quoted, status = QUOTED_ID.search(text), STATUS.search(text)
    return Report(
        _message_id([], returned) or (quoted[1] if quoted else ""),
        tuple(
            RecipientReport(clean_line(address), "failed", status[0] if status else "")
            for address in list(dict.fromkeys(_failed(root.headers, text, returned)))[:MAXIMUM_RECIPIENTS]
        ),
    )


def _failed(fields: Headers, text: str, returned: Headers | None) -> list[str]:
    """Those whom the server names; else those to whom the mail went that it sends back."""
    return (
        ADDRESS.findall(fields.raw_text("x-failed-recipients"))
        or NAMED_IN_TEXT.findall(text)
        or NAMED_AFTER_WORDS.findall(text)
        or (ADDRESS.findall(returned.raw_text("to")) if returned else [])
        or ADDRESS.findall(" ".join(QUOTED_TO.findall(text)))
    )


def is_success(report: Report) -> bool:
    """All that a server says here is good news."""
    return bool(report.recipients) and all(
        each.action in {"delivered", "relayed", "expanded"} for each in report.recipients
    )


def _groups(data: bytes) -> Iterator[Headers]:
    """One of the message, then one of each recipient, with blank lines between them."""
    limit = MAXIMUM_RECIPIENTS + 1
    for group in GROUP_BORDER.split(data[:MAXIMUM_BYTES], maxsplit=limit)[:limit]:
        if group.strip():
            yield headers.split(group.lstrip(b"\r\n"))[0]


def _recipient(group: Headers) -> RecipientReport:
    status = STATUS.search(group.raw_text("status")) or STATUS.search(group.raw_text("diagnostic-code"))
    return RecipientReport(
        address=_address(group, "final-recipient") or _address(group, "original-recipient"),
        action=clean_line(group.raw_text("action")).partition(" ")[0].lower(),
        status=status[0] if status else "",
        detail=clean_line(TYPED.sub("", group.text("diagnostic-code"))),
        original=_address(group, "original-recipient"),
    )


def _others(groups: list[Headers]) -> Iterator[RecipientReport]:
    """Who read it, or complained of it."""
    for group in groups:
        name = next(
            (name for name in ("final-recipient", "original-rcpt-to", "original-recipient") if name in group), ""
        )
        if name:
            disposition = group.raw_text("disposition").rpartition(";")[2].partition("/")[0].strip().lower()
            action = disposition or clean_line(group.raw_text("feedback-type")).lower()
            yield RecipientReport(_address(group, name), action)


def _address(group: Headers, name: str) -> str:
    return clean_line(TYPED.sub("", group.raw_text(name))).strip("<>")


def _returned(parts: Iterator[Part]) -> Headers | None:
    """The headers of the mail that the report is about."""
    for part in parts:
        data = transfer.data(part)
        return headers.split(data, headers.beginning(data[:4_096]))[0]
    return None


def _message_id(groups: list[Headers], returned: Headers | None) -> str:
    named = next((group for group in groups if "original-message-id" in group), None)
    if named is not None:
        return identifiers.message_id(named.raw_text("original-message-id"))
    return identifiers.message_id(returned.raw_text("message-id")) if returned else ""
