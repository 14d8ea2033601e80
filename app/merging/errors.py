from app.core.errors import Conflict, Invalid
from app.core.i18n import mark


class NotLeftYet(Conflict):
    """What is on its way out belongs to its ticket until it has left."""

    code = "not_sent_yet"
    message = mark("A message here has not left yet. Take it back, or wait until it has left, and then try again.")


class NothingMerged(Conflict):
    code = "nothing_merged"
    message = mark("There is nothing to take back here.")


class PutAside(Conflict):
    """What goes to such a ticket would be seen by nobody."""

    code = "ticket_put_aside"
    message = mark("#{number} is in the trash or spam. Take it out first.")


class NotHere(Invalid):
    def __init__(self) -> None:
        super().__init__("message_ids", mark("One of these messages is not on this ticket any more. Choose again."))


class NothingStays(Invalid):
    def __init__(self) -> None:
        super().__init__("message_ids", mark("Something has to stay. To put the whole ticket elsewhere, merge it."))


class WithItself(Invalid):
    def __init__(self) -> None:
        super().__init__("into", mark("Choose another ticket than this one."))
