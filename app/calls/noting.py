"""A phone note in words, as it stands on the ticket."""

from app.calls.forms import CallForm, Direction
from app.core.i18n import gettext, mark
from app.customers.numbers import readable

MAX_SUBJECT = 80
ANSWER = mark("Answer given")
WAYS = {
    Direction.IN: mark("Call from {tel}"),
    Direction.OUT: mark("Call to {tel}"),
    Direction.MISSED: mark("Missed call from {tel}"),
}
WAYS_WITHOUT_NUMBER = {
    Direction.IN: mark("Call of the customer"),
    Direction.OUT: mark("Call to the customer"),
    Direction.MISSED: mark("Missed call"),
}


def text_of(form: CallForm) -> str:
    """What it was about first, since its first words stand in the list; then what was answered; last who called."""
    answer = f"【{gettext(ANSWER)}】\n{form.answer}" if form.answer else ""
    return "\n\n".join(filter(None, (form.content, answer, f"[{way_of(form)}]")))


def subject_of(form: CallForm, name: str) -> str:
    """The first line of what it was about."""
    words = form.content or form.answer
    line = words.splitlines()[0].strip() if words else f"{gettext(WAYS_WITHOUT_NUMBER[form.direction])}: {name}"
    return line[:MAX_SUBJECT]


def way_of(form: CallForm) -> str:
    tel = readable(form.tel)
    return gettext(WAYS[form.direction], tel=tel) if tel else gettext(WAYS_WITHOUT_NUMBER[form.direction])
