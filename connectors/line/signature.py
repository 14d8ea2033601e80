"""Whether a body came from LINE: HMAC-SHA256 of the raw bytes by the channel's secret, in base64."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from connectors.talks import WrongSignature

HEADER = "x-line-signature"


def sign(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode("ascii")


def require_signed(secret: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Raises WrongSignature; without a secret nothing is believed."""
    given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
    expected = sign(secret, body)
    is_same = hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())
    if not secret or not is_same:
        raise WrongSignature
