"""Names of what is built in, in the reader's language."""

from app.core.i18n import gettext, mark
from app.tickets.models import Phase, Priority

STATUS_NAMES = {Phase.NEW: mark("New"), Phase.IN_PROGRESS: mark("In progress"), Phase.DONE: mark("Done")}
PRIORITY_NAMES = {
    Priority.LOW: mark("Low"),
    Priority.NORMAL: mark("Normal"),
    Priority.HIGH: mark("High"),
    Priority.URGENT: mark("Urgent"),
}
MINE = "mine"
OVERDUE = "overdue"
TAB_NAMES = {
    **{phase.value: name for phase, name in STATUS_NAMES.items()},
    MINE: mark("Assigned to me"),
    OVERDUE: mark("Reply overdue"),
}
CHATS = "chats"
SPAM, TRASH = "spam", "trash"
ASIDE_NAMES = {SPAM: mark("Spam"), TRASH: mark("Trash")}
_BUILT_IN = {phase.value: name for phase, name in STATUS_NAMES.items()}


def status_name(key: str, name: str) -> str:
    """A status of the team's own has its name; a built-in one has it in every language."""
    return name or gettext(_BUILT_IN.get(key, key))


def priority_name(value: str) -> str:
    return gettext(PRIORITY_NAMES[Priority(value)]) if value in set(Priority) else value


def yes_or_no(value: object) -> str:
    return gettext("Yes") if value else gettext("No")
