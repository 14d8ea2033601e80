from app.core.errors import Conflict, Invalid
from app.core.i18n import mark


class NoSight(Invalid):
    """Someone who may not see a ticket cannot be given it."""

    def __init__(self, field: str) -> None:
        super().__init__(field, mark("They may not see this ticket."))


class Unknown(Invalid):
    """A field names something that does not exist."""

    def __init__(self, field: str) -> None:
        super().__init__(field, mark("There is no such entry."))


class NotOfTeam(Invalid):
    """A status of a team's own is for that team's tickets."""

    def __init__(self, field: str) -> None:
        super().__init__(field, mark("This status belongs to another team."))


class ReasonNeeded(Invalid):
    def __init__(self) -> None:
        super().__init__("hold_reason", mark("Say what it waits for."))


class NoReasonHere(Invalid):
    def __init__(self) -> None:
        super().__init__("hold_reason", mark("This status takes no reason."))


class TicketMerged(Conflict):
    """Its messages are on another ticket now; `into` is its number."""

    code = "ticket_merged"
    message = mark("This ticket was merged into #{into}.")

    def __init__(self, *, into: int) -> None:
        super().__init__(into=into)
        self.into = into


class ChangedSince(Conflict):
    """An undo never takes away what somebody did after it."""

    code = "changed_since"
    message = mark("It was changed again since. Nothing was taken back.")


class SameCustomer(Conflict):
    """Of two who are one already, or were joined with somebody meanwhile."""

    code = "same_customer"
    message = mark("They are one customer already, or were joined with another just now. Look again.")


class NotJoined(Conflict):
    code = "not_joined"
    message = mark("This customer is not joined with another.")


class NotUndoable(Conflict):
    code = "not_undoable"
    message = mark("This cannot be taken back.")
