from app.core.errors import Conflict, Invalid
from app.core.i18n import mark


class UnknownKind(Conflict):
    """No connector speaks this kind of channel."""

    code = "unknown_kind"
    message = mark("Nothing can be fetched or sent on a channel of this kind.")


class AddressTaken(Invalid):
    def __init__(self) -> None:
        super().__init__("address", mark("There is already a mailbox with this address."))
