from app.core.errors import Conflict, Invalid
from app.core.i18n import mark


class UnknownKind(Conflict):
    """No connector speaks this kind of channel."""

    code = "unknown_kind"
    message = mark("Nothing can be fetched or sent on a channel of this kind.")


class ConsentRefused(Exception):
    """The provider gives no tokens, in its own words: somebody has to consent, perhaps again."""


class ConsentUnreachable(Exception):
    """The provider does not answer; nothing is known, and it is asked again."""


class ConsentFailed(Conflict):
    """What a person is told who came back from the provider."""

    code = "consent_failed"
    message = mark("The provider did not let us in: {reason}")


class AddressTaken(Invalid):
    def __init__(self) -> None:
        super().__init__("address", mark("There is already a mailbox with this address."))
