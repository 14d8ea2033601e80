"""What a form asks for beside name and address: fields of the team's own, and what can be chosen in them (A8)."""

from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Record


class FormFieldKind(StrEnum):
    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    DATE = "date"
    FILE = "file"
    CONSENT = "consent"


class FormField(Record):
    """One question of a form. Removed, its row goes: what was answered has its own words of it."""

    __tablename__ = "form_fields"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), index=True)
    kind: Mapped[FormFieldKind]
    position: Mapped[int]
    label_ja: Mapped[str] = mapped_column(default="")
    label_en: Mapped[str] = mapped_column(default="")
    help_ja: Mapped[str] = mapped_column(default="")
    help_en: Mapped[str] = mapped_column(default="")
    is_required: Mapped[bool] = mapped_column(default=False)


class FormChoice(Record):
    """Something to choose in a field; `category_id` is what an inquiry with it is about."""

    __tablename__ = "form_choices"

    field_id: Mapped[int] = mapped_column(ForeignKey("form_fields.id"), index=True)
    position: Mapped[int]
    label_ja: Mapped[str] = mapped_column(default="")
    label_en: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
