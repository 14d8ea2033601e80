"""What an account of talks says by itself, and when it is open, as an admin writes it."""

from typing import Annotated

from pydantic import Field, model_validator

from app.autoreplies.models import TalkAnswerKind
from app.autoreplies.wording import LANGUAGES, Texts, Wording
from app.channels.hours_forms import HoursForm
from app.core.i18n import mark
from app.letters.forms import Lines

MAX_TEXT = 2_000
"""Characters; once its fields are filled in, it still is one message."""
Words = Annotated[Lines, Field(max_length=MAX_TEXT)]


class TalkAnswersForm(HoursForm):
    """Each text has a field of its own, as the page has."""

    is_for_groups: bool = False
    greeting_is_on: bool = False
    greeting_ja: Words = ""
    greeting_en: Words = ""
    away_is_on: bool = False
    away_ja: Words = ""
    away_en: Words = ""

    @model_validator(mode="after")
    def _says_something(self) -> "TalkAnswersForm":
        for kind in TalkAnswerKind:
            if self.is_on(kind) and not any(each["text"].strip() for each in self.texts(kind).values()):
                raise ValueError(mark("Write what is to be said first."))
        if self.away_is_on and self.hours() is None:
            raise ValueError(mark("Write the opening hours first: without any it is never closed."))
        return self

    def is_on(self, kind: TalkAnswerKind) -> bool:
        return bool(getattr(self, f"{kind}_is_on"))

    def texts(self, kind: TalkAnswerKind) -> Texts:
        return {language: Wording(subject="", text=getattr(self, f"{kind}_{language}")) for language in LANGUAGES}
