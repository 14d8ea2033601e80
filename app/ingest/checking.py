"""Whether a mail came from whom it names, by what our own mail server wrote into it. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from app.tickets.message_models import SenderCheck
from connectors.contracts import InboundMessage
from connectors.findings import Check

PASS = "pass"
FORGED = frozenset({"fail", "softfail", "hardfail", "policy"})
MAX_DETAIL = 500


class Checked(NamedTuple):
    result: SenderCheck
    detail: str


def check_sender(inbound: InboundMessage, *, server: str) -> Checked:
    """`server` is what ours calls itself; without one nothing is believed, and nothing said."""
    checks = inbound.checks_by(server.strip())
    if not checks:
        return Checked(SenderCheck.NONE, "")
    domain = inbound.sender.address.rpartition("@")[2].lower() if inbound.sender else ""
    return Checked(_result(checks, domain), ", ".join(map(_words, checks))[:MAX_DETAIL])


def _result(checks: Sequence[Check], domain: str) -> SenderCheck:
    """DMARC decides where there is one. Else one of the others has to have passed for the very domain that is named:
    anybody's own domain passes for itself."""
    by_dmarc = [check for check in checks if check.method == "dmarc" and check.result != "none"][:1]
    if any(_vouches(check, domain) for check in by_dmarc or checks):
        return SenderCheck.PASSED
    is_forged = any(check.result in FORGED for check in by_dmarc or checks)
    return SenderCheck.SUSPICIOUS if is_forged else SenderCheck.UNCLEAR


def _vouches(check: Check, domain: str) -> bool:
    about = check.domain
    is_same = about == domain or domain.endswith(f".{about}") or about.endswith(f".{domain}")
    return check.result == PASS and bool(domain) and (is_same if about else check.method == "dmarc")


def _words(check: Check) -> str:
    about = f" ({check.domain})" if check.domain else ""
    return f"{check.method}={check.result}{about}"
