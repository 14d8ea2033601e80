from app.core.errors import Conflict, Forbidden, Invalid
from app.core.i18n import mark


class EscalationOver(Conflict):
    """Somebody was faster; what happened travels with the problem."""

    code = "escalation_over"
    message = mark("This question is over already: look at what became of it. What you wrote is kept here.")


class NotReturned(Conflict):
    """Whoever is asked has it already."""

    code = "escalation_not_returned"
    message = mark("This question was not given back: whoever is asked has it.")


class AlreadyReturned(Conflict):
    code = "escalation_returned"
    message = mark("This question was given back already: whoever asked has it now.")


class TicketSetAside(Conflict):
    code = "ticket_set_aside"
    message = mark("Nobody is asked about what lies in spam or the trash.")


class NotAsked(Forbidden):
    message = mark("Only whoever is asked can do this.")


class NotTheAsker(Forbidden):
    message = mark("Only whoever asked, the ticket's assignee or a lead can do this.")


class NoMailbox(Invalid):
    def __init__(self) -> None:
        super().__init__("guest", mark("There is no mailbox that could send the question. Ask an administrator."))


class TooDeep(Invalid):
    def __init__(self) -> None:
        super().__init__("parent_id", mark("Questions because of questions go no deeper than this."))
