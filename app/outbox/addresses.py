"""Whether an address can be written to, for those who may not know connectors."""

import secrets

from connectors.email import addresses

MAIL_ID_BYTES = 16
FALLBACK_DOMAIN = "madoguchi.invalid"


def is_deliverable(address: str) -> bool:
    return addresses.is_deliverable(address)


def wire_form(address: str) -> str:
    """As it goes over the wire, where the domain is ASCII; in which form refusals come back."""
    try:
        return addresses.ascii_domain(address)
    except ValueError:
        return address


def new_mail_id(own_address: str) -> str:
    """128 random bits at our own domain: a reference to it joins from anyone (MODEL 10)."""
    domain = wire_form(own_address).rpartition("@")[2].lower() if is_deliverable(own_address) else FALLBACK_DOMAIN
    return f"{secrets.token_hex(MAIL_ID_BYTES)}@{domain}"
