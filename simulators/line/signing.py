"""The signature of a webhook."""

import base64
import hashlib
import hmac


def signature(secret: str, body: bytes) -> str:
    """For `x-line-signature`: over the bytes as they leave."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
