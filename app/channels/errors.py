from app.core.errors import Conflict
from app.core.i18n import mark


class UnknownKind(Conflict):
    """No connector speaks this kind of channel."""

    code = "unknown_kind"
    message = mark("Nothing can be fetched or sent on a channel of this kind.")
