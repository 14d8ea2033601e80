from app.core.errors import AppError, Conflict
from app.core.i18n import mark


class NoOriginal(Conflict):
    """A note, one of our own, or one that the server never gave out."""

    code = "no_original"
    message = mark("There is no mail as it came behind this message.")


class UnknownSignature(AppError):
    """Without a signature, or with one that is not of our channel's secret."""

    status_code = 401
    code = "wrong_signature"
    message = mark("The signature does not match the body.")


class CannotStore(AppError):
    """Whoever sent it is to send it again."""

    status_code = 503
    code = "cannot_store"
    message = mark("This cannot be stored now. Send it again later.")
