"""What a mailbox says by itself, as an admin writes it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.autoreplies.wording import LANGUAGES, Texts, Wording
from app.core.i18n import mark
from app.letters.forms import MAX_SUBJECT_LENGTH, Line, Lines

Subject = Annotated[Line, Field(max_length=MAX_SUBJECT_LENGTH)]


class AutoReplyForm(BaseModel):
    """Each language has a field of its own, as the page has."""

    model_config = ConfigDict(extra="ignore")

    is_on: bool = False
    subject_ja: Subject = ""
    text_ja: Lines = ""
    subject_en: Subject = ""
    text_en: Lines = ""

    @model_validator(mode="after")
    def _says_something(self) -> "AutoReplyForm":
        if self.is_on and not any(each["text"].strip() for each in self.texts().values()):
            raise ValueError(mark("Write what is to be said first."))
        return self

    def texts(self) -> Texts:
        return {
            language: Wording(subject=getattr(self, f"subject_{language}"), text=getattr(self, f"text_{language}"))
            for language in LANGUAGES
        }
