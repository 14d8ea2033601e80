from app.core.errors import Conflict
from app.core.i18n import mark
from app.sending.errors import ClaimLost


class AlreadySent(Conflict):
    """Too late to take it back."""

    code = "already_sent"
    message = mark("It is too late: the message is on its way.")


class Overtaken(Conflict):
    """What waits was written before something that its ticket has now."""

    code = "overtaken"
    message = mark(
        "Something came in since, or the status was changed. Cancel the sending, look at it and send it anew."
    )


class NotUndecided(Conflict):
    """Only failed and uncertain messages wait for a person's decision."""

    code = "not_undecided"
    message = mark("This message does not wait for a decision.")


class RightLost(ClaimLost):
    """What the desk says by itself leaves by a right to reply or not at all; there is none any more."""
