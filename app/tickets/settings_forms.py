"""What an admin types about statuses, categories, labels and fields."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from app.core.i18n import mark
from app.tickets.classification_models import FieldKind, LabelColour
from app.tickets.forms import Chosen, Id
from app.tickets.models import Phase

MAX_NAME = 60
MAX_CHOICES = 100
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
Maybe = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NAME, pattern=r"^[^\x00-\x1f\x7f]*$")]


def _ids(value: object) -> object:
    """Given as `3,1,2`, or one by one."""
    return [each for part in value for each in str(part).split(",") if each] if isinstance(value, list) else value


def _each_once(ids: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(ids)) != len(ids):
        raise ValueError(mark("Everything has one place."))
    return ids


class OrderForm(BaseModel):
    """A list in the order that it is to have, or as it is, with one that goes a place up or down."""

    ids: Annotated[tuple[Id, ...], BeforeValidator(_ids), AfterValidator(_each_once)]
    up: Chosen = None
    down: Chosen = None

    @property
    def order(self) -> list[int]:
        order = list(self.ids)
        for row_id, step in ((self.up, -1), (self.down, 1)):
            if row_id in order:
                place = order.index(row_id)
                order.insert(max(place + step, 0), order.pop(place))
        return order


class StatusForm(BaseModel):
    name: Title
    team_id: Chosen = None
    needs_reason: bool = False


class NewStatusForm(StatusForm):
    phase: Phase


class BuiltInStatusForm(BaseModel):
    """Empty: the name that it has in every language."""

    name: Maybe = ""


class CategoryForm(BaseModel):
    name: Title
    parent_id: Chosen = None


class LabelForm(BaseModel):
    name: Title
    colour: LabelColour = LabelColour.GREY


class FieldForm(BaseModel):
    """`choice_names` stand beside `choice_ids`; one without an id is new, one without a name goes."""

    name: Title
    team_id: Chosen = None
    is_required: bool = False
    choice_ids: list[Chosen] = Field([], max_length=MAX_CHOICES)
    choice_names: list[Maybe] = Field([], max_length=MAX_CHOICES)


class NewFieldForm(FieldForm):
    kind: FieldKind
