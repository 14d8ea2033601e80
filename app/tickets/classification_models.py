"""What a ticket is marked with beside its category: labels, and fields of the organisation's own (B10)."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.base import Base, Record


class LabelColour(StrEnum):
    """The palette; each has a class in labels.css that can be read in light and in dark."""

    GREY = "grey"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    TEAL = "teal"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"
    BROWN = "brown"


class Label(Record):
    """What state of affairs holds now; many per ticket. `colour` is a name of the palette, or empty; never CSS."""

    __tablename__ = "labels"

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    colour: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


class TicketLabel(Base):
    __tablename__ = "ticket_labels"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"), primary_key=True, index=True)


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHECK = "check"


class Field(Record):
    """A field of the organisation's own. One of a team is asked for on that team's tickets alone."""

    __tablename__ = "fields"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[FieldKind]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    is_required: Mapped[bool] = mapped_column(default=False)
    """Without it a ticket cannot be closed."""

    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


class FieldChoice(Record):
    """One answer that a field of kind `choice` can have."""

    __tablename__ = "field_choices"

    field_id: Mapped[int] = mapped_column(ForeignKey("fields.id"), index=True)
    name: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]


class FieldValue(Record):
    """One field of one ticket: the column that its kind names is set (MODEL 28: custom fields are rows)."""

    __tablename__ = "field_values"
    constraints = (
        UniqueConstraint("ticket_id", "field_id"),
        Index("ix_field_values_field_id_text_key", "field_id", "text_key"),
        Index("ix_field_values_field_id_number", "field_id", "number"),
        Index("ix_field_values_field_id_at", "field_id", "at"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("fields.id"))
    text: Mapped[str] = mapped_column(default="")
    text_key: Mapped[str] = mapped_column(default="")
    number: Mapped[float | None] = mapped_column(Double)
    at: Mapped[datetime | None]
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("field_choices.id"))
