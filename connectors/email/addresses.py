"""What an address is to SMTP and DNS."""

import re
import unicodedata

LOCAL_PART = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f-\xa0]{1,128}|\"[^@<>\"\\\x00-\x1f\x7f\s]{1,126}\"")
LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def is_deliverable(address: str) -> bool:
    """Whether SMTP can deliver there: one local part, one domain, nothing that could hide another."""
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 254 or not address.isprintable():
        return False
    is_full_width = unicodedata.normalize("NFKC", local) != local
    return not is_full_width and LOCAL_PART.fullmatch(local) is not None and _is_domain(domain)


def ascii_domain(address: str) -> str:
    """The address with its domain as DNS knows it (punycode); ValueError if the domain has no such form."""
    local, _, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _is_domain(domain: str) -> bool:
    try:
        ascii_form = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = ascii_form.split(".")
    return len(ascii_form) <= 253 and all(LABEL.fullmatch(label) for label in labels)
