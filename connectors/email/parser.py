"""Raw bytes of a mail to an InboundMessage. Pure, bounded in time and memory, and never raises."""

from connectors.contracts import Address, InboundMessage, MessageKind, text_of
from connectors.email import address_list, authentication, charsets, contents, identifiers, kinds, mime, reports
from connectors.email.budget import Budget
from connectors.email.contents import Contents
from connectors.email.headers import Headers
from connectors.email.mime import Part
from connectors.findings import Report

MAXIMUM_BYTES = 64 * 1024 * 1024
SIGNS_OF_A_MAIL = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "received",
    "content-type",
    "mime-version",
    "return-path",
)


def parse(raw: bytes, charset: str = "") -> InboundMessage:
    """What can be read is in the message; its `problem` says when that is not everything.

    `charset` is what a person has found it to be in, where it declares another for its text, or none.
    """
    try:
        return read(raw, charset)
    except Exception:  # the contract: whatever a stranger sends becomes a message
        return InboundMessage(problem="unreadable")


def read(raw: bytes, charset: str = "") -> InboundMessage:
    """The same, but mistakes of this code show themselves: what tests call."""
    budget = Budget(problem="too_large" * (len(raw) > MAXIMUM_BYTES))
    root = mime.read(_with_line_feeds(raw[:MAXIMUM_BYTES]), budget)
    declared = [part.content_type.get("charset") for part in mime.leaves(root)]
    root.headers.hint = next(filter(None, declared), "")
    with charsets.corrected(declared, charset):
        return _message(root, budget)


def _message(root: Part, budget: Budget) -> InboundMessage:
    headers = root.headers
    found = contents.collect(root, budget)
    sender, subject = _sender(headers), headers.text("subject")
    kind, report = _kind(root, found, sender, subject)
    reply_to = _mailboxes(headers, "reply-to")
    return InboundMessage(
        subject=subject,
        sender=sender,
        reply_to=reply_to,
        to=_recipients(headers, "to"),
        cc=_recipients(headers, "cc"),
        passages=tuple(found.passages),
        attachments=tuple(found.attachments),
        message_id=identifiers.message_id(headers.raw_text("message-id")),
        in_reply_to=_ids(headers, "in-reply-to"),
        references=_ids(headers, "references"),
        sent_at=identifiers.date(headers.raw_text("date")),
        kind=kind,
        report=report,
        signature=found.signature,
        invitation=found.invitation,
        checks=authentication.checks(headers),
        can_auto_reply=kinds.can_auto_reply(kind, headers, sender, reply_to),
        problem=budget.problem or _unreadable(headers),
    )


def _kind(root: Part, found: Contents, sender: Address | None, subject: str) -> tuple[MessageKind, Report | None]:
    report = reports.of_parts(root)
    kind = kinds.detect(root, root.headers, sender, subject, report)
    if kind is MessageKind.BOUNCE and report is None:
        report = reports.of_text(root, text_of(found.passages))
    return kind, report


def _with_line_feeds(raw: bytes) -> bytes:
    """Very old mailers end lines with a carriage return alone."""
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _sender(headers: Headers) -> Address | None:
    """Whoever has an address; failing that, whoever is named."""
    candidates = _all(headers, "from") or _all(headers, "sender")
    with_address = (candidate for candidate in candidates if candidate.address)
    return next(with_address, candidates[0] if candidates else None)


def _mailboxes(headers: Headers, name: str) -> tuple[Address, ...]:
    return tuple(address for address in _all(headers, name) if "@" in address.address)


def _recipients(headers: Headers, name: str) -> tuple[Address, ...]:
    return tuple(address for address in _all(headers, name) if address.address)


def _all(headers: Headers, name: str) -> tuple[Address, ...]:
    return tuple(address for value in headers.all(name) for address in address_list.parse(value, headers.hint))


def _ids(headers: Headers, name: str) -> tuple[str, ...]:
    return identifiers.message_ids(value.decode("utf-8", "replace") for value in headers.all(name))


def _unreadable(headers: Headers) -> str:
    return "" if any(name in headers for name in SIGNS_OF_A_MAIL) else "unreadable"
