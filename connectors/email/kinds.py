"""Whether a person wrote a mail to us, or a machine or a list did."""

import re
from collections.abc import Iterator

from connectors.contracts import Address, MessageKind
from connectors.email.headers import Headers
from connectors.email.mime import Part

MAILER = re.compile(r"(?:mailer-daemon|mail-daemon|mdaemon)(?:@|$)", re.IGNORECASE)
POSTMASTER = re.compile(r"(?:postmaster|mailadmin)(?:@|$)", re.IGNORECASE)
BOUNCE_SUBJECT = re.compile(
    r"undeliver|returned mail|delivery (?:status|failure|has failed)|mail delivery|failure notice"
    r"|delivery incomplete|配信(?:不能|不可|エラー|できません|に失敗)|未配信"
    r"|送信(?:できません|エラー|不能)|届(?:きません|けられません)|お届けできません",
    re.IGNORECASE,
)
DELIVERED = re.compile(rb"^action:\s*(?:delivered|relayed|expanded)\s*$", re.IGNORECASE | re.MULTILINE)
ACTION = re.compile(rb"^action:", re.IGNORECASE | re.MULTILINE)


def detect(root: Part, headers: Headers, sender: Address | None, subject: str) -> MessageKind:
    report = _report(root)
    if report is not None:
        return report
    if _is_bounce(headers, sender, subject):
        return MessageKind.BOUNCE
    if _is_auto_reply(headers):
        return MessageKind.AUTO_REPLY
    return MessageKind.LIST if _is_list(headers) else MessageKind.MESSAGE


def _report(root: Part) -> MessageKind | None:
    """Delivery status and read receipts (RFC 3464, RFC 8098); a report of success is a receipt too."""
    for part in _leaves(root):
        if part.kind == "message/delivery-status":
            actions, delivered = ACTION.findall(part.body), DELIVERED.findall(part.body)
            is_success = bool(actions) and len(actions) == len(delivered)
            return MessageKind.RECEIPT if is_success else MessageKind.BOUNCE
        if part.kind == "message/disposition-notification":
            return MessageKind.RECEIPT
    report_type = root.content_type.get("report-type").lower() if root.kind == "multipart/report" else ""
    return {"delivery-status": MessageKind.BOUNCE, "disposition-notification": MessageKind.RECEIPT}.get(report_type)


def _leaves(part: Part) -> Iterator[Part]:
    if not part.parts:
        yield part
    for child in part.parts:
        yield from _leaves(child)


def _is_bounce(headers: Headers, sender: Address | None, subject: str) -> bool:
    """Old and Japanese servers report without the standard's parts, from a mailer's own address."""
    address = sender.address if sender else ""
    if "x-failed-recipients" in headers or MAILER.match(address):
        return True
    has_empty_path = headers.raw_text("return-path").strip() == "<>"
    if POSTMASTER.match(address):
        return has_empty_path or BOUNCE_SUBJECT.search(subject) is not None
    return has_empty_path and BOUNCE_SUBJECT.search(subject) is not None


def _is_auto_reply(headers: Headers) -> bool:
    submitted = headers.raw_text("auto-submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"}:
        return True
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")):
        return True
    return _precedence(headers) in {"auto_reply", "auto-reply", "autoreply"}


def _is_list(headers: Headers) -> bool:
    if any(name in headers for name in ("list-id", "list-post", "x-ml-name", "mailing-list")):
        return True
    return _precedence(headers) in {"list", "bulk", "junk"}


def _precedence(headers: Headers) -> str:
    value = headers.raw_text("precedence") or headers.raw_text("x-precedence")
    return value.strip().lower()
