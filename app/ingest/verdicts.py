"""What a bounce or a receipt says, in the words of the desk. Pure."""

from app.customers.service import address_key
from app.tickets.bounces import Verdict
from app.tickets.message_models import RecipientState
from connectors.contracts import InboundMessage, MessageKind
from connectors.findings import RecipientReport

STATES = {
    "failed": RecipientState.FAILED,
    "delayed": RecipientState.DELAYED,
    "delivered": RecipientState.DELIVERED,
}
NO_VERDICT = frozenset({"relayed", "expanded"})
MAX_WORDS = 500
ASCII_LABEL = "xn--"


def verdicts_of(inbound: InboundMessage) -> list[Verdict]:
    """A bounce that names nobody speaks of the only recipient, if there is one."""
    reports = inbound.report.recipients if inbound.report else ()
    if inbound.kind is MessageKind.RECEIPT:
        reports = tuple(each for each in reports if each.action in STATES)
    elif inbound.kind is not MessageKind.BOUNCE:
        return []
    found = [_verdict(each) for each in reports if each.action not in NO_VERDICT]
    is_about_nobody = not reports and inbound.kind is MessageKind.BOUNCE
    return [Verdict(RecipientState.FAILED, frozenset(), "")] if is_about_nobody else found


def is_failure(inbound: InboundMessage) -> bool:
    """Whether somebody will never have our mail, and so has to be written to again; a delay ends by itself."""
    return any(verdict.state is RecipientState.FAILED for verdict in verdicts_of(inbound))


def _verdict(report: RecipientReport) -> Verdict:
    addresses = filter(None, (report.original, report.address))
    keys = frozenset(address_key(form) for address in addresses for form in (address, _readable(address)))
    has_status = report.status and report.status not in report.detail
    words = f"{report.status} {report.detail}" if has_status else report.detail
    return Verdict(STATES.get(report.action, RecipientState.FAILED), keys, words.strip()[:MAX_WORDS])


def _readable(address: str) -> str:
    """With its domain in letters, as agents write it."""
    local, at, domain = address.rpartition("@")
    if ASCII_LABEL not in domain.lower():
        return address
    try:
        return local + at + domain.encode("ascii").decode("idna")
    except UnicodeError:
        return address
