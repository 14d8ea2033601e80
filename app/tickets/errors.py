from app.core.errors import Invalid
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
